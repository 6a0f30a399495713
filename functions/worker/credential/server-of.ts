import type { CredentialVault } from '../../ports/credential-vault.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const DEFAULT_CONNECTIONS = 3;

/**
 * Where a credential leads and how many connections it may have at once; `at` is null where there are no fields. Fields
 * that cannot be read count as none: the login says what is wrong with them.
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
