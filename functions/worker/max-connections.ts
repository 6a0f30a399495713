import type { CredentialVault } from '../ports/credential-vault.ts';

const DEFAULT_CONNECTIONS = 3;

/** How many connections a credential may have at once. Of fields that cannot be read: the login says what they are. */
export async function maxConnections(
  vault: Pick<CredentialVault, 'connections'>,
  credentialId: string,
): Promise<number> {
  const connection = (await vault.connections([credentialId])).get(credentialId);
  return connection === undefined || connection === 'unreadable' ? DEFAULT_CONNECTIONS : connection.max_connections;
}
