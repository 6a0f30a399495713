import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, type Json, until } from '../fixtures/api.ts';
import { type DemoWorld, startDemoWorld } from '../fixtures/demo-world.ts';

const ACCOUNT = 'acc_pauses';
const BASE = `/api/accounts/${ACCOUNT}`;
let world: DemoWorld;
let mail: DemoWorld['mail'];
let api: DemoWorld['api'];
let credential: DemoWorld['credential'];

beforeAll(async () => {
  world = await startDemoWorld(ACCOUNT);
  ({ mail, api, credential } = world);
});
afterAll(() => world?.stop());

const sync = async (): Promise<string> =>
  (await api.post(`${BASE}/imap/sync-mailboxes`, { credential_id: credential })).body.data.job_id;
const path = (): string => `/api/provider-credentials/${credential}`;
const job = async (id: string): Promise<Json> => (await api.get(`/api/jobs/${id}`)).body.data;

describe('a paused credential', () => {
  it('blocks its jobs, shows it, and lets them continue when it is resumed', async () => {
    const answer = await api.post(`${path()}/pause`, { reason: 'moving' });
    expect(answer).toMatchObject({ status: 200, body: { data: { status: 'paused' } } });
    const id = await sync();
    expect(await job(id)).toMatchObject({ status: 'queued', waiting_on: 'credential_paused', stalled: false });
    const found = await until(
      () => api.post(`${BASE}/jobs/search`, { filter: { waiting_on: 'credential_paused' } }),
      ({ body }) => body.data.length === 1,
    );
    expect(found.body.data[0].id).toBe(id);
    expect((await api.post(`${path()}/test`)).body.data.ok).toBe(true);
    expect((await api.get(path())).body.data.status).toBe('paused');
    expect((await api.post(`${path()}/resume`)).body.data.status).toBe('valid');
    expect(await ended(api, id)).toMatchObject({ status: 'succeeded' });
  });

  it('allows jobs that an operator triggers', async () => {
    await api.post(`${path()}/pause`);
    const id = await sync();
    await api.post(`/api/jobs/${id}/trigger`);
    expect(await ended(api, id)).toMatchObject({ status: 'succeeded' });
    await api.post(`${path()}/resume`);
  });

  it('is paused once per Idempotency-Key, and only at the version in If-Match', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await api.post(`${path()}/pause`, { reason: 'a' }, headers);
    const again = await api.post(`${path()}/pause`, { reason: 'a' }, headers);
    expect(again.body.data.version).toBe(first.body.data.version);
    expect(await api.post(`${path()}/pause`, { reason: 'b' }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await api.post(`${path()}/resume`, {}, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    await api.post(`${path()}/resume`);
  });
});

describe('a paused account', () => {
  it('blocks everything until it is resumed, and is in the audit', async () => {
    const answer = await api.post(`${BASE}/pause`, { reason: 'audit', until: '2099-01-01T00:00:00Z' });
    expect(answer.body.data).toMatchObject({
      id: ACCOUNT,
      paused: { reason: 'audit', until: '2099-01-01T00:00:00.000Z' },
    });
    const id = await sync();
    expect(await job(id)).toMatchObject({ waiting_on: 'account_paused', waiting_until: '2099-01-01T00:00:00.000Z' });
    expect((await api.post(`${BASE}/resume`)).body.data.paused).toBeNull();
    expect(await ended(api, id)).toMatchObject({ status: 'succeeded' });
    const logs = await until(
      () => api.get(`${BASE}/logs?subject=account`),
      ({ body }) => body.data.length === 2,
    );
    expect(logs.body.data.map(({ action, subject_id }: Json) => [action, subject_id])).toEqual([
      ['account_resumed', ACCOUNT],
      ['account_paused', ACCOUNT],
    ]);
  });
});

describe('PATCH of a credential', () => {
  it('changes its label in the same generation, its port in a new one, and refuses invalid values', async () => {
    const before = (await api.get(path())).body.data;
    const renamed = await api.send('PATCH', path(), { label: 'Sales', max_connections: 2 });
    expect(renamed).toMatchObject({
      status: 200,
      body: { data: { label: 'Sales', max_connections: 2, generation: before.generation } },
    });
    expect(renamed.headers.get('etag')).toBe(`"${before.version + 1}"`);
    expect(await api.send('PATCH', path(), {})).toMatchObject({ status: 422 });
    expect(await api.send('PATCH', path(), { host: '10.0.0.1' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/host' }] },
    });
    const { username, password } = mail;
    const moved = await api.send('PATCH', path(), { port: mail.port + 1, secret: { username, password } });
    expect(moved.body.data.generation).toBe(before.generation + 1);
    const back = { port: mail.port, label: null, secret: { username, password } };
    expect((await api.send('PATCH', path(), back)).body.data).toMatchObject({
      label: null,
      generation: before.generation + 2,
    });
  });
});
