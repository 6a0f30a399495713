import { type ConnectionTest, testConnection } from '../../adapters/imap/test-connection.ts';
import { type CredentialEvent, recordedCredentialEventSchema } from '../../domain/credential/credential.ts';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import { connectionOf } from '../../login/connection-of.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { commandKey, earlierResult } from '../command/idempotency.ts';
import { testCredentialContract } from '../contracts/credentials.ts';
import { ownCredential } from '../own.ts';
import { appendCredentialEvent } from './append-credential-event.ts';
import type { CredentialPorts } from './ports.ts';

/** Below the 29 s of the function; the API promises an answer within 20 s. */
const DEADLINE_MS = 18_000;

/**
 * Logs in and looks around. A good test makes the credential valid; a bad one says why and punishes nobody. The event
 * holds the result, so that a replay under the same key tells it again without another login.
 */
export const testCredential = (ports: CredentialPorts) =>
  endpoint(testCredentialContract, async ({ accounts, actor, params, body, headers, path, requestId }) => {
    const { log, ids, fingerprint } = ports;
    const { id, account_id: accountId } = await ownCredential(log, params.credential_id, accounts);
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
    const key = await commandKey(keyed, ids, fingerprint);
    const earlier = key === null ? null : earlierResult(await log.read(id), key);
    if (earlier !== null) return { status: 200, data: resultOf(recordedCredentialEventSchema.parse(earlier)) };
    const event = eventOf(await tested(id, ports));
    const at = new Date().toISOString();
    const by = { uid: actor.uid, at, requestId, accounts, ifMatch: headers.ifMatch, key };
    const appended = await appendCredentialEvent(log, id, by, () => event);
    return { status: 200, data: resultOf(appended.earlier ?? event) };
  });

/** Gets hold of the login, and logs in. Without a login to be had that is the result. */
async function tested(id: string, ports: CredentialPorts): Promise<ConnectionTest> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const settings = await connectionOf(id, { ...ports, now: () => Date.now() });
    if (settings === null) throw new Problem('not_found');
    return await testConnection(ports.provider, settings, signal);
  } catch (error) {
    if (!(error instanceof MailboxFailure)) throw error;
    return { ok: false, failure: error.failure };
  }
}

function eventOf(result: ConnectionTest): CredentialEvent {
  if (result.ok) {
    const seen = { capabilities: [...result.capabilities], mailboxes: result.mailboxes };
    return { type: 'CredentialVerified', data: { by: 'test', seen } };
  }
  const { code, detail } = result.failure;
  return { type: 'CredentialTestFailed', data: { code, category: FAILURES[code].category, detail } };
}

function resultOf(event: CredentialEvent) {
  if (event.type === 'CredentialTestFailed') return { ok: false as const, ...event.data };
  const seen = event.type === 'CredentialVerified' ? event.data.seen : undefined;
  return { ok: true as const, capabilities: seen?.capabilities ?? [], mailboxes: seen?.mailboxes ?? 0 };
}
