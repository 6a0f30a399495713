import type { Connection } from '../domain/credential/connection.ts';
import type { OAuthSecret, Secret, StoredSecret } from '../domain/credential/secret.ts';

/** Connection fields and secrets of credentials. A secret goes in and is used; nothing but `secret` gives it out. */
export interface CredentialVault {
  /**
   * Stores a new credential's fields with its sealed secret. A row that an earlier try of the same request left behind
   * (`fingerprint` tells) is as good as stored; `other` means that the id is taken by something else.
   */
  put(connection: Connection, secret: Secret, fingerprint: string): Promise<'stored' | 'other'>;
  /** Fields by id; those that are gone are missing from the map. */
  connections(ids: readonly string[]): Promise<ReadonlyMap<string, Connection>>;
  /** The opened secret, null when the credential is gone. Plain values are kept at most 5 minutes. */
  secret(id: string): Promise<StoredSecret | null>;
  /** Puts what a refresh brought in the place of exactly the secret it was made with; false when that was replaced. */
  storeTokens(id: string, old: OAuthSecret, next: OAuthSecret): Promise<boolean>;
  /** Replaces the fields that an operator may change; false when the credential is gone. */
  update(connection: Connection): Promise<boolean>;
  /** Seals another secret in place of the old one, whose row is overwritten; false when the credential is gone. */
  rotate(id: string, secret: Secret, usernameMasked: string): Promise<boolean>;
  /** Notes when it was used or synced. Lost on failure: it decides nothing. */
  touch(id: string, times: { readonly lastUsedAt?: string; readonly lastSyncedAt?: string }): Promise<void>;
  destroy(id: string): Promise<void>;
}
