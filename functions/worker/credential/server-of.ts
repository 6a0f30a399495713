import type { CredentialVault } from '../../ports/credential-vault.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const DEFAULT_CONNECTIONS = 3;

/**
 * The server of a credential and its maximum number of connections. `at` is null when the fields are missing or cannot
 * be read: then the login reports the error.
 */
export async function serverOf(
  vault: Pick<CredentialVault, 'connections'>,
  credentialId: string,
): ReturnType<WorkerPorts['server']> {
  const connection = (await vault.connections([credentialId])).get(credentialId);
  return connection === undefined || connection === 'unreadable'
    ? { at: null, maxConnections: DEFAULT_CONNECTIONS }
    : { at: connection, maxConnections: connection.max_connections };
}
