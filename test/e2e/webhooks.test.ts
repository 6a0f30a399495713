import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoServer, startDemoServer } from '../../local/imap/demo-account.ts';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential as addMailbox } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';
import { graphLifecycle, nylasNotification } from '../webhooks/providers/genuine.ts';

const ACCOUNT = 'acc_webhooks';
const BASE = `/api/accounts/${ACCOUNT}`;
let stack: Stack;
let mail: DemoServer;
let api: Api;
let credential: string;

beforeAll(async () => {
  [stack, mail] = await Promise.all([startTestStack(), startDemoServer()]);
  api = await apiOf(stack, ACCOUNT);
  credential = await addCredential('ref-1');
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

async function addCredential(externalRef: string): Promise<string> {
  const made = await api.post(`${BASE}/provider-credentials`, {
    provider_kind: 'imap',
    host: 'localhost',
    port: mail.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: mail.caPem,
    auth_kind: 'password',
    secret: { username: mail.username, password: mail.password },
    external_ref: externalRef,
  });
  return made.body.data.id;
}

const SYNC = { action: 'imap_sync_messages', payload: { folder: 'INBOX' } };

async function addEndpoint(more: Json = {}): Promise<Json> {
  const made = await api.post(`${BASE}/webhook-endpoints`, {
    provider: 'standard',
    target: { credential_id: credential },
    ...SYNC,
    ...more,
  });
  expect(made.status).toBe(201);
  return made.body.data;
}

/** A delivery signed by the sender's own library. */
function signed(secret: string, data: Json = {}, type = 'message.created', id = `msg_${randomUUID()}`) {
  const at = new Date();
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, at, body),
    },
  };
}

const send = (url: string, init: { body: string; headers: Record<string, string> }) =>
  fetch(url, { method: 'POST', ...init });
