import { connectionOf } from '../../credential-login/connection-of.ts';
import { logIn } from '../../credential-login/log-in.ts';
import { type ConnectionTest, testConnection } from '../../credential-login/test-connection.ts';
import { type CredentialEvent, recordedCredentialEventSchema } from '../../domain/credential/events.ts';
import { foldCredential } from '../../domain/credential/history.ts';
import { FAILURES } from '../../domain/failure/catalogue.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { ConnectionSettings } from '../../ports/mailbox.ts';
import { appendOwn, assertMatches, byKey, nothing, openOwn } from '../append-own.ts';
import { testCredentialContract } from './contracts.ts';
import type { CredentialPorts } from './credential-ports.ts';
import { failedTest, goodTest } from './test-result.ts';
import { withPlace } from './with-place.ts';

/** A token that comes later is too late: a test must answer within 20 s. */
const LOGIN_WITHIN_MS = 18_000;
/**
 * Logs in and lists the folders. A successful test makes the credential valid. A failed one gives the reason and does
 * not count against the credential. The event holds the result, so that a replay under the same key returns it without
 * another login.
 */
export const testCredential = (ports: CredentialPorts) =>
  endpoint(testCredentialContract, async (request) => {
    const { log } = ports;
    const { credential_id: credentialId } = request.params;
    const opened = await openOwn(log, credentialId, byKey(request, ports), foldCredential);
    const { by, earlier } = opened;
    const { id, version, account_id: accountId } = opened.state;
    if (earlier !== null) return { status: 200, data: resultOf(recordedCredentialEventSchema.parse(earlier)) };
    const connection = (await ports.vault.connections([id])).get(id);
    if (connection === undefined) throw new Problem('not_found');
    assertMatches(by, version);
    const event = await withPlace(accountId, ports, async () => {
      // Unreadable fields cause no login, so nothing is counted.
      if (connection !== 'unreadable') await ports.limits.test(accountId, connection, request.now);
      return eventOf(await tested(id, ports));
    });
    const after = { ...by, at: new Date().toISOString() };
    const raced = await appendOwn(log, { ...opened, by: after }, () => event, nothing);
    const recorded = raced.earlier === null ? event : recordedCredentialEventSchema.parse(raced.earlier);
    return { status: 200, data: resultOf(recorded) };
  });

/**
 * Opens the login and logs in, within the 20 s that the API promises. If there is no login, the failure is the result.
 */
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
