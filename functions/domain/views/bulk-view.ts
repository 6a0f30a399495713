import { BULK_HISTORY, type Bulk, bulkSchema } from '../bulk/bulk.ts';
import { bulksOf, RUNNING_BULKS } from './keys.ts';
import { FIRST_FOLD, type ViewRow, withoutNulls } from './row.ts';

/** A running operation that has written nothing for this long has lost its runner: a chunk takes less time. */
export const SILENT_MS = 30_000;

/** From when (ms since the epoch) a running operation counts as having lost its runner. */
export function silentFrom({ updated_at: updatedAt, awaiting }: Bulk): number {
  return Math.max(Date.parse(updatedAt), awaiting === null ? 0 : Date.parse(awaiting.until)) + SILENT_MS;
}

export function bulkRow(bulk: Bulk): ViewRow {
  const silentAt = new Date(silentFrom(bulk)).toISOString();
  return {
    id: bulk.id,
    v: bulk.version,
    b: withoutNulls(bulk),
    ga: bulksOf(bulk.account_id),
    s: `${bulk.created_at}#${bulk.id}`,
    ...(bulk.status === 'running' ? { go: RUNNING_BULKS, od: `${silentAt}#${bulk.id}` } : {}),
  };
}

export const BULK_PROJECTION = {
  history: BULK_HISTORY,
  fold: FIRST_FOLD,
  toRow: bulkRow,
  fromRow: (row: ViewRow): Bulk | null => (row.b === undefined ? null : bulkSchema.parse(row.b)),
};