const deliveries = async (endpoint: Json): Promise<Json[]> =>
  (await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries?limit=100`)).body.data;
const handled = (endpoint: Json, count: number) =>
  until(
    () => deliveries(endpoint),
    (found) => found.filter(({ job_id: job }) => job !== null).length === count,
  );

describe('a delivery', () => {
  it("becomes a job of the endpoint's action, once however often it is sent, and both show it", async () => {
    const endpoint = await addEndpoint();
    const sent = signed(endpoint.secret);
    for (let time = 0; time < 3; time += 1) expect((await send(endpoint.url, sent)).status).toBe(202);
    const [delivery, ...others] = await handled(endpoint, 1);
    expect(others).toEqual([]);
    expect(delivery).toMatchObject({ verified: true, event_type: 'message.created', reason: null, folded: false });
    expect(delivery.event_id).toBe(sent.headers['webhook-id']);
    const job = await ended(api, delivery.job_id);
    expect(job).toMatchObject({
      status: 'succeeded',
      action: 'imap_sync_messages',
      credential_id: credential,
      source: { kind: 'webhook', id: endpoint.id },
    });
    const events = (await api.get(`/api/jobs/${job.id}/events`)).body.data;
    expect(events[0]).toMatchObject({
      actor: { kind: 'provider', id: endpoint.id },
      data: { deliveries: { count: 1, ids: [delivery.id] } },
    });
    const shown = (await api.get(`/api/webhook-endpoints/${endpoint.id}`)).body.data;
    expect(shown.last_delivery_at).toBe(delivery.at);
    expect(shown).not.toHaveProperty('secret');
  });

  it('finds its credential by external_ref, and makes nothing for an unknown name', async () => {
    const mine = await addCredential('ref-2');
    const endpoint = await addEndpoint({
      target: { match: 'external_ref' },
      action: 'imap_sync_mailboxes',
      payload: {},
    });
    await send(endpoint.url, signed(endpoint.secret, { external_ref: 'ref-2' }));
    await send(endpoint.url, signed(endpoint.secret, { external_ref: 'nobody' }));
    await send(endpoint.url, signed(endpoint.secret));
    const found = await until(
      () => deliveries(endpoint),
      (all) => all.length === 3 && all.some(({ job_id: job }) => job !== null),
    );
    expect(found.map(({ credential_id: id, reason }) => [id, reason]).sort()).toEqual(
      [
        [mine, null],
        [null, 'no_match'],
        [null, 'no_match'],
      ].sort(),
    );
    await api.send('PATCH', `/api/provider-credentials/${mine}`, { external_ref: 'ref-3' });
    await send(endpoint.url, signed(endpoint.secret, { external_ref: 'ref-2' }));
    await send(endpoint.url, signed(endpoint.secret, { external_ref: 'ref-3' }));
    const later = await until(
      () => deliveries(endpoint),
      (all) => all.length === 5,
    );
    expect(later.filter(({ credential_id: id }) => id === mine)).toHaveLength(2);
  });

  it('of Graph that names its tenant in organizationId becomes a job; of another organization it is refused', async () => {
    const mine = await addCredential(graphLifecycle.subscriptionId);
    const endpoint = await addEndpoint({
      provider: 'microsoft_graph',
      settings: { tenant_id: graphLifecycle.organizationId },
      target: { match: 'external_ref' },
    });
    const post = (...items: readonly Json[]) =>
      send(endpoint.url, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value: items.map((item) => ({ ...graphLifecycle, ...item })) }),
      });
    const genuine = { clientState: endpoint.secret };
    const foreign = { ...genuine, organizationId: randomUUID() };
    expect((await post(foreign)).status).toBe(401);
    expect((await post({ ...genuine, organizationId: undefined })).status).toBe(401);
    expect((await post(foreign, genuine)).status).toBe(202);
    const found = await handled(endpoint, 1);
    const verified = found.filter(({ verified: holds }) => holds);
    expect(verified).toMatchObject([{ event_type: 'lifecycle.reauthorizationRequired', credential_id: mine }]);
    expect(await ended(api, verified[0]?.job_id)).toMatchObject({ status: 'succeeded', credential_id: mine });
  });

  it('that is forged, altered or too old is refused without detail, stores one sample, and makes nothing', async () => {
    const endpoint = await addEndpoint();
    const good = signed(endpoint.secret);
    const forged = signed(`whsec_${Buffer.alloc(32).toString('base64')}`);
    for (const bad of [
      forged,
      { ...good, body: `${good.body} ` },
      { ...good, headers: { 'content-type': 'text/plain' } },
    ]) {
      const answer = await send(endpoint.url, bad);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'delivery_refused' });
    }
    const found = await until(
      () => deliveries(endpoint),
      (all) => all.length === 2,
    );
    expect(found.map(({ verified, reason, job_id: job }) => [verified, reason, job]).sort()).toEqual([
      [false, 'bad_signature', null],
      [false, 'no_signature', null],
    ]);
    expect((await api.get(`/api/webhook-endpoints/${endpoint.id}`)).body.data.last_delivery_at).toBeNull();
  });

  it('is stored and makes nothing while the endpoint is disabled, or when its type is not requested', async () => {
    const endpoint = await addEndpoint({ event_types: ['message.created'] });
    await send(endpoint.url, signed(endpoint.secret, {}, 'message.deleted'));
    expect((await api.send('PATCH', `/api/webhook-endpoints/${endpoint.id}`, { enabled: false })).status).toBe(200);
    await send(endpoint.url, signed(endpoint.secret));
    const found = await until(
      () => deliveries(endpoint),
      (all) => all.length === 2,
    );
    expect(found.map(({ reason }) => reason).sort()).toEqual(['endpoint_disabled', 'filtered']);
  });
});

describe('a request through the gateway', () => {
  it('may be compressed: the signed bytes are those that arrive', async () => {
    const endpoint = await addEndpoint({ provider: 'nylas', target: { match: 'external_ref' } });
    const body = gzipSync(JSON.stringify({ ...nylasNotification, id: 'zipped', time: Math.floor(Date.now() / 1000) }));
    const signature = createHmac('sha256', endpoint.secret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-nylas-signature': signature };
    expect((await fetch(endpoint.url, { method: 'POST', headers, body })).status).toBe(200);
    const [delivery] = await until(
      () => deliveries(endpoint),
      (all) => all.length > 0,
    );
    expect(delivery).toMatchObject({ event_id: 'zipped', event_type: 'message.created', verified: true });
  });

  it('may have 256 KB, and not a byte more', async () => {
    const endpoint = await addEndpoint({ target: { match: 'external_ref' } });
    const length = (extra: number) => ({ filler: 'x'.repeat(256 * 1024 + extra) });
    const over = signed(endpoint.secret, length(0)).body.length - 256 * 1024;
    const full = signed(endpoint.secret, length(-over));
    expect(full.body).toHaveLength(256 * 1024);
    expect((await send(endpoint.url, full)).status).toBe(202);
    const refused = await send(endpoint.url, signed(endpoint.secret, length(1 - over)));
    expect([refused.status, await refused.json()]).toEqual([413, expect.objectContaining({ code: 'body_too_large' })]);
    const found = await until(
      () => deliveries(endpoint),
      (all) => all.length === 2,
    );
    expect(found.map(({ reason }) => reason).sort()).toEqual(['no_match', 'too_large']);
  });
});

describe('a burst', () => {
  it('of 200 notifications for one mailbox makes one or two syncs, after which the mailbox is current', async () => {
    const inbox = createMailbox({ path: 'INBOX', uidValidity: 7 });
    const account = { username: 'busy', password: 'secret', mailboxes: [inbox] };
    const busy = await startImapServer({ accounts: [account], tls: 'implicit' });
    const target = { host: 'localhost', port: busy.port, caPem: busy.caPem, username: 'busy', password: 'secret' };
    const credentialId = await addMailbox(api, ACCOUNT, target);
    const endpoint = await addEndpoint({ target: { credential_id: credentialId } });
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        inbox.add({ raw: plainMessage({ n, body: 'news' }) });
        return (await send(endpoint.url, signed(endpoint.secret))).status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([202]));
    // If the machine needs more than a second to receive them, there is one more job for each further wait.
    const more = Math.floor((performance.now() - began) / 2_500);
    const all = await until(
      async () => {
        const first = (await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries?limit=100`)).body;
        const cursor = encodeURIComponent(first.page.next_cursor ?? '');
        const rest = await api.get(`/api/webhook-endpoints/${endpoint.id}/deliveries?limit=100&cursor=${cursor}`);
        return [...first.data, ...(rest.body.data ?? [])];
      },
      (found) => found.length === 200 && found.every(({ job_id: job }) => job !== null),
    );
    const jobs = new Set(all.map(({ job_id: job }) => job));
    expect(jobs.size).toBeGreaterThanOrEqual(1);
    expect(jobs.size).toBeLessThanOrEqual(2 + more);
    expect(all.filter(({ folded }) => !folded)).toHaveLength(jobs.size);
    for (const id of jobs) expect(await ended(api, id)).toMatchObject({ status: 'succeeded' });
    expect(await everyItem(api, `${BASE}/emails?credential_id=${credentialId}`)).toHaveLength(200);
    await busy.close();
  });
});

