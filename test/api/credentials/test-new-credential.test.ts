/** A test of connection fields and a secret before a credential with them exists, against a mail server. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { createMailboxProvider } from '../../../functions/adapters/imap/connect.ts';
import { createCredential } from '../../../functions/api/credentials/create-credential.ts';
import type { CredentialPorts } from '../../../functions/api/credentials/credential-ports.ts';
import { loginLimits } from '../../../functions/api/credentials/login-limits.ts';
import { testCredential } from '../../../functions/api/credentials/test-credential.ts';
import { testNewCredential } from '../../../functions/api/credentials/test-new-credential.ts';
import { listFailures } from '../../../functions/api/service/list-failures.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import { serve } from '../../../functions/http/serve.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { shareKey } from '../../../functions/sharing/account-share.ts';
import { demoAccount, demoPassword } from '../../../local/imap/demo-account.ts';
import { type ImapServer, startImapServer } from '../../../local/imap/server.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryUsage } from '../../fixtures/in-memory-usage.ts';
import { memoryCredentialVault } from '../../fixtures/in-memory-vaults.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const LIMITS = limitsSchema.parse({});
const WRONG = 'wrong-and-secret-7319';
const ACCOUNT = 'acc_one';
const ON_ACCOUNT = 'POST /api/accounts/{account_id}/provider-credentials';

let server: ImapServer;
beforeEach(async () => {
  server = await startImapServer({ accounts: [demoAccount()], tls: 'implicit' });
});
afterEach(() => server.close());

function world(more: Partial<CredentialPorts> = {}) {
  const log = memoryEventLog();
  const stored: string[] = [];
  const vault = memoryCredentialVault([]);
  const ports: CredentialPorts = {
    log,
    views: memoryViews(),
    vault: {
      ...vault,
      async put(connection, ...rest) {
        stored.push(connection.id);
        return vault.put(connection, ...rest);
      },
    },
    mail: noMail,
    ids,
    provider: createMailboxProvider({ ports: 'any', loopback: 'allow', plaintext: 'allow' }),
    slots: memorySlots(),
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    quotas: noQuotas,
    accountWaits: 2,
    limits: loginLimits(memoryUsage(), ids, LIMITS),
    fingerprint: async (text) => text,
    refusal: () => null,
    ...more,
  };
  const handler = serve([createCredential(ports), testCredential(ports), testNewCredential(ports), listFailures()]);
  async function call(routeKey: string, parameters: Record<string, string>, body?: unknown) {
    const headers = { 'content-type': 'application/json' };
    const claims = { acc: ACCOUNT, uid: 'ann', role: 'owner' };
    const path = routeKey.split(' ')[1] ?? '';
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const event = gatewayEvent({ routeKey, path, parameters, headers, claims, ...sent });
    const { statusCode, body: text } = await handler(event, lambdaContext);
    return { status: statusCode, text, body: JSON.parse(text) };
  }
  return {
    ports,
    log,
    stored,
    call,
    test: (given: object) => call(`${ON_ACCOUNT}/test`, { account_id: ACCOUNT }, given),
    create: (given: object) => call(ON_ACCOUNT, { account_id: ACCOUNT }, given),
  };
}

const given = (password: string, more: object = {}) => ({
  provider_kind: 'imap',
  host: server.host,
  port: server.port,
  security_mode: 'ssl_tls',
  tls_ca_pem: server.caPem,
  auth_kind: 'password',
  secret: { username: 'demo@example.test', password },
  ...more,
});

describe('a test before saving', () => {
  it("reports the server's capabilities, and stores nothing", async () => {
    const api = world();
    const { status, body } = await api.test(given(demoPassword));
    expect([status, body.data.ok]).toEqual([200, true]);
    expect(body.data.capabilities).toContain('IMAP4rev1');
    expect(body.data.mailboxes).toBeGreaterThan(3);
    expect([api.log.all, api.stored]).toEqual([[], []]);
    expect((await api.ports.slots.look(shareKey('waits', ACCOUNT), Date.now())).taken, 'its place is given back').toBe(
      0,
    );
  });

  it('answers a refused login with the text of the failure catalogue, and with no word of the secret', async () => {
    const lines = vi.spyOn(console, 'info');
    const out = vi.spyOn(process.stdout, 'write');
    const api = world();
    const { status, text, body } = await api.test(given(WRONG));
    const catalogue = await api.call('GET /api/failures', {});
    const { title, who, next_step } = catalogue.body.data.find(({ code }: { code: string }) => code === 'auth_failed');
    expect([status, body.data]).toMatchObject([
      200,
      { ok: false, code: 'auth_failed', category: 'authentication', title, who, next_step },
    ]);
    const logged = JSON.stringify([...lines.mock.calls, ...out.mock.calls]);
    expect(logged).toContain('/provider-credentials/test');
    for (const said of [text, logged]) expect(said).not.toContain(WRONG);
    expect([api.log.all, api.stored]).toEqual([[], []]);
    lines.mockRestore();
    out.mockRestore();
  });

  it('and a test of a saved credential answer alike', async () => {
    const fails = () =>
      Promise.reject(
        new MailboxFailure({ code: 'imap_disabled', detail: 'NO', retryAfterMs: null, outcomeUnknown: false }),
      );
    const api = world({ provider: { connect: fails }, vault: memoryCredentialVault([]) });
    const before = await api.test(given(demoPassword));
    const saved = (await api.create(given(demoPassword))).body.data.id;
    const route = 'POST /api/provider-credentials/{credential_id}/test';
    const after = await api.call(route, { credential_id: saved }, {});
    expect([before.status, before.body.data]).toMatchObject([
      200,
      { ok: false, code: 'imap_disabled', who: 'mailbox_owner' },
    ]);
    expect(after.body.data).toEqual(before.body.data);
  });

  it('accepts the body of a creation, and refuses whatever a creation refuses', async () => {
    const api = world({ refusal: () => ({ field: 'host', message: 'must be a public host name or address' }) });
    const labelled = given(demoPassword, { label: 'Sales', external_ref: 'x-1', max_connections: 2 });
    for (const body of [labelled, { ...labelled, auth_kind: 'oauth2' }, { ...labelled, hots: 'x' }]) {
      const [tested, created] = [await api.test(body), await api.create(body)];
      expect([tested.status, tested.body.errors]).toEqual([created.status, created.body.errors]);
      expect(tested.status).toBe(422);
    }
    expect((await world().test(labelled)).status).toBe(200);
  });

  it('is counted as a test of the account and the server, and as a secret given for the mailbox', async () => {
    let logins = 0;
    const api = world({
      provider: {
        connect() {
          logins += 1;
          throw new MailboxFailure({ code: 'auth_failed', detail: '', retryAfterMs: null, outcomeUnknown: false });
        },
      },
    });
    const half = LIMITS.secretsPerMailboxAndHour / 2;
    for (let at = 0; at < half; at += 1) expect((await api.create(given(`guess ${at}`))).status).toBe(201);
    for (let at = 0; at < half; at += 1) expect((await api.test(given(`other ${at}`))).status).toBe(200);
    expect(await api.test(given('one more'))).toMatchObject({
      status: 429,
      body: { code: 'rate_limited', limit: 'secretsPerMailboxAndHour' },
    });
    const spray = (at: number) => given('spray', { secret: { username: `user${at}@example.com`, password: 'spray' } });
    let last: unknown;
    for (let at = 0; at < LIMITS.testsPerHostAndHour; at += 1) last = (await api.test(spray(at))).body;
    expect(last).toMatchObject({ code: 'rate_limited', limit: 'testsPerHostAndHour' });
    // The request that was refused because of its secret made no test.
    expect(logins).toBe(LIMITS.testsPerHostAndHour);
  });

  it('waits within the account’s share of waiting requests', async () => {
    const silence = Promise.withResolvers<void>();
    let logins = 0;
    const api = world({
      provider: {
        async connect() {
          logins += 1;
          await silence.promise;
          throw new MailboxFailure({ code: 'provider_timeout', detail: '', retryAfterMs: null, outcomeUnknown: false });
        },
      },
    });
    const waiting = [api.test(given('a')), api.test(given('b'))];
    await expect.poll(() => logins).toBe(2);
    expect(await api.test(given('c'))).toMatchObject({ status: 429, body: { limit: 'accountWaits', value: 2 } });
    silence.resolve();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('logs in with an access token that the provider gives for an OAuth secret', async () => {
    const logins: unknown[] = [];
    const api = world({
      provider: {
        connect({ authentication }) {
          logins.push(authentication);
          throw new MailboxFailure({ code: 'imap_disabled', detail: '', retryAfterMs: null, outcomeUnknown: false });
        },
      },
      tokens: {
        isAllowed: (url) => url === 'https://good.example.com/token',
        refresh: async () => ({ accessToken: 'access', expiresIn: 3_600, refreshToken: null }),
      },
    });
    const secret = { username: 'ann@example.com', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    const oauth = (tokenUrl: string) => given('', { auth_kind: 'oauth2', secret: { ...secret, token_url: tokenUrl } });
    expect((await api.test(oauth('https://good.example.com/token'))).body.data).toMatchObject({
      code: 'imap_disabled',
    });
    expect(logins).toEqual([{ kind: 'oauth2', username: 'ann@example.com', accessToken: 'access' }]);
    expect((await api.test(oauth('https://bad.example.com/token'))).body.errors).toMatchObject([
      { pointer: '/secret/token_url' },
    ]);
    expect(logins).toHaveLength(1);
  });
});
