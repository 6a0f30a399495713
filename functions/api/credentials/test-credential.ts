import { connectionOf } from '../../credential-login/connection-of.ts';
import { logIn } from '../../credential-login/log-in.ts';
import { type ConnectionTest, testConnection } from '../../credential-login/test-connection.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { type CredentialEvent, recordedCredentialEventSchema } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { ConnectionSettings } from '../../ports/mailbox.ts';
import { appendOwn, byKey } from '../append-own.ts';
import { earlierResult } from '../idempotency.ts';
import { ownCredential } from '../own.ts';
import { testCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { failedTest, goodTest } from './test-result.ts';
import { withPlace } from './with-place.ts';

/** A token that comes later is of no use to a test that must answer within 20 s. */
const LOGIN_WITHIN_MS = 18_000;
/**
 * Logs in and looks around. A good test makes the credential valid; a bad one says why and punishes nobody. The event
 * holds the result, so that a replay under the same key tells it again without another login.
 */
export const testCredential = (ports: CredentialPorts) =>
  endpoint(testCredentialContract, async (request) => {
    const { log } = ports;
    const { credential_id: credentialId } = request.params;
    const { id, version, account_id: accountId } = await ownCredential(log, credentialId, request.accounts);
    const by = await byKey(request, accountId, ports);
    const earlier = by.key === null ? null : earlierResult(await log.read(id), by.key);
    if (earlier !== null) return { status: 200, data: resultOf(recordedCredentialEventSchema.parse(earlier)) };
    const connection = (await ports.vault.connections([id])).get(id);
    if (connection === undefined) throw new Problem('not_found');
    if (by.ifMatch !== null && by.ifMatch !== version) throw new Problem('version_conflict');
    const event = await withPlace(accountId, ports, async () => {
      // What cannot be read leads to no login.
      if (connection !== 'unreadable') await ports.limits.test(accountId, connection, request.now);
      return eventOf(await tested(id, ports));
    });
    const after = { ...by, at: new Date().toISOString() };
    const raced = await appendOwn<Credential, CredentialEvent>(log, id, after, foldCredential, () => event);
    const told = raced.earlier === null ? event : recordedCredentialEventSchema.parse(raced.earlier);
    return { status: 200, data: resultOf(told) };
  });

/** Gets hold of the login, and logs in, within the 20 s that the API promises. Without a login to be had that is the result. */
async function tested(id: string, ports: CredentialPorts): Promise<ConnectionTest> {
  const login = { ...ports, now: () => Date.now() };
  const until = login.now() + LOGIN_WITHIN_MS;
  const settingsOf = async (refused: string | null): Promise<ConnectionSettings> => {
    const settings = await connectionOf(id, login, refused, until);
    if (settings === null) throw new Problem('not_found');
    return settings;
  };
  return testConnection((signal) => logIn(settingsOf, (settings) => ports.provider.connect(settings, { signal })));
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
  if (event.type === 'CredentialTestFailed') return failedTest(event.data.code, event.data.detail);
  const seen = event.type === 'CredentialVerified' ? event.data.seen : undefined;
  return goodTest(seen ?? { capabilities: [], mailboxes: 0 });
}
