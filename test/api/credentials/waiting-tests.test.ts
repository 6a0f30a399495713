import { expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { createCredential } from '../../../functions/api/credentials/create-credential.ts';
import type { CredentialPorts } from '../../../functions/api/credentials/credential-ports.ts';
import { loginLimits } from '../../../functions/api/credentials/login-limits.ts';
import { testCredential } from '../../../functions/api/credentials/test-credential.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import { serve } from '../../../functions/http/serve.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { shareKey } from '../../../functions/sharing/account-share.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { memoryUsage } from '../../fixtures/in-memory-usage.ts';
import { memoryCredentialVault } from '../../fixtures/in-memory-vaults.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noMail } from '../../fixtures/no-mail.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const MOST = 2;

/** Servers that do not answer until they are released. */
function world() {
  const silence = Promise.withResolvers<void>();
  const slots = memorySlots();
  let logins = 0;
  const ports: CredentialPorts = {
    log: memoryEventLog(),
    views: memoryViews(),
    vault: memoryCredentialVault([]),
    mail: noMail,
    ids,
    provider: {
      async connect() {
        logins += 1;
        await silence.promise;
        throw new MailboxFailure({ code: 'auth_failed', detail: '', retryAfterMs: null, outcomeUnknown: false });
      },
    },
    slots,
    tokens: { isAllowed: () => true, refresh: () => Promise.reject(new Error('no refresh here')) },
    quotas: noQuotas,
    accountWaits: MOST,
    limits: loginLimits(memoryUsage(), ids, limitsSchema.parse({})),
    fingerprint: async (text) => text,
    refusal: () => null,
  };
  const handler = serve([createCredential(ports), testCredential(ports)]);
  async function call(routeKey: string, parameters: Record<string, string>, body: unknown, acc: string) {
    const headers = { 'content-type': 'application/json' };
    const claims = { acc, uid: 'ann', role: 'owner' };
    const path = routeKey.split(' ')[1] ?? '';
    const event = gatewayEvent({ routeKey, path, parameters, headers, claims, body: JSON.stringify(body) });
    const { statusCode, headers: given, body: text } = await handler(event, lambdaContext);
    return { status: statusCode, headers: given, body: JSON.parse(text) };
  }
  return {
    letGo: silence.resolve,
    logins: () => logins,
    waiting: async (acc: string) => (await slots.look(shareKey('waits', acc), Date.now())).taken,
    async create(acc: string): Promise<string> {
      const secret = { username: 'ann@example.com', password: 'secret' };
      const server = { host: `${acc}.example.com`.replaceAll('_', '-'), port: 993, security_mode: 'ssl_tls' };
      const body = { provider_kind: 'imap', auth_kind: 'password', ...server, secret };
      const route = 'POST /api/accounts/{account_id}/provider-credentials';
      return (await call(route, { account_id: acc }, body, acc)).body.data.id;
    },
    test: (id: string, acc: string) =>
      call('POST /api/provider-credentials/{credential_id}/test', { credential_id: id }, {}, acc),
  };
}

it('an account’s tests of silent servers wait within its share; further ones get Retry-After, those of other accounts do not', async () => {
  const api = world();
  const own = await api.create('acc_busy');
  const other = await api.create('acc_quiet');
  const waiting: ReturnType<typeof api.test>[] = [];
  for (let n = 1; n <= MOST; n += 1) {
    waiting.push(api.test(own, 'acc_busy'));
    await expect.poll(api.logins).toBe(n);
  }
  const refused = await api.test(own, 'acc_busy');
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '5' },
    body: { code: 'rate_limited', limit: 'accountWaits', value: MOST },
  });
  waiting.push(api.test(other, 'acc_quiet'));
  await expect.poll(api.logins).toBe(MOST + 1);
  api.letGo();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await api.waiting('acc_busy'), 'the places are given back').toBe(0);
  expect((await api.test(own, 'acc_busy')).status, 'the refused test was not counted').toBe(200);
});
