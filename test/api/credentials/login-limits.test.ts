/** Attacks that try passwords of another person's mailbox through the API. */
import { beforeEach, describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { createCredential } from '../../../functions/api/credentials/create-credential.ts';
import type { CredentialPorts } from '../../../functions/api/credentials/credential-ports.ts';
import { loginLimits } from '../../../functions/api/credentials/login-limits.ts';
import { rotateCredential } from '../../../functions/api/credentials/rotate-credential.ts';
import { testCredential } from '../../../functions/api/credentials/test-credential.ts';
import { updateCredential } from '../../../functions/api/credentials/update-credential.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import { serve } from '../../../functions/http/serve.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryUsage } from '../../fixtures/in-memory-usage.ts';
import { memoryCredentialVault } from '../../fixtures/in-memory-vaults.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const LIMITS = limitsSchema.parse({});
const SECRET = { username: 'victim@example.com', password: 'guess 0' };

function world() {
  let logins = 0;
  const ports: CredentialPorts = {
    log: memoryEventLog(),
    views: memoryViews(),
    vault: memoryCredentialVault([]),
    mail: noMail,
    ids,
    provider: {
      connect() {
        logins += 1;
        throw new MailboxFailure({ code: 'auth_failed', detail: '', retryAfterMs: null, outcomeUnknown: false });
      },
    },
    slots: memorySlots(),
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    quotas: noQuotas,
    accountWaits: 10,
    limits: loginLimits(memoryUsage(), ids, LIMITS),
    fingerprint: async (text) => text,
    refusal: () => null,
  };
  const handler = serve([
    createCredential(ports),
    testCredential(ports),
    rotateCredential(ports),
    updateCredential(ports),
  ]);
  const call = async (
    route: string,
    parameters: Record<string, string>,
    body: unknown,
    acc = 'acc_one',
    key?: string,
  ) => {
    const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const claims = { acc, uid: 'ann', role: 'owner' };
    const path = route.split(' ')[1] ?? '';
    const event = gatewayEvent({ routeKey: route, path, parameters, headers, claims, body: JSON.stringify(body) });
    const { statusCode, headers: given, body: text } = await handler(event, lambdaContext);
    return { status: statusCode, headers: given, body: JSON.parse(text) };
  };
  return {
    logins: () => logins,
    create: (host = 'imap.example.com', secret = SECRET, acc = 'acc_one') =>
      call(
        'POST /api/accounts/{account_id}/provider-credentials',
        { account_id: acc },
        { provider_kind: 'imap', host, port: 993, security_mode: 'ssl_tls', auth_kind: 'password', secret },
        acc,
      ),
    test: (id: string, acc = 'acc_one', key?: string) =>
      call('POST /api/provider-credentials/{credential_id}/test', { credential_id: id }, {}, acc, key),
    rotate: (id: string, password: string) =>
      call(
        'POST /api/provider-credentials/{credential_id}/rotate',
        { credential_id: id },
        { secret: { ...SECRET, password } },
      ),
    update: (id: string, password: string, place: Record<string, unknown> = {}) =>
      call(
        'PATCH /api/provider-credentials/{credential_id}',
        { credential_id: id },
        { ...place, secret: { ...SECRET, password } },
      ),
  };
}

