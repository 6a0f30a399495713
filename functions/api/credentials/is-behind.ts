/**
 * Whether the vault is behind the log. An event that changes where a credential connects is appended before the vault
 * is written. For a moment, or for longer after a crash, the vault holds fields of an earlier generation. A change
 * cannot be compared with such fields: it must be treated as a change to another mailbox.
 */
import type { Credential } from '../../domain/credential/credential.ts';
import type { StoredConnection } from '../../ports/credential-vault.ts';

/** Whether an event has named one of the fields, and the vault did not have its value yet when it was read. */
export function isBehind({ written }: StoredConnection, { named }: Credential, fields: readonly string[]): boolean {
  return written !== null && fields.some((field) => (named[field] ?? 0) > (written[field] ?? 0));
}
