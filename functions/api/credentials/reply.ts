import type { Connection } from '../../domain/credential/connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { countWaitingNow } from '../../queries/count-waiting.ts';
import type { CredentialPorts } from './credential-ports.ts';

/**
 * What the reply to a change shows besides the credential after it: its stored fields before the change (`known` if
 * they no longer exist or cannot be read), and how many jobs wait for it. `now` in ms.
 */
export async function replyOf(
  after: Credential,
  known: Connection,
  { log, views, vault }: Pick<CredentialPorts, 'log' | 'views' | 'vault'>,
  now: number,
): Promise<{ readonly connection: Connection; readonly waiting: number }> {
  const [fields, waiting] = await Promise.all([
    vault.connections([after.id]),
    countWaitingNow(after, { log, views }, now),
  ]);
  const connection = fields.get(after.id) ?? 'unreadable';
  return { connection: connection === 'unreadable' ? known : connection, waiting };
}
