import type { Connection } from '../domain/credential/connection.ts';
import type { OAuthSecret, Secret, StoredSecret } from '../domain/credential/secret.ts';

/** The fields that an operator may change. */
export type ConnectionChanges = Partial<
  Pick<Connection, 'host' | 'port' | 'security_mode' | 'tls_ca_pem' | 'max_connections' | 'label' | 'external_ref'>
>;

/** The version and the generation of the event that changed the credential. */
export type WrittenBy = { readonly version: number; readonly generation: number };

/** The row exists, but its content is not that of a credential. Such a row affects only its own credential. */
export type Unreadable = 'unreadable';

/** The connection fields of a credential, which are not in the log. */
export type StoredConnection = {
  readonly connection: Connection;
  /**
   * By field (`secret` is one), the version of the event that last wrote it; null in rows from before it was stored.
   */
  readonly written: Readonly<Record<string, number>> | null;
};

/**
 * A secret and the fields it is sealed with, from one read of one row: the secret must not be sent to any other place.
 */
export type OpenedCredential<S extends StoredSecret = StoredSecret> = {
  readonly connection: Connection;
  readonly secret: S;
};

/** A credential's row, from one read. `open` throws VaultError when the row was altered. */
export type SealedCredential = {
  readonly connection: Connection | Unreadable;
  open(): Promise<OpenedCredential>;
};

/** Connection fields and secrets of credentials. A secret is stored and used; only `opened` and `sealed` return it. */
export interface CredentialVault {
  /**
   * Stores a new credential's fields with its sealed secret. If an earlier try of the same request (same
   * `fingerprint`) already stored the row, it counts as stored. `other`: the id is used by something else.
   */
  put(connection: Connection, secret: Secret, fingerprint: string): Promise<'stored' | 'other'>;
  /** Fields by id; deleted credentials are missing from the map. */
  connections(ids: readonly string[]): Promise<ReadonlyMap<string, Connection | Unreadable>>;
  /**
   * The opened secret with its fields; null when the credential was deleted. Plain values are cached for at most 5
   * minutes. A secret that an earlier release sealed is sealed again, bound to its place. Throws VaultError when the
   * row was altered.
   */
  opened(id: string): Promise<OpenedCredential | null>;
  /** The row without opening its secret, which may need the key service; null when the credential was deleted. */
  sealed(id: string): Promise<SealedCredential | null>;
  /**
   * Replaces exactly the given secret by the result of `refresh`, and returns that result. Null when another secret or
   * another place is stored, before or after the refresh. The provider may already have revoked the old tokens by
   * then. So `refresh` is called only after the row is read and its key is open: only one write is left to do. Throws
   * the errors of `refresh`, and when the write fails.
   */
  replaceTokens(old: OpenedCredential<OAuthSecret>, refresh: () => Promise<OAuthSecret>): Promise<OAuthSecret | null>;
  /**
   * The stored fields; null when the credential was deleted. Throws VaultError when the row is not that of a
   * credential.
   */
  read(id: string): Promise<StoredConnection | null>;
  /**
   * Changes these fields, and the secret if given, as the event of that version says. Changes may arrive in any order:
   * a field that a later event has written stays. The secret is sealed with the resulting place. False when the
   * credential was deleted. Throws VaultError when the row was altered, unless the secret and its whole place are
   * given.
   */
  update(id: string, by: WrittenBy, changes: ConnectionChanges, secret?: Secret): Promise<boolean>;
  destroy(id: string): Promise<void>;
}
