/**
 * Gmail from end to end, with tokens of the stack's own issuer, whose keys the function fetches as it would Google's.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, type Json, startTestStack, until } from '../fixtures/api.ts';
import { TEST_ISSUER } from '../fixtures/global-setup.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_gmail';
const PUSHER = 'pusher@project.iam.gserviceaccount.com';
const SUBSCRIPTION = 'projects/project/subscriptions/gmail';

let stack: Stack;
let mail: DemoServer;
let api: Api;
let credential: string;
let endpoint: Json;

beforeAll(async () => {
  [stack, mail] = await Promise.all([startTestStack(), startDemoServer()]);
  api = await apiOf(stack, ACCOUNT);
  credential = await addCredential(api, ACCOUNT, mail);
  const made = await api.post(`/api/accounts/${ACCOUNT}/webhook-endpoints`, {
    provider: 'gmail',
    target: { match: 'username' },
    action: 'imap_sync_messages',
    payload: { folder: 'INBOX' },
    settings: {
      service_account_email: PUSHER,
      subscription: SUBSCRIPTION,
      issuer: TEST_ISSUER,
    },
  });
  expect([made.status, made.text]).toEqual([201, expect.any(String)]);
  endpoint = made.body.data;
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

async function token(audience: string, email: string): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', audience, email });
  const reply = await fetch(`${stack.url}/_local/oidc/token`, { method: 'POST', body: form });
  const { access_token: jwt }: Json = await reply.json();
  return jwt;
}

async function push(jwt: string, messageId: string, emailAddress = mail.username): Promise<number> {
  const data = Buffer.from(JSON.stringify({ emailAddress, historyId: 1 })).toString('base64');
  const reply = await fetch(endpoint.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${jwt}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      message: { data, messageId, publishTime: new Date().toISOString() },
      subscription: SUBSCRIPTION,
    }),
  });
  return reply.status;
}

it('a push becomes a sync of the mailbox that it names, once', async () => {
  const good = await token(endpoint.url, PUSHER);
  expect(await push(good, '1', mail.username.toUpperCase())).toBe(204);
  expect(await push(good, '1', mail.username.toUpperCase())).toBe(204);
  const [delivery, ...others] = await until(
    async () => (await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries`)).body.data,
    (found) => found.some(({ job_id: job }: Json) => job !== null),
  );
  expect(others).toEqual([]);
  expect(delivery).toMatchObject({ event_id: '1', event_type: 'gmail.history', credential_id: credential });
  expect(await ended(api, delivery.job_id)).toMatchObject({ status: 'succeeded', action: 'imap_sync_messages' });
});

it.each([
  ['another service account', () => token(endpoint.url, 'other@project.iam.gserviceaccount.com')],
  ['another audience', () => token('https://elsewhere.example', PUSHER)],
  ['an operator', () => stack.token({ accounts: [ACCOUNT], role: 'owner', uid: 'tester' })],
])('a push with a token of %s is refused', async (_, jwt) => {
  expect(await push(await jwt(), '2')).toBe(401);
});

it('refused pushes are in the delivery log with the reason', async () => {
  const refused = await until(
    async () => {
      const { data } = (await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries`)).body;
      return data.filter(({ verified }: Json) => !verified);
    },
    (found) => found.length > 0,
  );
  expect(new Set(refused.map(({ reason }: Json) => reason))).toEqual(new Set(['wrong_claims']));
});

it("a push's token gives no access to the API", async () => {
  const headers = { authorization: `Bearer ${await token(endpoint.url, PUSHER)}` };
  const answer = await fetch(`${stack.url}/api/accounts/${ACCOUNT}/jobs`, { headers });
  expect(answer.status).toBe(401);
});
