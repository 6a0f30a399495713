/**
 * Which index partitions a search reads. A partition is sound when it holds every job that can match; among the sound
 * ones the planner takes the smallest by the exact counters, where they tell. All indexes sort by creation, so the
 * choice changes the cost of a page and never what is in it: a cursor outlives a change of plan.
 */
import { categoryOf, codesOf, FAILURE_CODES, type FailureCode } from '../failure/catalogue.ts';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../job/job.ts';
import { byLastError, byOwner, byStatus, endedOfCredential, jobsOf, openOfCredential } from '../views/keys.ts';
import type { SearchCounts } from '../views/stats.ts';
import type { JobFilter } from './job-filter.ts';

export type JobIndex = 'account' | 'status' | 'error' | 'task' | 'credential' | 'bulk';
/** One partition of one index of the views. */
export type Partition = { readonly index: JobIndex; readonly key: string };

export type SearchPlan = {
  /** Read as one, merged by creation. None: nothing can match. */
  readonly partitions: readonly Partition[];
  /** Bounds on the sort key `<created_at>#<id>`, both exclusive. */
  readonly above: string | null;
  readonly below: string | null;
};

/** Fewer than this many entries are read in one request anyway: nothing is better than a counted set this small. */
const SMALL = 1_000;
const PENDING: readonly JobStatus[] = ['scheduled', 'queued', 'retrying'];

/** Whether the counters have a say in the plan. Without them it needs no read of its own. */
export function plansByCounts(filter: JobFilter): boolean {
  const ways = waysOf('', filter);
  return ways !== null && ways.counted.length > 0 && ways.counted.length + ways.uncounted.length > 1;
}

/** The plan of a frozen filter. `counts` null: not read, because `plansByCounts` says that they have no say. */
export function planSearch(accountId: string, filter: JobFilter, counts: SearchCounts | null): SearchPlan {
  const bounds = { above: filter.created_at?.gte ?? null, below: filter.created_at?.lt ?? null };
  const ways = waysOf(accountId, filter);
  if (ways === null) return { partitions: [], ...bounds };
  const [smallest] = ways.counted
    .map((way) => ({ way, size: counts === null ? 0 : way.size(counts) }))
    .sort((one, other) => one.size - other.size);
  const [uncounted] = ways.uncounted;
  const counted = smallest?.way.partitions ?? [{ index: 'account' as const, key: jobsOf(accountId) }];
  const partitions = uncounted === undefined || (smallest?.size ?? SMALL + 1) <= SMALL ? counted : uncounted;
  return { partitions, ...bounds };
}

type Counted = { readonly partitions: readonly Partition[]; size(counts: SearchCounts): number };
type Ways = { readonly counted: readonly Counted[]; readonly uncounted: readonly (readonly Partition[])[] };

/** Every sound choice besides the whole account, best guess first among the uncounted; null when nothing can match. */
function waysOf(accountId: string, filter: JobFilter): Ways | null {
  const statuses = possibleStatuses(filter);
  const codes = possibleCodes(filter);
  if (statuses.length === 0 || codes?.length === 0) return null;
  const counted: Counted[] = [];
  // Jobs that succeeded are in no status partition: they are nearly all of them.
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

/** Of each credential what is open, what has ended, or both, as the statuses ask for. */
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
    filter.waiting_on && PENDING,
    filter.next_attempt_at && PENDING,
    filter.failed_at && ['failed'],
    filter.stalled === true ? [...PENDING, 'running'] : undefined,
  ];
  return JOB_STATUSES.filter((status) => limits.every((limit) => limit === undefined || limit.includes(status)));
}

/** The last error codes that jobs matching the filter can have, null when they may have none. */
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