describe('an endpoint', () => {
  it('accepts both secrets after a rotation, shows each once, and accepts neither when it is deleted', async () => {
    const endpoint = await addEndpoint();
    const rotated = (await api.post(`/api/webhook-endpoints/${endpoint.id}/rotate`)).body.data;
    expect(rotated.secret).not.toBe(endpoint.secret);
    for (const secret of [endpoint.secret, rotated.secret])
      expect((await send(endpoint.url, signed(secret))).status).toBe(202);
    expect((await api.delete(`/api/webhook-endpoints/${endpoint.id}`)).status).toBe(204);
    expect((await send(endpoint.url, signed(rotated.secret))).status).toBe(404);
    expect((await api.get(`/api/webhook-endpoints/${endpoint.id}`)).status).toBe(404);
  });

  it('is created once under one key, and its secret is not shown again', async () => {
    const body = { provider: 'nylas', target: { match: 'external_ref' }, ...SYNC };
    const key = { 'idempotency-key': randomUUID() };
    const first = await api.post(`${BASE}/webhook-endpoints`, body, key);
    const again = await api.post(`${BASE}/webhook-endpoints`, body, key);
    expect(first.body.data.secret).toEqual(expect.any(String));
    expect(again.body.data).toEqual({ ...first.body.data, secret: null });
    const other = await api.post(`${BASE}/webhook-endpoints`, { ...body, label: 'x' }, key);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  it("answers a provider's handshake with the same text", async () => {
    const endpoint = await addEndpoint({ provider: 'nylas', target: { match: 'external_ref' } });
    const answer = await fetch(`${endpoint.url}?challenge=a%2Bb`);
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/plain',
      'a+b',
    ]);
    expect((await fetch(endpoint.url.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')))).status).toBe(404);
  });

  it('is tested by a sample from end to end', async () => {
    const endpoint = await addEndpoint();
    const answer = (await api.post(`/api/webhook-endpoints/${endpoint.id}/test`)).body.data;
    expect(answer).toMatchObject({ ok: true, status: 202 });
    const [delivery] = await handled(endpoint, 1);
    expect(delivery).toMatchObject({ id: answer.delivery_id, event_type: 'inbox_manager.test' });
    expect(await ended(api, delivery.job_id)).toMatchObject({ status: 'succeeded' });
  });

  it('that finds its mailbox by user name is tested by one, and is not misled by another name in an event', async () => {
    const endpoint = await addEndpoint({
      target: { match: 'username' },
      action: 'imap_search_messages',
      payload: { folder: 'INBOX', criteria: { seen: false } },
    });
    const subject = mail.username.toUpperCase();
    const answer = (await api.post(`/api/webhook-endpoints/${endpoint.id}/test`, { subject })).body.data;
    expect(answer).toMatchObject({ ok: true, status: 202 });
    await send(endpoint.url, signed(endpoint.secret, { external_ref: 'nobody', username: mail.username }));
    const found = await handled(endpoint, 2);
    expect(found.map(({ reason }) => reason)).toEqual([null, null]);
    expect(found.map(({ id }) => id)).toContain(answer.delivery_id);
  });

  it.each([
    [
      'a match by a name that its events never contain',
      { provider: 'gmail', target: { match: 'external_ref' } },
      '/target/match',
    ],
    ['missing settings', { provider: 'gmail', target: { match: 'username' } }, '/settings/service_account_email'],
    ['unknown settings', { settings: { x: 1 } }, '/settings/x'],
    ['a payload that its action refuses', { payload: { folder: 1 } }, '/payload/folder'],
    ['a weak secret', { secret: 'whsec_AAAA' }, '/secret'],
    ['a `silent_after` that is too short', { silent_after: '1m' }, '/silent_after'],
  ])('is not created with %s', async (_, more, pointer) => {
    const body = { provider: 'standard', target: { credential_id: credential }, ...SYNC, ...more };
    const answer = await api.post(`${BASE}/webhook-endpoints`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
    expect(answer.body.errors.map((error: Json) => error.pointer)).toContain(pointer);
  });

  it('leaves its secret in no reply, event or audit entry', async () => {
    const endpoint = await addEndpoint({ label: 'no leak' });
    const logs = await until(
      () => api.get(`${BASE}/logs?subject_id=${endpoint.id}`),
      ({ body }) => body.data.length === 1,
    );
    expect(logs.body.data[0]).toMatchObject({ subject: 'webhook_endpoint', action: 'webhook_endpoint_created' });
    expect(logs.text).not.toContain(endpoint.secret);
    expect((await api.get(`${BASE}/webhook-endpoints`)).text).not.toContain(endpoint.secret);
  });
});
