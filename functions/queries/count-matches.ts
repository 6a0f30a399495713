import { codesOf } from '../domain/failure/catalogue.ts';
import type { JobFilter } from '../domain/search/job-filter.ts';
import { jobOf } from '../domain/views/job-view.ts';
import type { SearchCounts } from '../domain/views/stats.ts';
import { type JoinedJob, type JoinPorts, joinJobs } from './join-jobs.ts';
import { type SearchPorts, searchCounts, searchJobs } from './search-jobs.ts';

/** The number of jobs that match a filter. */
export type Matches = {
  readonly matched: number;
  /** Matches that were seen: all of them if `exact`. */
  readonly seen: number;
  /**
   * False: one request could not examine all jobs. `matched` is then the number of the counters, which are seconds
   * behind. If the counters do not have this number, it is how many matches were seen.
   */
  readonly exact: boolean;
  /** Whether `matched` counts all jobs. */
  readonly complete: boolean;
  /** The oldest matches, at most ten. */
  readonly sample: readonly JoinedJob[];
};

const SAMPLE = 10;

/**
 * How many jobs match a filter with absolute times: from the counters if possible, otherwise counted one by one within
 * the bound of one request.
 */
export async function countMatches(
  ports: SearchPorts,
  accountId: string,
  filter: JobFilter,
  now: number,
): Promise<Matches> {
  const page = await searchJobs(ports, {
    accountId,
    filter,
    newestFirst: false,
    limit: SAMPLE,
    offset: 0,
    after: null,
    now,
    counting: true,
  });
  const { jobs, exact } = page.matches;
  const found = { seen: jobs.length, exact, sample: page.jobs };
  const counted = exact ? null : countedBy(filter);
  if (counted === null) return { ...found, matched: jobs.length, complete: exact };
  const matched = Math.max(jobs.length, counted(await searchCounts(ports.views, accountId)));
  return { ...found, matched, complete: true };
}

/** How many of these jobs exist in the account. `now` in ms. */
export async function countNamed(
  ports: JoinPorts,
  accountId: string,
  jobIds: readonly string[],
  now: number,
): Promise<Matches> {
  const rows = await ports.views.get(jobIds, { consistent: false });
  const jobs = [...rows.values()].flatMap((row) => {
    const job = jobOf(row);
    return job?.account_id === accountId ? [job] : [];
  });
  const matched = jobs.length;
  return {
    matched,
    seen: matched,
    exact: true,
    complete: true,
    sample: await joinJobs(jobs.slice(0, SAMPLE), ports, now),
  };
}

/** Reads the number from the counters, for a filter with a single counted field; null for any other filter. */
function countedBy(filter: JobFilter): ((counts: SearchCounts) => number) | null {
  const [field, ...others] = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (others.length > 0) return null;
  const { status, action, last_error_code: codes, last_error_category: categories } = filter;
  const sum = <Value>(values: readonly Value[], count: (value: Value) => number): number =>
    [...new Set(values)].reduce((total, value) => total + count(value), 0);
  switch (field) {
    case 'status':
      return ({ byStatus }) => sum(status ?? [], byStatus);
    case 'action':
      return ({ byAction }) => sum(action ?? [], byAction);
    case 'last_error_code':
      return ({ byLastError }) => sum(codes ?? [], byLastError);
    case 'last_error_category':
      return ({ byLastError }) => sum(codesOf(categories ?? []), byLastError);
    default:
      return null;
  }
}