describe('a caller who guesses passwords', () => {
  let api: ReturnType<typeof world>;
  beforeEach(() => {
    api = world();
  });

  it('by testing one credential repeatedly is refused with Retry-After, and no login is made', async () => {
    const id = (await api.create()).body.data.id;
    for (let at = 0; at < LIMITS.testsPerHostAndHour; at += 1) expect((await api.test(id)).status).toBe(200);
    const before = api.logins();
    const refused = await api.test(id);
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', limit: 'testsPerHostAndHour', value: LIMITS.testsPerHostAndHour },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(3_600);
    expect(api.logins()).toBe(before);
  });

  it('by rotating the secret before each test gets no more tests', async () => {
    const id = (await api.create()).body.data.id;
    let tested = 0;
    for (let at = 0; at < 30; at += 1) {
      await api.rotate(id, `guess ${at}`);
      if ((await api.test(id)).status === 200) tested += 1;
    }
    expect(tested).toBe(LIMITS.testsPerHostAndHour);
    expect(api.logins()).toBe(LIMITS.testsPerHostAndHour);
  });

  it('by creating a credential for each test, with other spellings of the host, gets no more tests', async () => {
    const hosts = ['imap.example.com', 'IMAP.example.com', 'imap.example.com.', 'iMap.Example.Com'];
    let tested = 0;
    for (let at = 0; at < 40; at += 1) {
      const secret = { username: `user${at}@example.com`, password: 'spray' };
      const made = await api.create(hosts[at % hosts.length], secret);
      if (made.status === 201 && (await api.test(made.body.data.id)).status === 200) tested += 1;
    }
    expect(tested).toBe(LIMITS.testsPerHostAndHour);
  });

  it('by using many hosts gets no more tests than the account has', async () => {
    let tested = 0;
    let last: unknown;
    for (let at = 0; at < 80; at += 1) {
      const made = await api.create(`imap${at}.example.com`);
      const answer = await api.test(made.body.data.id);
      last = answer.body;
      if (answer.status === 200) tested += 1;
    }
    expect(tested).toBe(LIMITS.testsPerHour);
    expect(last).toMatchObject({ limit: 'testsPerHour', value: LIMITS.testsPerHour });
  });

  it('by other spellings of the user name gives no more secrets', async () => {
    const names = [SECRET.username, ' victim@example.com', 'VICTIM@example.com', 'Victim@Example.com '];
    const statuses: number[] = [];
    for (let at = 0; at <= LIMITS.secretsPerMailboxAndHour; at += 1)
      statuses.push((await api.create(undefined, { ...SECRET, username: names[at % 4] ?? '' })).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(LIMITS.secretsPerMailboxAndHour);
    expect(statuses.at(-1)).toBe(429);
  });

  it('by giving secrets for a worker to try, to one or to new credentials, is refused for that mailbox', async () => {
    const { body } = await api.create();
    const statuses: number[] = [];
    for (let at = 0; at < LIMITS.secretsPerMailboxAndHour - 1; at += 1)
      statuses.push((await (at % 2 === 0 ? api.rotate(body.data.id, `guess ${at}`) : api.create())).status);
    expect(new Set(statuses)).toEqual(new Set([200, 201]));
    expect(await api.rotate(body.data.id, 'one more')).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', limit: 'secretsPerMailboxAndHour' },
    });
    expect((await api.create()).status).toBe(429);
    // Another mailbox of the same server is not limited: customers connect hundreds at once.
    expect((await api.create('imap.example.com', { ...SECRET, username: 'else@example.com' })).status).toBe(201);
  });

  it('by sending secrets with a change of the credential is refused for that mailbox', async () => {
    const id = (await api.create()).body.data.id;
    for (let at = 1; at < LIMITS.secretsPerMailboxAndHour; at += 1)
      expect((await api.update(id, `guess ${at}`)).status).toBe(200);
    expect(await api.update(id, 'one more')).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', limit: 'secretsPerMailboxAndHour' },
    });
    expect((await api.rotate(id, 'one more')).status).toBe(429);
  });

  it('by moving a credential to the mailbox with each secret is refused for that mailbox', async () => {
    const target = { host: 'imap.example.com', port: 993 };
    let given = 0;
    for (let at = 0; at < 25; at += 1) {
      const id = (await api.create(`harmless${at}.example.com`)).body.data.id;
      if ((await api.update(id, `guess ${at}`, target)).status === 200) given += 1;
    }
    expect(given).toBe(LIMITS.secretsPerMailboxAndHour);
  });

  it('does not slow another account that tests at the same host', async () => {
    const id = (await api.create()).body.data.id;
    for (let at = 0; at <= LIMITS.testsPerHostAndHour; at += 1) await api.test(id);
    const other = (await api.create('imap.example.com', SECRET, 'acc_two')).body.data.id;
    expect((await api.test(other, 'acc_two')).status).toBe(200);
  });

  it('uses nothing of the limit of another account', async () => {
    const id = (await api.create()).body.data.id;
    for (let at = 0; at < 70; at += 1) expect((await api.test(id, 'acc_two')).status).toBe(404);
    expect((await api.test(id)).status).toBe(200);
  });

  it('is not a caller who repeats a request under its key: the first result is returned uncounted', async () => {
    const id = (await api.create()).body.data.id;
    for (let at = 0; at < 30; at += 1) expect((await api.test(id, 'acc_one', 'same')).status).toBe(200);
    expect(api.logins()).toBe(1);
  });
});
