import type { Connection } from '../domain/credential/connection.ts';
import type { MailServer } from '../domain/sharing/silent-hosts.ts';
import type { CredentialVault, Unreadable } from '../ports/credential-vault.ts';
import { connectionOf, type LoginPorts } from './connection-of.ts';
import type { LoginSettings } from './connection-settings.ts';

/** How a batch logs in with a credential. */
export type StoredLogin = {
  /** Null when the credential is deleted, or its fields cannot be read: then the login reports what is wrong. */
  readonly server: MailServer | null;
  /** How many connections to its provider the credential may have at once. */
  readonly maxConnections: number;
  /**
   * Settings with the opened secret; null when the credential is deleted. `refused`: an access token that the mail
   * server rejected. Throws MailboxFailure.
   */
  settings(refused: string | null): Promise<LoginSettings | null>;
};

export type StoredLoginPorts = Omit<LoginPorts, 'vault'> & {
  readonly vault: LoginPorts['vault'] & Pick<CredentialVault, 'sealed'>;
};

const DEFAULT_CONNECTIONS = 3;

/**
 * Reads the credential's row once. Its first settings come from this row; later ones, and those of a refreshed access
 * token, read the row again.
 */
export async function storedLogin(credentialId: string, ports: StoredLoginPorts): Promise<StoredLogin> {
  const row = await ports.vault.sealed(credentialId);
  let isUsed = false;
  const opened: LoginPorts['vault']['opened'] = async (id) => {
    if (isUsed) return ports.vault.opened(id);
    isUsed = true;
    return row === null ? null : row.open();
  };
  const login = { ...ports, vault: { ...ports.vault, opened } };
  return { ...placeOf(row?.connection), settings: (refused) => connectionOf(credentialId, login, refused) };
}

function placeOf(connection: Connection | Unreadable | undefined): Omit<StoredLogin, 'settings'> {
  return connection === undefined || connection === 'unreadable'
    ? { server: null, maxConnections: DEFAULT_CONNECTIONS }
    : { server: connection, maxConnections: connection.max_connections };
}
