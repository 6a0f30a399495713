import { type Bulk, foldBulk } from '../../domain/bulk/bulk.ts';
import { Problem } from '../../http/problem.ts';
import type { EventLog } from '../../ports/event-log.ts';

/** The bulk operation of the account. Throws Problem not_found for none, and another account's alike. */
export async function ownBulk(log: EventLog, bulkId: string, accounts: readonly string[]): Promise<Bulk> {
  return ownedBulk(foldBulk(await log.current(bulkId)), accounts);
}

/** What was folded, if it is of the caller's accounts. Throws Problem not_found. */
export function ownedBulk(bulk: Bulk | null, accounts: readonly string[]): Bulk {
  if (bulk === null || !accounts.includes(bulk.account_id)) throw new Problem('not_found');
  return bulk;
}
