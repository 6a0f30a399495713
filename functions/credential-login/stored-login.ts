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
   * server rejected. `admitted`: the version of the credential that the login was admitted by. Throws MailboxFailure.
   */
  settings(refused: string | null, admitted: number | null): Promise<LoginSettings | null>;
};

/** The ports for reading a stored login. */
export type StoredLoginPorts = Omit<LoginPorts, 'vault'> & {
  readonly vault: LoginPorts['vault'] & Pick<CredentialVault, 'sealed'>;
};

const DEFAULT_CONNECTIONS = 3;
/** A row that was read longer ago is read again, so that a deletion or a new password takes effect. */
const MAX_ROW_AGE_MS = 2_000;

/**
 * Reads the credential's row once. `version`: of the credential, read just before. The first settings come from this
 * row if their login was admitted by the same version; all other settings read the row again. A secret that is older
 * than the state it is used with could be refused, and the refusal would count against the new secret.
 */
export async function storedLogin(
  credentialId: string,
  version: number | null,
  ports: StoredLoginPorts,
): Promise<StoredLogin> {
  const row = await ports.vault.sealed(credentialId);
  const readAt = ports.now();
  let isUsed = false;

  function loginFor(admitted: number | null): LoginPorts {
    const isKept = !isUsed && admitted === version && ports.now() - readAt <= MAX_ROW_AGE_MS;
    isUsed = true;
    if (!isKept) return ports;
    let isRead = false;
    const opened: LoginPorts['vault']['opened'] = async (id) => {
      if (isRead) return ports.vault.opened(id);
      isRead = true;
      return row === null ? null : row.open();
    };
    return { ...ports, vault: { ...ports.vault, opened } };
  }

  return {
    ...placeOf(row?.connection),
    settings: (refused, admitted) => connectionOf(credentialId, loginFor(admitted), refused),
  };
}

function placeOf(connection: Connection | Unreadable | undefined): Omit<StoredLogin, 'settings'> {
  return connection === undefined || connection === 'unreadable'
    ? { server: null, maxConnections: DEFAULT_CONNECTIONS }
    : { server: connection, maxConnections: connection.max_connections };
}
