import type { Bulk } from '../../domain/bulk/bulk.ts';
import { Problem } from '../../http/problem.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Views } from '../../ports/views.ts';
import { loadBulk } from '../../streams/load-bulk.ts';

/** The bulk operation of the account. Throws Problem not_found for none, and another account's alike. */
export async function ownBulk(
  ports: { readonly log: EventLog; readonly views: Pick<Views, 'get'> },
  bulkId: string,
  accounts: readonly string[],
): Promise<Bulk> {
  const bulk = await loadBulk(bulkId, ports);
  if (bulk === null || !accounts.includes(bulk.account_id)) throw new Problem('not_found');
  return bulk;
}
