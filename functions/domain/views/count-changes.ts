/**
 * Counts from the stream of the Views table. A record has the old and the new row, so its effect on the counters is
 * exact, and a counter row remembers per stream shard which record it has counted last: its mark. Records of a shard
 * are delivered in order the first time, so a record up to the mark is a repetition.
 */
import * as z from 'zod';
import type { Credential } from '../credential/credential.ts';
import { groupIdOf } from '../failure-group/group-id.ts';
import type { Job } from '../job/job.ts';
import {
  accountCounterRow,
  COUNTER_SHARDS,
  type CounterDelta,
  counterDelta,
  countsOfCredential,
  differenceOf,
  groupCounterRow,
  groupOf,
  REVISION,
} from './counters.ts';

/** A record of one stream shard. `sequence`: its sequence number, up to 40 digits. */
export type JobChange = { readonly sequence: string; readonly before: Job | null; readonly after: Job | null };

/** A change of another row of an account. `before` and `after` are null, unless the row is that of a credential. */
export type OtherChange = {
  readonly sequence: string;
  readonly account: string;
  readonly credential: { readonly before: Credential | null; readonly after: Credential | null } | null;
};

/** The changes that one record makes in one counter row. `place`: its place in the shard, as text that sorts. */
export type RowChange = {
  readonly place: string;
  readonly names: ReadonlyMap<string, number>;
  /** For the row of a failure group: a failure that was not in the group before. */
  readonly failure?: Failed;
};

/** `at`: when the job failed, ISO. */
export type Failed = { readonly at: string; readonly jobId: string };

const digits = z.string().regex(/^\d{1,40}$/);

/** Sequence numbers have different lengths. The length comes first, so that text sorts like the numbers. */
export function placeOf(sequence: string): string {
  const significant = digits.parse(sequence).replace(/^0+(?=\d)/, '');
  return `${String(significant.length).padStart(2, '0')}${significant}`;
}

/** The counter row of an account that a stream shard adds to: always the same, because its mark is there. */
export function counterShardOf(streamShard: string): number {
  let hash = 2_166_136_261;
  for (const character of streamShard) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) % COUNTER_SHARDS;
}

/** The changes by counter row, in the order of the records. Each record raises the revision of its account. */
export function changesByRow(
  changes: readonly (JobChange | OtherChange)[],
  streamShard: string,
): ReadonlyMap<string, readonly RowChange[]> {
  const shard = counterShardOf(streamShard);
  const rows = new Map<string, RowChange[]>();
  for (const change of changes) {
    const account = accountOf(change);
    if (account === undefined) continue;
    const own = accountCounterRow(account, shard);
    const deltas = new Map(deltaOf(change, shard));
    deltas.set(own, new Map([...(deltas.get(own) ?? []), [REVISION, 1]]));
    const failed = 'account' in change ? null : newFailure(change);
    if (failed !== null && !deltas.has(failed.row)) deltas.set(failed.row, new Map());
    for (const [row, names] of deltas) {
      const failure = failed?.row === row ? { failure: failed.failure } : {};
      const known = rows.get(row);
      const added = { place: placeOf(change.sequence), names, ...failure };
      if (known === undefined) rows.set(row, [added]);
      else known.push(added);
    }
  }
  return rows;
}

const accountOf = (change: JobChange | OtherChange): string | undefined =>
  'account' in change ? change.account : (change.after ?? change.before)?.account_id;

function deltaOf(change: JobChange | OtherChange, shard: number): CounterDelta {
  if (!('account' in change)) return counterDelta([change], shard);
  const { before = null, after = null } = change.credential ?? {};
  return differenceOf(countsOfCredential(before, shard), countsOfCredential(after, shard));
}

/** The failure that the change brought, with the row of its group; null if it brought none. */
function newFailure({ before, after }: JobChange): { readonly row: string; readonly failure: Failed } | null {
  const group = after === null ? null : groupOf(after);
  const at = after?.last_error_at ?? null;
  if (after === null || group === null || at === null || at === before?.last_error_at) return null;
  return { row: groupCounterRow(groupIdOf(group)), failure: { at, jobId: after.id } };
}

/**
 * The prefix of the last failure of a shard in the row of a failure group. The failures of one shard come in order, so
 * a later one replaces an earlier one.
 */
const LAST = 'l:';
export const lastFailureName = (streamShard: string): string => `${LAST}${counterShardOf(streamShard)}`;
export const lastFailureText = ({ at, jobId }: Failed): string => `${at}#${jobId}`;

/** The last failure that these changes brought; null if they brought none. */
export const lastFailureIn = (changes: readonly RowChange[]): Failed | null =>
  changes.reduce<Failed | null>((last, { failure }) => later(last, failure ?? null), null);

/** The last failure that a group's row knows of. */
export function lastFailureOf(row: Readonly<Record<string, unknown>>): Failed | null {
  let last: Failed | null = null;
  for (const [name, text] of Object.entries(row)) {
    if (!name.startsWith(LAST) || typeof text !== 'string') continue;
    const [at = '', jobId = ''] = text.split('#');
    last = later(last, { at, jobId });
  }
  return last;
}

function later(one: Failed | null, other: Failed | null): Failed | null {
  if (one === null || other === null) return one ?? other;
  return other.at >= one.at ? other : one;
}

/** The sums by name. */
export function sumOf(changes: readonly RowChange[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { names } of changes) for (const [name, by] of names) sums.set(name, (sums.get(name) ?? 0) + by);
  return sums;
}

const MARK = 'q:';
/**
 * How long a mark is kept after its shard's last change of the row. Lambda delivers no record that is older than six
 * hours (set in the mapping), and a stream keeps records for 24 hours (AWS).
 */
const MARK_KEPT_MS = 48 * 3_600_000;

/** The attribute of a counter row with the mark of this stream shard. AWS: `shardId-<20 digits>-<8 hex digits>`. */
export const markName = (streamShard: string): string => `${MARK}${streamShard.replace(/^shardId-0*/, '')}`;

/** A mark at this place. `now`: ms since the epoch. */
export const markAt = (place: string, now: number): string => `${place}@${Math.floor(now / 1000)}`;

/** The changes that come after the mark; all if there is no mark. */
export function changesAfter(changes: readonly RowChange[], mark: unknown): readonly RowChange[] {
  if (typeof mark !== 'string') return changes;
  const [counted = ''] = mark.split('@');
  return changes.filter(({ place }) => place > counted);
}

/** The marks of a counter row that no later delivery needs. */
export function staleMarks(row: Readonly<Record<string, unknown>>, now: number): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(row).flatMap(([name, mark]) =>
      name.startsWith(MARK) && typeof mark === 'string' && Number(mark.split('@')[1]) * 1000 < now - MARK_KEPT_MS
        ? [[name, mark] as const]
        : [],
    ),
  );
}
