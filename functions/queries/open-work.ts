import type { PostponeReason } from '../domain/attempt/outcome.ts';
import type { JobStatus } from '../domain/job/job.ts';
import { isDue } from '../domain/job/waiting.ts';
import type { JoinedJob } from './join-jobs.ts';
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
  /** False: there may be more open jobs. */
  readonly complete: boolean;
};

/** Jobs that wait for a time come last: thousands of them must not hide the jobs that a worker should have. */
const IN_ORDER: readonly (readonly JobStatus[])[] = [['queued', 'running'], ['retrying'], ['scheduled']];

/**
 * What the open jobs of an account wait for: of 100 jobs, queued and running ones first, then retrying, then scheduled
 * ones, each by creation. `now` in ms.
 */
export async function openWork(ports: SearchPorts, accountId: string, now: number): Promise<OpenWork> {
  const { jobs, ...reach } = await firstOpenJobs(ports, accountId, now);
  const byWait = new Map<PostponeReason, number>();
  let stalled = 0;
  for (const joined of jobs) {
    const state = waitState(joined, now);
    if (state.stalled) stalled += 1;
    if (state.waitingOn !== null) byWait.set(state.waitingOn, (byWait.get(state.waitingOn) ?? 0) + 1);
  }
  const due = jobs.flatMap(({ job }) => (isDue(job, now) && job.next_attempt_at !== null ? [job.next_attempt_at] : []));
  return { oldestDueAt: due.toSorted()[0] ?? null, stalled, byWait, ...reach };
}

async function firstOpenJobs(ports: SearchPorts, accountId: string, now: number) {
  const jobs: JoinedJob[] = [];
  let examined = 0;
  let reached: string | null = null;
  for (const [at, status] of IN_ORDER.entries()) {
    const page = await searchJobs(ports, {
      accountId,
      filter: { status: [...status] },
      newestFirst: false,
      limit: MAX_LOOKED_AT - jobs.length,
      offset: 0,
      after: null,
      now,
      counting: false,
    });
    jobs.push(...page.jobs);
    examined += page.examined;
    reached = page.reached ?? reached;
    const isLast = at === IN_ORDER.length - 1;
    if (page.next !== null || (jobs.length >= MAX_LOOKED_AT && !isLast))
      return { jobs, examined, reached, complete: false };
  }
  return { jobs, examined, reached, complete: true };
}
