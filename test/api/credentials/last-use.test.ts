import { expect, it } from 'vitest';
import { withLastUse } from '../../../functions/api/credentials/last-use.ts';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import type { CredentialVault, Unreadable } from '../../../functions/ports/credential-vault.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';

const EARLIER = '2026-11-01T00:00:00.000Z';
const LATER = '2026-11-02T00:00:00.000Z';

const row = (id: string, last_used_at: string | null): Connection => ({
  id,
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'password',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: 'u***',
  label: null,
  external_ref: null,
  generation: 1,
  last_used_at,
  last_synced_at: null,
});

async function shown(stored: Connection | Unreadable, lastUsedAt: string | null) {
  const slots = memorySlots();
  const slot = await slots.take('pc_1', 'owner', 1, 0, 1);
  if (slot !== null) await slots.release(slot, lastUsedAt === null ? {} : { lastUsedAt });
  const connections: CredentialVault['connections'] = async () => new Map([['pc_1', stored]]);
  const vault = withLastUse({ connections }, slots);
  return (await vault.connections(['pc_1'])).get('pc_1');
}

it.each([
  ['stored with the slot only', null, LATER, LATER],
  ['stored with the fields only, by an earlier release', EARLIER, null, EARLIER],
  ['later with the slot', EARLIER, LATER, LATER],
  ['later with the fields', LATER, EARLIER, LATER],
  ['unknown', null, null, null],
])('a credential shows its last use: %s', async (_, inFields, withSlot, expected) => {
  expect(await shown(row('pc_1', inFields), withSlot)).toEqual(row('pc_1', expected));
});

it('a row that cannot be read stays one that cannot be read', async () => {
  expect(await shown('unreadable', LATER)).toBe('unreadable');
});
