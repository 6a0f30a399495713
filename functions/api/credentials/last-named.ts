/**
 * Whether the vault is behind the log. The event that changes where a credential leads is appended before the vault is
 * written, so for a moment, or after a crash for longer, the vault holds what no generation stands for any more. Who
 * compares a change with it then cannot tell whether it leads elsewhere, and has to take it that it does.
 */
import type { Credential } from '../../domain/credential/credential.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import type { Envelope } from '../../domain/event/event.ts';
import type { StoredConnection } from '../../ports/credential-vault.ts';

/** A credential, and by field of the vault (`secret` is one) the version of the last event that named it. */
export type Named = Credential & { readonly lastNamed: Readonly<Record<string, number>> };

export function foldNamed(history: readonly Envelope[]): Named | null {
  const credential = foldCredential(history);
  return credential === null ? null : { ...credential, lastNamed: credential.named };
}

/** Whether an event has named one of the fields that had not reached the vault when it was read. */
export function isBehind({ written }: StoredConnection, { lastNamed }: Named, fields: readonly string[]): boolean {
  return written !== null && fields.some((field) => (lastNamed[field] ?? 0) > (written[field] ?? 0));
}
