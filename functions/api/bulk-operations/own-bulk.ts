import { type Bulk, foldBulk } from '../../domain/bulk/bulk.ts';
import { Problem } from '../../http/problem.ts';
import type { EventLog } from '../../ports/event-log.ts';

/**
 * Reads the bulk operation of the caller. Throws Problem not_found if it does not exist or belongs to another account.
 */
export async function ownBulk(log: EventLog, bulkId: string, accounts: readonly string[]): Promise<Bulk> {
  return ownedBulk(foldBulk(await log.current(bulkId)), accounts);
}

/** The folded operation, if it belongs to the caller's accounts. Throws Problem not_found. */
export function ownedBulk(bulk: Bulk | null, accounts: readonly string[]): Bulk {
  if (bulk === null || !accounts.includes(bulk.account_id)) throw new Problem('not_found');
  return bulk;
}
