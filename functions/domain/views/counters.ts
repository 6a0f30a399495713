import type { Job } from '../job/job.ts';

/** One count of one thing: attribute `name` of the counter row `row`. */
export type Count = { readonly row: string; readonly name: string };

/** An account has several counter rows, so that stream shards seldom write to the same one. A read sums them. */
export const COUNTER_SHARDS = 4;

/** The prefix of counter rows. */
export const COUNTER_PREFIX = 'cnt#';
export const accountCounterRow = (accountId: string, shard: number): string => `${COUNTER_PREFIX}${accountId}#${shard}`;
export const accountCounterRows = (accountId: string): readonly string[] =>
  Array.from({ length: COUNTER_SHARDS }, (_, shard) => accountCounterRow(accountId, shard));
export const hourCounterRow = (accountId: string, iso: string): string =>
  `${COUNTER_PREFIX}${accountId}#h#${iso.slice(0, 13)}`;

/**
 * The counts that a job adds to in its present state; none for a deleted or absent job. `s:` status, `a:` action, `e:`
 * the error of failed and retrying jobs (shown to operators), `x:` the last error of any job (as in the error index).
 * Whatever else is to be counted from jobs (failures by code and host, for example) is added here: rows of its own.
 */
export function countsOf(job: Job | null, shard: number): readonly Count[] {
  if (job === null || job.deleted) return [];
  const row = accountCounterRow(job.account_id, shard);
  const counts = [
    { row, name: `s:${job.status}` },
    { row, name: `a:${job.action}` },
    { row: hourCounterRow(job.account_id, job.created_at), name: `s:${job.status}` },
  ];
  if (job.last_error_code !== null) counts.push({ row, name: `x:${job.last_error_code}` });
  const inError = job.status === 'failed' || job.status === 'retrying';
  if (inError && job.last_error_code !== null) counts.push({ row, name: `e:${job.last_error_code}` });
  return counts;
}

/** Row → name → the number to add. Zeros are left out. */
export type CounterDelta = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function counterDelta(
  changes: readonly { before: Job | null; after: Job | null }[],
  shard: number,
): CounterDelta {
  const sums = new Map<string, Map<string, number>>();
  const add = ({ row, name }: Count, by: number): void => {
    const names = sums.get(row) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + by);
    sums.set(row, names);
  };
  for (const { before, after } of changes) {
    for (const count of countsOf(before, shard)) add(count, -1);
    for (const count of countsOf(after, shard)) add(count, 1);
  }
  for (const [row, names] of sums) {
    for (const [name, sum] of names) if (sum === 0) names.delete(name);
    if (names.size === 0) sums.delete(row);
  }
  return sums;
}
