/**
 * Which index partitions a search reads. A partition is sound when it contains every job that can match. Among the
 * sound ones the planner takes the smallest by the counters, if they are known. Counters are seconds behind the rows,
 * so they only choose: the partition is read even if its count is zero. All indexes are sorted by creation, so the
 * choice changes the cost of a page but not its content: a cursor stays valid when the plan changes.
 */
import { categoryOf, codesOf, FAILURE_CODES, type FailureCode } from '../failure/catalogue.ts';
import { isTerminal, JOB_STATUSES, type JobStatus, OPEN_STATUSES, PENDING_STATUSES } from '../job/job.ts';
import { byLastError, byOwner, byStatus, endedOfCredential, jobsOf, openOfCredential } from '../views/keys.ts';
import type { SearchCounts } from '../views/stats.ts';
import type { JobFilter } from './job-filter.ts';

export type JobIndex = 'account' | 'status' | 'error' | 'task' | 'credential' | 'bulk';
/** One partition of one index of the views. */
export type Partition = { readonly index: JobIndex; readonly key: string };

export type SearchPlan = {
  /** Read together, merged by creation. Empty: nothing can match. */
  readonly partitions: readonly Partition[];
  /** Bounds on the sort key `<created_at>#<id>`, both exclusive. */
  readonly above: string | null;
  readonly below: string | null;
};

/** One request reads this many entries, so a counted set up to this size is always the best choice. */
const SMALL = 1_000;

/** Whether the plan depends on the counters. If not, they need not be read. */
export function plansByCounts(filter: JobFilter): boolean {
  const ways = waysOf('', filter);
  if (ways === null) return false;
  return mayNarrowByHost(filter, ways) || (ways.counted.length > 0 && ways.counted.length + ways.uncounted.length > 1);
}

const mayNarrowByHost = ({ host }: JobFilter, { uncounted }: Ways): boolean =>
  host !== undefined && uncounted.length === 0;

/**
 * Whether it is worth to look up the credentials on the hosts that the filter names: without them, more jobs would have
 * to be examined than one request may examine.
 */
export function needsCredentialsOfHost(accountId: string, filter: JobFilter, counts: SearchCounts | null): boolean {
  const ways = waysOf(accountId, filter);
  if (ways === null || counts === null || !mayNarrowByHost(filter, ways)) return false;
  return (smallestOf(ways, counts)?.size ?? counts.total) > SMALL;
}

function smallestOf({ counted }: Ways, counts: SearchCounts | null) {
  const [smallest] = counted
    .map((way) => ({ way, size: counts === null ? 0 : way.size(counts) }))
    .sort((one, other) => one.size - other.size);
  return smallest;
}

/**
 * The plan of a filter with absolute times. `counts` null: not read, because `plansByCounts` is false. `ofHost`: all
 * credentials of the account on the hosts that the filter names; null when they are not known.
 */
export function planSearch(
  accountId: string,
  filter: JobFilter,
  counts: SearchCounts | null,
  ofHost: readonly string[] | null = null,
): SearchPlan {
  const bounds = { above: filter.created_at?.gte ?? null, below: filter.created_at?.lt ?? null };
  const ways = waysOf(accountId, filter);
  if (ways === null || ofHost?.length === 0) return { partitions: [], ...bounds };
  if (ofHost !== null)
    return { partitions: credentialPartitions(accountId, ofHost, possibleStatuses(filter)), ...bounds };
  const smallest = smallestOf(ways, counts);
  const [uncounted] = ways.uncounted;
  const counted = smallest?.way.partitions ?? [{ index: 'account' as const, key: jobsOf(accountId) }];
  const partitions = uncounted === undefined || (smallest?.size ?? SMALL + 1) <= SMALL ? counted : uncounted;
  return { partitions, ...bounds };
}

type Counted = { readonly partitions: readonly Partition[]; size(counts: SearchCounts): number };
type Ways = { readonly counted: readonly Counted[]; readonly uncounted: readonly (readonly Partition[])[] };

/**
 * Every sound choice besides the whole account, the likely smallest first among the uncounted; null when nothing can
 * match.
 */
function waysOf(accountId: string, filter: JobFilter): Ways | null {
  const statuses = possibleStatuses(filter);
  const codes = possibleCodes(filter);
  if (statuses.length === 0 || codes?.length === 0) return null;
  const counted: Counted[] = [];
  // Succeeded jobs are in no status partition, because nearly all jobs are succeeded.
  if (!statuses.includes('succeeded')) {
    counted.push({
      partitions: statuses.map((status) => ({ index: 'status', key: byStatus(accountId, status) })),
      size: (counts) => sum(statuses.map((status) => counts.byStatus(status))),
    });
  }
  if (codes !== null) {
    counted.push({
      partitions: codes.map((code) => ({ index: 'error', key: byLastError(accountId, code) })),
      size: (counts) => sum(codes.map((code) => counts.byLastError(code))),
    });
  }
  const uncounted = (['bulk', 'task'] as const).flatMap((index) => {
    const keys = filter[`${index}_id`];
    return keys === undefined ? [] : [[...new Set(keys)].map((id) => ({ index, key: byOwner(accountId, id) }))];
  });
  const ofCredentials = credentialPartitions(accountId, filter.credential_id ?? [], statuses);
  return { counted, uncounted: ofCredentials.length === 0 ? uncounted : [...uncounted, ofCredentials] };
}

/** For each credential the open jobs, the ended jobs, or both, as the statuses require. */
function credentialPartitions(
  accountId: string,
  credentials: readonly string[],
  statuses: readonly JobStatus[],
): readonly Partition[] {
  const keys = [
    ...(statuses.every(isTerminal) ? [] : [openOfCredential]),
    ...(statuses.some(isTerminal) ? [endedOfCredential] : []),
  ];
  return [...new Set(credentials)].flatMap((id) =>
    keys.map((key) => ({ index: 'credential' as const, key: key(accountId, id) })),
  );
}

/** The statuses that jobs matching the filter can have. */
export function possibleStatuses(filter: JobFilter): readonly JobStatus[] {
  const limits: (readonly JobStatus[] | undefined)[] = [
    filter.status,
    filter.waiting_on && PENDING_STATUSES,
    filter.next_attempt_at && PENDING_STATUSES,
    filter.failed_at && ['failed'],
    filter.stalled === true ? OPEN_STATUSES : undefined,
  ];
  return JOB_STATUSES.filter((status) => limits.every((limit) => limit === undefined || limit.includes(status)));
}

/** The last error codes that matching jobs can have; null when they may have none. */
function possibleCodes({
  last_error_code: codes,
  last_error_category: categories,
  last_error_at: at,
}: JobFilter): readonly FailureCode[] | null {
  if (codes === undefined) {
    if (categories !== undefined) return codesOf(categories);
    return at === undefined ? null : FAILURE_CODES;
  }
  const unique = [...new Set(codes)];
  return categories === undefined ? unique : unique.filter((code) => categories.includes(categoryOf(code)));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
