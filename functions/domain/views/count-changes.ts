/**
 * Counts from the stream of the Views table. A record has the old and the new row, so its effect on the counters is
 * exact, and a counter row remembers per stream shard which record it has counted last: its mark. Records of a shard
 * are delivered in order the first time, so a record up to the mark is a repetition.
 */
import * as z from 'zod';
import type { Job } from '../job/job.ts';
import { COUNTER_SHARDS, counterDelta } from './counters.ts';

/** A record of one stream shard. `sequence`: its sequence number, up to 40 digits. */
export type JobChange = { readonly sequence: string; readonly before: Job | null; readonly after: Job | null };

/** What one record changes in one counter row. `place`: its place in the shard, as text that sorts. */
export type RowChange = { readonly place: string; readonly names: ReadonlyMap<string, number> };

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

/** The changes by counter row, in the order of the records. Records that change no count are left out. */
export function changesByRow(
  changes: readonly JobChange[],
  streamShard: string,
): ReadonlyMap<string, readonly RowChange[]> {
  const rows = new Map<string, RowChange[]>();
  for (const { sequence, ...change } of changes) {
    for (const [row, names] of counterDelta([change], counterShardOf(streamShard)))
      rows.set(row, [...(rows.get(row) ?? []), { place: placeOf(sequence), names }]);
  }
  return rows;
}

/** The sums by name, without zeros. */
export function sumOf(changes: readonly RowChange[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { names } of changes) for (const [name, by] of names) sums.set(name, (sums.get(name) ?? 0) + by);
  return new Map([...sums].filter(([, sum]) => sum !== 0));
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

/** The marks of a counter row that no delivery can need any more. */
export function staleMarks(row: Readonly<Record<string, unknown>>, now: number): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(row).flatMap(([name, mark]) =>
      name.startsWith(MARK) && typeof mark === 'string' && Number(mark.split('@')[1]) * 1000 < now - MARK_KEPT_MS
        ? [[name, mark] as const]
        : [],
    ),
  );
}
