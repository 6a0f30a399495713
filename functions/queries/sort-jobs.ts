/**
 * Jobs in order of their failure. No index has that order: entries would move with each failure, and every failing job
 * would cost two writes more. So a request looks at up to a thousand jobs that failed, next to each other by creation,
 * and sorts those that match. With no more of them the order is exact; with more it begins again behind each thousand,
 * which the coverage says. Every page reads its thousand again.
 */
import type { Job } from '../domain/job/job.ts';
import type { JobFilter } from '../domain/search/job-filter.ts';
import { examineJobs } from './examine-jobs.ts';
import { type JoinedJob, joinJobs } from './join-jobs.ts';
import type { SearchPorts } from './search-jobs.ts';

export const FAILURE_TIMES = ['failed_at', 'last_error_at'] as const;
export type FailureTime = (typeof FAILURE_TIMES)[number];

/** Where a page ended. */
export type SortedPosition = {
  /** The jobs of one order, by creation: behind the sort key `from`, up to and with `until`; null: no bound. */
  readonly from: string | null;
  readonly until: string | null;
  /** The last job shown of that order; null: none yet. */
  readonly last: { readonly at: string; readonly id: string } | null;
  /** Matches still to pass over. */
  readonly skip: number;
};

export type SortedSearch = {
  readonly accountId: string;
  /** Frozen. */
  readonly filter: JobFilter;
  readonly by: FailureTime;
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly position: SortedPosition;
  /** Wall time of this request, ms. */
  readonly now: number;
};

export type SortedPage = {
  readonly jobs: readonly JoinedJob[];
  readonly next: SortedPosition | null;
  readonly examined: number;
  /** Creation time of the last job that the order was made of. */
  readonly reached: string | null;
  /** Whether the order was made of all that there are. */
  readonly complete: boolean;
  /** All that match among the jobs looked at. */
  readonly matches: readonly Job[];
};

/** One page. Jobs that have not that time are left out: they have not failed. */
export async function sortJobs(ports: SearchPorts, search: SortedSearch): Promise<SortedPage> {
  const { accountId, by, newestFirst, limit, position, now } = search;
  const filter = { ...search.filter, [by]: search.filter[by] ?? {} };
  const { from, until } = position;
  const seen = await examineJobs(ports, { accountId, filter, newestFirst, after: from, until, now });
  const sorted = seen.jobs
    .map((job) => ({ job, at: job[by] ?? '', id: job.id }))
    .filter((each) => position.last === null || comesAfter(each, position.last, newestFirst))
    .sort((one, other) => (comesAfter(one, other, newestFirst) ? 1 : -1));
  const shown = sorted.slice(position.skip, position.skip + limit);
  const last = shown.at(-1);
  return {
    jobs: await joinJobs(
      shown.map(({ job }) => job),
      ports,
      now,
    ),
    next: nextPosition(),
    examined: seen.examined,
    reached: seen.reached,
    complete: seen.complete,
    matches: seen.jobs,
  };

  function nextPosition(): SortedPosition | null {
    if (last !== undefined && sorted.length > position.skip + limit)
      return { from, until: seen.end, last: { at: last.at, id: last.id }, skip: 0 };
    if (seen.complete) return null;
    return { from: seen.end, until: null, last: null, skip: Math.max(0, position.skip - sorted.length) };
  }
}

type Place = { readonly at: string; readonly id: string };

/** By time, then by id, so that no two jobs share a place. */
function comesAfter(one: Place, other: Place, newestFirst: boolean): boolean {
  const [earlier, later] = newestFirst ? [one, other] : [other, one];
  return earlier.at === later.at ? earlier.id < later.id : earlier.at < later.at;
}
