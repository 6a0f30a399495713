import type { PostponeReason } from '../domain/attempt/outcome.ts';
import { OPEN_STATUSES } from '../domain/job/job.ts';
import { isDue } from '../domain/job/waiting.ts';
import { type SearchPorts, searchJobs, waitState } from './search-jobs.ts';

/**
 * How many open jobs are examined for statistics. The number is small, because statistics are read every few seconds.
 */
const MAX_LOOKED_AT = 100;

export type OpenWork = {
  /** When the job that is due for the longest time became due, ISO; null if none is due. */
  readonly oldestDueAt: string | null;
  readonly stalled: number;
  readonly byWait: ReadonlyMap<PostponeReason, number>;
  readonly examined: number;
  readonly reached: string | null;
  /** False: there are more open jobs, which were made later. */
  readonly complete: boolean;
};

/** What the open jobs of an account wait for, counted among the first 100 by creation. `now` in ms. */
export async function openWork(ports: SearchPorts, accountId: string, now: number): Promise<OpenWork> {
  const page = await searchJobs(ports, {
    accountId,
    filter: { status: [...OPEN_STATUSES] },
    newestFirst: false,
    limit: MAX_LOOKED_AT,
    offset: 0,
    after: null,
    now,
    counting: false,
  });
  const byWait = new Map<PostponeReason, number>();
  let stalled = 0;
  for (const joined of page.jobs) {
    const state = waitState(joined, now);
    if (state.stalled) stalled += 1;
    if (state.waitingOn !== null) byWait.set(state.waitingOn, (byWait.get(state.waitingOn) ?? 0) + 1);
  }
  const due = page.jobs.flatMap(({ job }) =>
    isDue(job, now) && job.next_attempt_at !== null ? [job.next_attempt_at] : [],
  );
  const { examined, reached, next } = page;
  return { oldestDueAt: due.toSorted()[0] ?? null, stalled, byWait, examined, reached, complete: next === null };
}
