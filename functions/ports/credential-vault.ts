import type { Connection } from '../domain/credential/connection.ts';
import type { OAuthSecret, Secret, StoredSecret } from '../domain/credential/secret.ts';

/** What an operator may change. */
export type ConnectionChanges = Partial<
  Pick<Connection, 'host' | 'port' | 'security_mode' | 'tls_ca_pem' | 'max_connections' | 'label' | 'external_ref'>
>;

/** The version and the generation that an event gave the credential. */
export type WrittenBy = { readonly version: number; readonly generation: number };

/** The row is there, and was rewritten to what no credential has. Such a row costs its credential alone. */
export type Unreadable = 'unreadable';

export type StoredConnection = {
  readonly connection: Connection;
  /** By field (`secret` is one), the version of the event that last wrote it; null of one from before this was noted. */
  readonly written: Readonly<Record<string, number>> | null;
};

/** A secret and the fields it is sealed with, of one reading of one row: no other place may be given it. */
export type OpenedCredential<S extends StoredSecret = StoredSecret> = {
  readonly connection: Connection;
  readonly secret: S;
};

/** Connection fields and secrets of credentials. A secret goes in and is used; nothing but `opened` gives it out. */
export interface CredentialVault {
  /**
   * Stores a new credential's fields with its sealed secret. A row that an earlier try of the same request left behind
   * (`fingerprint` tells) is as good as stored; `other` means that the id is taken by something else.
   */
  put(connection: Connection, secret: Secret, fingerprint: string): Promise<'stored' | 'other'>;
  /** Fields by id; those that are gone are missing from the map. */
  connections(ids: readonly string[]): Promise<ReadonlyMap<string, Connection | Unreadable>>;
  /**
   * The opened secret with its fields, null when the credential is gone. Plain values are kept at most 5 minutes. A
   * secret that an earlier version sealed is sealed again, with its place. Throws VaultError when the row was altered.
   */
  opened(id: string): Promise<OpenedCredential | null>;
  /**
   * Puts what `refresh` brings in the place of exactly the secret it is made with, and gives it back; null when another
   * secret or another place is stored, before the refresh or after it. The provider may have taken the old tokens back by
   * then. So `refresh` is called only when the row is read and its key is open: after it nothing but one write is left
   * to do. Throws what `refresh` throws, and when the write fails.
   */
  replaceTokens(old: OpenedCredential<OAuthSecret>, refresh: () => Promise<OAuthSecret>): Promise<OAuthSecret | null>;
  /** What is stored now; null when the credential is gone. Throws VaultError when the row has not the shape of one. */
  read(id: string): Promise<StoredConnection | null>;
  /**
   * Changes these fields, and the secret when one is given, as the event of that version says. Events have an order,
   * their changes may come in any: what a later event has written stays. A secret is sealed with the place that the row
   * has then. False when the credential is gone. Throws VaultError when the row was altered, unless the secret and its
   * whole place are given.
   */
  update(id: string, by: WrittenBy, changes: ConnectionChanges, secret?: Secret): Promise<boolean>;
  /** Notes when it was used or synced. Lost on failure: it decides nothing. */
  touch(id: string, times: { readonly lastUsedAt?: string; readonly lastSyncedAt?: string }): Promise<void>;
  destroy(id: string): Promise<void>;
}
