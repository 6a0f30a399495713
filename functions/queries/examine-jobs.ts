import type { Job } from '../domain/job/job.ts';
import type { JobFilter } from '../domain/search/job-filter.ts';
import { indexChunks } from './index-chunks.ts';
import { CHUNK, createdAt, higher, lower, MOST_EXAMINED, matchingOf, planOf, type SearchPorts } from './search-jobs.ts';

export type Examination = {
  readonly accountId: string;
  /** Frozen. */
  readonly filter: JobFilter;
  /** From which end, by creation. */
  readonly newestFirst: boolean;
  /** Sort key of the last job of the examination before, null for the first one. */
  readonly after: string | null;
  /** Sort key to stop behind; null: none. */
  readonly until: string | null;
  /** Wall time of this request, ms. */
  readonly now: number;
};

export type Examined = {
  /** All that match, in order of creation. */
  readonly jobs: readonly Job[];
  readonly examined: number;
  /** Sort key of the last job looked at, null for none. */
  readonly end: string | null;
  /** Its creation time. */
  readonly reached: string | null;
  /** Whether nothing is left behind `end`. */
  readonly complete: boolean;
};

/** All matches among the next jobs by creation, of which it looks at no more than one request may. */
export async function examineJobs(ports: SearchPorts, wanted: Examination): Promise<Examined> {
  const { accountId, filter, newestFirst, after, until } = wanted;
  const plan = await planOf(ports, accountId, filter);
  const range = newestFirst
    ? { newestFirst, above: plan.above, below: lower(plan.below, after) }
    : { newestFirst, above: higher(plan.above, after), below: plan.below };
  const isBehind = (sort: string): boolean => until !== null && (newestFirst ? sort < until : sort > until);
  const chunks = indexChunks(ports.views, plan.partitions, range, CHUNK + 1);
  const jobs: Job[] = [];
  let examined = 0;
  let end: string | null = after;
  for (;;) {
    const { chunk, last } = await chunks(Math.min(CHUNK, MOST_EXAMINED - examined));
    const within = chunk.filter(({ sort }) => !isBehind(sort));
    for (const { joined } of await matchingOf(within, ports, wanted)) if (joined !== null) jobs.push(joined.job);
    examined += within.length;
    end = within.at(-1)?.sort ?? end;
    const isOver = last && within.length === chunk.length;
    if (isOver || within.length < chunk.length || examined >= MOST_EXAMINED)
      return { jobs, examined, end, reached: end === null ? null : createdAt(end), complete: isOver };
  }
}
