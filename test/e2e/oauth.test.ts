/** An OAuth mailbox from end to end: token endpoint, refresh, login, a sync; then a revoked grant, and a new one. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Listening, listenOnLoopback } from '../../local/http/listen.ts';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { defaultCapabilities, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, type Json, startTestStack, until } from '../fixtures/api.ts';
import { syncMessages } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';

const ACCOUNT = 'acc_oauth';
let stack: Stack;
let imap: ImapServer;
let tokens: Listening;
let api: Api;
/** As strict as a provider may be: each refresh token is valid once, each access token until the next one. */
const grant = { refresh: 'refresh-0', access: 'access-0', refreshes: 0, revoked: false };

beforeAll(async () => {
  const inbox = createMailbox({ path: 'INBOX', uidValidity: 7 });
  for (let n = 0; n < 30; n += 1) inbox.add({ raw: plainMessage({ n }) });
  const account = {
    username: 'jane@example.com',
    get password() {
      return grant.access;
    },
    mailboxes: [inbox],
  };
  const endpoint = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const good =
        !grant.revoked && form.get('refresh_token') === grant.refresh && form.get('client_secret') === 'hush';
      response.writeHead(good ? 200 : 400, { 'content-type': 'application/json' });
      if (!good) return response.end(JSON.stringify({ error: 'invalid_grant' }));
      grant.refreshes += 1;
      grant.refresh = `refresh-${grant.refreshes}`;
      grant.access = `access-${grant.refreshes}`;
      return response.end(
        JSON.stringify({ access_token: grant.access, refresh_token: grant.refresh, expires_in: 3_600 }),
      );
    });
  });
  [stack, imap, tokens] = await Promise.all([
    startTestStack(),
    startImapServer({ accounts: [account], tls: 'implicit', capabilities: [...defaultCapabilities, 'AUTH=XOAUTH2'] }),
    listenOnLoopback(endpoint, 0),
  ]);
  api = await apiOf(stack, ACCOUNT);
});
afterAll(async () => {
  await stack?.stop();
  await imap?.close();
  await tokens?.stop();
});

const secret = (refresh_token: string) => ({
  username: 'jane@example.com',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token,
  token_url: `${tokens.url}/token`,
});
const shown = async (id: string): Promise<Json> => (await api.get(`/api/provider-credentials/${id}`)).body.data;

it('an OAuth mailbox is synced with a token that was refreshed once, parked when its grant is revoked, and valid again with another', async () => {
  const made = await api.post(`/api/accounts/${ACCOUNT}/provider-credentials`, {
    provider_kind: 'imap',
    host: 'localhost',
    port: imap.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: imap.caPem,
    auth_kind: 'oauth2',
    secret: secret('refresh-0'),
  });
  expect([made.status, made.text]).toEqual([201, expect.not.stringContaining('refresh-0')]);
  const { id } = made.body.data;

  expect(await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' })).toMatchObject({
    status: 'succeeded',
    result: { added: 30 },
  });
  await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' });
  expect(grant.refreshes).toBe(1);
  await until(
    () => shown(id),
    ({ status, last_used_at: used, last_synced_at: synced }) => status === 'valid' && used !== null && synced >= used,
  );

  // The provider revokes the access token early: another one is requested, without an effect on the job.
  grant.access = 'taken-back';
  expect(await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' })).toMatchObject({
    status: 'succeeded',
    attempt_count: 1,
  });
  expect(grant.refreshes).toBe(2);

  // A test of the credential also requests a token.
  grant.access = 'taken-back-again';
  expect((await api.post(`/api/provider-credentials/${id}/test`)).body.data).toMatchObject({ ok: true });
  expect(grant.refreshes).toBe(3);

  [grant.revoked, grant.access] = [true, 'gone'];
  const failed = await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' });
  expect(failed).toMatchObject({ status: 'failed', last_error_code: 'oauth_token_expired' });
  expect(['suspect', 'parked']).toContain((await shown(id)).status);
  const told = JSON.stringify([failed, await shown(id), (await api.get(`/api/jobs/${failed.id}/events`)).body]);
  for (const hidden of ['hush', 'refresh-', 'access-']) expect(told).not.toContain(hidden);

  // The owner consents again.
  Object.assign(grant, { revoked: false, refresh: 'refresh-new' });
  expect((await api.post(`/api/provider-credentials/${id}/rotate`, { secret: secret('refresh-new') })).status).toBe(
    200,
  );
  expect((await api.post(`/api/provider-credentials/${id}/test`)).body.data).toMatchObject({ ok: true });
  expect((await shown(id)).status).toBe('valid');
  // The system retries the jobs that had failed because of the revoked grant.
  await until(
    () => api.get(`/api/jobs/${failed.id}`),
    ({ body }) => body.data.status === 'succeeded',
  );
  expect(await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' })).toMatchObject({ status: 'succeeded' });
});
