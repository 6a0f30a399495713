import type { Job } from '../domain/job/job.ts';
import type { JobFilter } from '../domain/search/job-filter.ts';
import { indexChunks } from './index-chunks.ts';
import { CHUNK, createdAt, higher, lower, MAX_EXAMINED, matchingOf, planOf, type SearchPorts } from './search-jobs.ts';

/** One bounded walk over the jobs of an account. */
export type Examination = {
  readonly accountId: string;
  /** With absolute times. */
  readonly filter: JobFilter;
  /** The direction, by creation. */
  readonly newestFirst: boolean;
  /** Sort key of the last job of the previous examination; null for the first one. */
  readonly after: string | null;
  /** Sort key to stop after; null: none. */
  readonly until: string | null;
  /** Wall time of this request, ms. */
  readonly now: number;
};

/** The result of one examination. */
export type Examined = {
  /** All matching jobs, in order of creation. */
  readonly jobs: readonly Job[];
  readonly examined: number;
  /** Sort key of the last examined job; null if there was none. */
  readonly end: string | null;
  /** Its creation time. */
  readonly reached: string | null;
  /** True if nothing is left after `end`. */
  readonly complete: boolean;
};

/** All matches among the next jobs by creation, within the bound of one request. */
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
    const { chunk, last } = await chunks(Math.min(CHUNK, MAX_EXAMINED - examined));
    const within = chunk.filter(({ sort }) => !isBehind(sort));
    for (const { joined } of await matchingOf(within, ports, wanted)) if (joined !== null) jobs.push(joined.job);
    examined += within.length;
    end = within.at(-1)?.sort ?? end;
    const isOver = last && within.length === chunk.length;
    if (isOver || within.length < chunk.length || examined >= MAX_EXAMINED)
      return { jobs, examined, end, reached: end === null ? null : createdAt(end), complete: isOver };
  }
}
