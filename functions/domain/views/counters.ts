import type { Credential } from '../credential/credential.ts';
import { type GroupKey, groupIdOf, groupKeyOf } from '../failure-group/group-id.ts';
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

/** The counter row of a failure group. */
export const groupCounterRow = (groupId: string): string => `${COUNTER_PREFIX}${groupId}`;
/** The group of a counter row; null if the row is not one of a group. */
export const groupOfCounterRow = (row: string): GroupKey | null => groupKeyOf(row.slice(COUNTER_PREFIX.length));

/**
 * Whether the row stays when all its counts are zero: true for rows of an account, false for rows of an hour or a
 * failure group.
 */
export const isLasting = (row: string): boolean => /#\d$/.test(row);

/** The count of changes in an account's rows. It only rises. */
export const REVISION = 'v:';

const isInError = ({ status }: Job): boolean => status === 'failed' || status === 'retrying';

/** The failure group of a failed or retrying job; null for others. */
export function groupOf(job: Job): GroupKey | null {
  const { account_id, last_error_code: code, last_error_host: host } = job;
  return code === null || job.deleted || !isInError(job) ? null : { account_id, code, host };
}

/**
 * The counts that a job adds to in its present state; none for a deleted or absent job. `s:` status, `a:` action, `e:`
 * the error of failed and retrying jobs (shown to operators), `x:` the last error of any job (as in the error index).
 * In the row of the hour in which it ended `d:` status and `c:` the error if it failed; in the row of its failure
 * group `f:` or `r:` its action, by whether it failed or is retrying.
 */
export function countsOf(job: Job | null, shard: number): readonly Count[] {
  if (job === null || job.deleted) return [];
  const row = accountCounterRow(job.account_id, shard);
  const counts = [
    { row, name: `s:${job.status}` },
    { row, name: `a:${job.action}` },
    { row: hourCounterRow(job.account_id, job.created_at), name: `s:${job.status}` },
  ];
  const { last_error_code: code } = job;
  if (code !== null) counts.push({ row, name: `x:${code}` });
  if (isInError(job) && code !== null) counts.push({ row, name: `e:${code}` });
  if (job.finished_at !== null) {
    const ended = hourCounterRow(job.account_id, job.finished_at);
    counts.push({ row: ended, name: `d:${job.status}` });
    if (job.status === 'failed' && code !== null) counts.push({ row: ended, name: `c:${code}` });
  }
  const group = groupOf(job);
  if (group !== null)
    counts.push({
      row: groupCounterRow(groupIdOf(group)),
      name: `${job.status === 'failed' ? 'f' : 'r'}:${job.action}`,
    });
  return counts;
}

/** The counts that a credential adds to: `p:` its status. */
export function countsOfCredential(credential: Credential | null, shard: number): readonly Count[] {
  if (credential === null || credential.deleted) return [];
  return [{ row: accountCounterRow(credential.account_id, shard), name: `p:${credential.status}` }];
}

/** Row → name → the number to add. Zeros are left out. */
export type CounterDelta = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const counterDelta = (
  changes: readonly { before: Job | null; after: Job | null }[],
  shard: number,
): CounterDelta =>
  differenceOf(
    changes.flatMap(({ before }) => countsOf(before, shard)),
    changes.flatMap(({ after }) => countsOf(after, shard)),
  );

/** The numbers to add, so that `before` becomes `after`. */
export function differenceOf(before: readonly Count[], after: readonly Count[]): CounterDelta {
  const sums = new Map<string, Map<string, number>>();
  const add = ({ row, name }: Count, by: number): void => {
    const names = sums.get(row) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + by);
    sums.set(row, names);
  };
  for (const count of before) add(count, -1);
  for (const count of after) add(count, 1);
  for (const [row, names] of sums) {
    for (const [name, sum] of names) if (sum === 0) names.delete(name);
    if (names.size === 0) sums.delete(row);
  }
  return sums;
}
