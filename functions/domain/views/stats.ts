import * as z from 'zod';
import { actionName } from '../action/catalogue.ts';
import { FAILURES, type FailureCode } from '../failure/catalogue.ts';
import { JOB_STATUSES, type Job, type JobStatus, jobStatus } from '../job/job.ts';
import { accountCounterRow, countsOf, REVISION } from './counters.ts';

/**
 * Counts by name; names without a count may be absent. The API document lists the names that this release knows; a
 * later release may add more.
 */
export const countsBy = (names: readonly string[]) =>
  z
    .record(z.string(), z.int())
    .meta({ properties: Object.fromEntries(names.map((name) => [name, { type: 'integer' }])) });

export const countsByAction = countsBy(actionName.options);
export const countsByErrorCode = countsBy(Object.keys(FAILURES));

/**
 * Counts of an account's jobs, which follow the view rows within seconds. Zeros are left out, except for the statuses.
 */
export const statsSchema = z.strictObject({
  total: z.int(),
  by_status: z.record(jobStatus, z.int()),
  by_action: countsByAction,
  /** Failed and retrying jobs only. */
  by_error_code: countsByErrorCode,
});
export type Stats = z.infer<typeof statsSchema>;

/** How many changes of the account's rows were counted. It only rises. */
export const revisionOf = (rows: Iterable<ReadonlyMap<string, number>>): number =>
  [...rows].reduce((sum, row) => sum + (row.get(REVISION) ?? 0), 0);

/** The counts of one kind, by name, without zeros. */
export function countsOfKind(kind: string, rows: Iterable<ReadonlyMap<string, number>>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows)
    for (const [name, count] of row)
      if (name.startsWith(kind)) sums[name.slice(kind.length)] = (sums[name.slice(kind.length)] ?? 0) + count;
  return withoutZeros(sums);
}

/** Adds up the jobs that ended in an hour, by their present status, and the failed ones by error. */
export function toEnded(row: ReadonlyMap<string, number> = new Map()): Omit<Stats, 'by_action'> {
  const by_status = { ...NONE };
  for (const status of JOB_STATUSES) by_status[status] = row.get(`d:${status}`) ?? 0;
  const total = Object.values(by_status).reduce((sum, count) => sum + count, 0);
  return { total, by_status, by_error_code: countsOfKind('c:', [row]) };
}

const NONE = { scheduled: 0, queued: 0, running: 0, retrying: 0, succeeded: 0, failed: 0, resolved: 0 };

/** Adds up counter rows: the shards of one account, or one hour. */
export function toStats(rows: Iterable<ReadonlyMap<string, number>>): Stats {
  const stats: Stats = { total: 0, by_status: { ...NONE }, by_action: {}, by_error_code: {} };
  for (const row of rows) {
    for (const [name, count] of row) {
      const kind = name.slice(0, 2);
      const value = name.slice(2);
      const status = jobStatus.safeParse(value);
      if (kind === 's:' && status.success) {
        stats.by_status[status.data] += count;
        stats.total += count;
      } else if (kind === 'a:') stats.by_action[value] = (stats.by_action[value] ?? 0) + count;
      else if (kind === 'e:') stats.by_error_code[value] = (stats.by_error_code[value] ?? 0) + count;
    }
  }
  return { ...stats, by_action: withoutZeros(stats.by_action), by_error_code: withoutZeros(stats.by_error_code) };
}

/** The same counts, computed from these jobs. */
export function statsOfJobs(jobs: readonly Job[]): Stats {
  const counts = new Map<string, number>();
  for (const job of jobs) {
    const ofAccount = accountCounterRow(job.account_id, 0);
    for (const { row, name } of countsOf(job, 0)) if (row === ofAccount) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return toStats([counts]);
}

/** The first and the last error time of the failed and retrying jobs among these; null when there are none. */
export function failureTimesOf(jobs: readonly Job[]) {
  const times = jobs
    .filter(({ status }) => status === 'failed' || status === 'retrying')
    .flatMap(({ last_error_at: at }) => at ?? [])
    .sort();
  return { first_failed_at: times[0] ?? null, last_failed_at: times.at(-1) ?? null };
}

/** The counters that a search uses. */
export type SearchCounts = {
  readonly total: number;
  byStatus(status: JobStatus): number;
  byAction(action: string): number;
  /** Jobs of any status with this last error. */
  byLastError(code: FailureCode): number;
  /** All counts by name, without zeros. */
  readonly facets: {
    readonly status: Record<string, number>;
    readonly action: Record<string, number>;
    readonly last_error_code: Record<string, number>;
  };
};

/** The counter rows of one account, as searches read them. */
export function toSearchCounts(rows: Iterable<ReadonlyMap<string, number>>): SearchCounts {
  const sums = new Map<string, number>();
  for (const row of rows) for (const [name, count] of row) sums.set(name, (sums.get(name) ?? 0) + count);
  const of = (name: string): number => sums.get(name) ?? 0;
  const named = (kind: string): Record<string, number> =>
    Object.fromEntries(
      [...sums].flatMap(([name, count]) => (name.startsWith(kind) && count !== 0 ? [[name.slice(2), count]] : [])),
    );
  return {
    total: JOB_STATUSES.reduce((total, status) => total + of(`s:${status}`), 0),
    byStatus: (status) => of(`s:${status}`),
    byAction: (action) => of(`a:${action}`),
    byLastError: (code) => of(`x:${code}`),
    facets: { status: named('s:'), action: named('a:'), last_error_code: named('x:') },
  };
}

function withoutZeros(named: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(named).filter(([, count]) => count !== 0));
}

const HOUR_MS = 3_600_000;

/** The starts of the hours from `from` to `to`, both included (ms since the epoch), ascending, as ISO. */
export function hoursBetween(from: number, to: number): readonly string[] {
  const first = Math.floor(from / HOUR_MS);
  const last = Math.floor(to / HOUR_MS);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    new Date((first + at) * HOUR_MS).toISOString(),
  );
}
