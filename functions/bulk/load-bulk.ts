import { type Bulk, foldBulk } from '../domain/bulk/bulk.ts';
import { BULK_PROJECTION } from '../domain/views/bulk-view.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';

/**
 * The operation as its log has it now. The view is the snapshot: of a log of thousands of chunks only what came after
 * it is read.
 */
export async function loadBulk(
  bulkId: string,
  { log, views }: { readonly log: EventLog; readonly views: Pick<Views, 'get'> },
): Promise<Bulk | null> {
  const row = (await views.get([bulkId], { consistent: false })).get(bulkId);
  const snapshot = row === undefined ? null : BULK_PROJECTION.fromRow(row);
  return foldBulk(await log.read(bulkId, snapshot?.version ?? 0), snapshot);
}
