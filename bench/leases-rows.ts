import * as z from 'zod';
import { LEASE_PREFIX, RUN_PREFIX, SLOTS_PREFIX, USAGE_PREFIX } from '../functions/adapters/dynamodb/tables.ts';
import { shareKey } from '../functions/sharing/account-share.ts';
import type { Rows } from './bill.ts';

const LEASES_TABLE = 'TablesLeases';
const PLACES = `${SLOTS_PREFIX}${shareKey('workers', '')}`;

const asked = z.object({
  Key: z.object({ id: z.object({ S: z.string() }) }),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()).default({}),
});

/** The kind of rows that a request to this table is about; null for another table than that of the leases. */
export function rowsOf(table: string, request: unknown): Rows | null {
  if (table !== LEASES_TABLE) return null;
  const { success, data } = asked.safeParse(request);
  if (!success) return 'other';
  const { Key, ExpressionAttributeValues: values } = data;
  const key = Key.id.S;
  // Only the first write of a slot says how many there are, and only its writes before the end have a new expiry.
  const isRenewal = ':until' in values && !(':most' in values);
  if (isRenewal && (key.startsWith(SLOTS_PREFIX) || key.startsWith(LEASE_PREFIX))) return 'renewal';
  if (key.startsWith(PLACES)) return 'place of an account';
  if (key.startsWith(RUN_PREFIX)) return 'runs of a task';
  if (key.startsWith(USAGE_PREFIX)) return 'usage';
  return key.startsWith(SLOTS_PREFIX) ? 'connection slot' : 'other';
}
