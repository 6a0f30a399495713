import type { Connection } from '../../domain/credential/connection.ts';
import type { CredentialVault } from '../../ports/credential-vault.ts';
import type { LastUse, Slots } from '../../ports/slots.ts';

/**
 * The vault whose connection fields contain the last use, which workers store beside the connection slots. Rows from
 * before that have it among their fields; the later time counts.
 */
export function withLastUse<V extends Pick<CredentialVault, 'connections'>>(
  vault: V,
  slots: Pick<Slots, 'lastUses'>,
): V {
  return {
    ...vault,
    async connections(ids) {
      const [rows, uses] = await Promise.all([vault.connections(ids), slots.lastUses(ids)]);
      return new Map(
        [...rows].map(([id, row]) => [id, row === 'unreadable' ? row : usedAs(row, uses.get(id) ?? {})] as const),
      );
    },
  };
}

const usedAs = (row: Connection, { lastUsedAt, lastSyncedAt }: LastUse): Connection => ({
  ...row,
  last_used_at: later(row.last_used_at, lastUsedAt),
  last_synced_at: later(row.last_synced_at, lastSyncedAt),
});

function later(one: string | null, other = ''): string | null {
  if (one === null) return other || null;
  return Date.parse(other) > Date.parse(one) ? other : one;
}
