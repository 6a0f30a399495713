import { type Bulk, foldBulk } from '../domain/bulk/bulk.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { fromViews } from './current.ts';

/** The operation as its log has it now, read from its view row on: its stream has thousands of chunks. */
export async function loadBulk(
  bulkId: string,
  { log, views }: { readonly log: EventLog; readonly views: Pick<Views, 'get'> },
): Promise<Bulk | null> {
  return foldBulk(await fromViews(log, views).current(bulkId));
}
