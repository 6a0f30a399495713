import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiOf, type Json, until } from '../fixtures/api.ts';
import { type DemoWorld, startDemoWorld } from '../fixtures/demo-world.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_schedules';
const BASE = `/api/accounts/${ACCOUNT}`;
let world: DemoWorld;
let stack: DemoWorld['stack'];
let mail: DemoWorld['mail'];
let api: DemoWorld['api'];
let credential: DemoWorld['credential'];

beforeAll(async () => {
  world = await startDemoWorld(ACCOUNT);
  ({ stack, mail, api, credential } = world);
});
afterAll(() => world?.stop());

async function addTask(more: Json = {}): Promise<Json> {
  const made = await api.post(`${BASE}/tasks`, {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: credential,
    ...more,
  });
  expect(made.status).toBe(201);
  return made.body.data;
}
const get = async (task: Json): Promise<Json> => (await api.get(`/api/tasks/${task.id}`)).body.data;

describe('a scheduled task', () => {
  it('makes a job when it is due, and its status follows', async () => {
    // Due every minute, at its own second.
    const task = await addTask({ schedule: { every: '1m' } });
    expect(task.next_runs).toHaveLength(5);
    const ran = await until(
      () => get(task),
      ({ status }) => status === 'succeeded',
    );
    const job = (await api.get(`/api/jobs/${ran.last_job_id}`)).body.data;
    expect(job).toMatchObject({ task_id: task.id, source: { kind: 'schedule', id: task.id } });
    expect(ran.version).toBe(task.version);
    const listed = await until(
      () => api.post(`${BASE}/tasks/search`, { filter: { scheduled: true, status: 'succeeded' } }),
      ({ body }) => body.data.length > 0,
    );
    expect(listed.body.data[0].last_job_id).toBe(ran.last_job_id);
  });

  it('is off while it is paused, and on again with times from then', async () => {
    const task = await addTask({ schedule: { cron: '0 9 * * 1-5', time_zone: 'Europe/Berlin' } });
    const key = { 'idempotency-key': randomUUID() };
    const paused = await api.post(`/api/tasks/${task.id}/pause`, { reason: 'away' }, key);
    expect(paused.body.data).toMatchObject({ paused: { reason: 'away' }, next_runs: [] });
    expect((await api.post(`/api/tasks/${task.id}/pause`, { reason: 'away' }, key)).body.data.version).toBe(2);
    const resumed = await api.post(`/api/tasks/${task.id}/resume`);
    expect(resumed.body.data.next_runs).toEqual(task.next_runs);
  });

  it('without a schedule can be neither paused nor resumed', async () => {
    const task = await addTask();
    const answer = await api.post(`/api/tasks/${task.id}/pause`);
    expect([answer.status, answer.body.code]).toEqual([409, 'task_not_scheduled']);
  });
});

describe('a task', () => {
  it('is changed under If-Match, and a payload that its action does not accept is refused', async () => {
    const task = await addTask({ task_type: 'imap_sync_messages', payload: { folder: 'INBOX' } });
    const path = `/api/tasks/${task.id}`;
    const changes = { priority: 5, labels: ['vip'], payload: { folder: null }, schedule: { every: '6h' } };
    const changed = await api.send('PATCH', path, changes, { 'if-match': '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { data: { priority: 5, labels: ['vip'], version: 2 } } });
    expect(changed.body.data.payload).toMatchObject({ folder: null });
    expect((await api.send('PATCH', path, { priority: 1 }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await api.send('PATCH', path, { payload: { folder: 1 } })).body.errors[0].pointer).toBe('/payload/folder');
    expect((await api.send('PATCH', path, {})).status).toBe(422);
    expect((await api.send('PATCH', path, { schedule: null })).body.data).toMatchObject({
      schedule: null,
      next_runs: [],
    });
    const member = await apiOf(stack, ACCOUNT, 'member');
    const expunge = { task_type: 'imap_delete_messages', payload: { folder: 'INBOX', uid_validity: 1, uids: [1] } };
    const deleting = await addTask(expunge);
    const owner = { payload: { ...expunge.payload, mode: 'expunge' } };
    expect((await member.send('PATCH', `/api/tasks/${deleting.id}`, owner)).status).toBe(403);
  });

  it('is gone when it is deleted, and one that syncs is created again by the next sync', async () => {
    const sync = { credential_id: credential };
    const first = (await api.post(`${BASE}/imap/sync-mailboxes`, sync)).body.data;
    expect((await api.delete(`/api/tasks/${first.task_id}`)).status).toBe(204);
    expect((await api.get(`/api/tasks/${first.task_id}`)).status).toBe(404);
    expect((await api.post(`/api/tasks/${first.task_id}/trigger`)).status).toBe(404);
    await until(
      () => api.get(`${BASE}/tasks?limit=100`),
      ({ body }) => body.data.every(({ id }: Json) => id !== first.task_id),
    );
    const again = await api.post(`${BASE}/imap/sync-mailboxes`, sync);
    expect(again.body.data.task_id).toBe(first.task_id);
    expect((await get({ id: first.task_id })).last_job_id).toBe(again.body.data.job_id);
    await until(
      () => api.get(`${BASE}/tasks?limit=100`),
      ({ body }) => body.data.some(({ id }: Json) => id === first.task_id),
    );
  });

  it.each([
    { every: '10s' },
    { cron: '* * * * * *' },
    { cron: '0 9 * * *', time_zone: 'Nowhere' },
    { every: '5m', jitter: 1 },
  ])('is not created with the schedule %j', async (schedule) => {
    const draft = { task_type: 'imap_sync_mailboxes', target_credential_id: credential, schedule };
    expect((await api.post(`${BASE}/tasks`, draft)).status).toBe(422);
  });
});

describe('a credential that schedules and endpoints use', () => {
  it('is deleted only with force, and then makes no more jobs', async () => {
    const used = await addCredential(api, ACCOUNT, mail);
    const every = { task_type: 'imap_sync_mailboxes', target_credential_id: used, schedule: { every: '1d' } };
    const [on, off] = [await addTask(every), await addTask(every)];
    await api.post(`/api/tasks/${off.id}/pause`);
    const target = { target: { credential_id: used }, provider: 'standard', action: 'imap_sync_mailboxes' };
    const made = await api.post(`${BASE}/webhook-endpoints`, { ...target, payload: {} });
    // In the lists, which the refusal counts by.
    await until(
      () => Promise.all([api.get(`${BASE}/tasks`), api.get(`${BASE}/webhook-endpoints`)]),
      ([tasks, endpoints]) =>
        tasks.body.data.some(({ id, paused }: Json) => id === off.id && paused !== null) &&
        tasks.body.data.some(({ id }: Json) => id === on.id) &&
        endpoints.body.data.some(({ id }: Json) => id === made.body.data.id),
    );
    expect(await api.delete(`/api/provider-credentials/${used}`)).toMatchObject({
      status: 409,
      body: { code: 'credential_in_use', open_jobs: 0, scheduled_tasks: 1, webhook_endpoints: 1 },
    });
    expect((await api.delete(`/api/provider-credentials/${used}?force=true`)).status).toBe(204);
    expect(await get(on)).toMatchObject({ suspended: { code: 'credential_not_found' }, next_runs: [] });
    expect(await get(off)).toMatchObject({ suspended: null, paused: { reason: null } });
    const { body } = await api.get(`/api/webhook-endpoints/${made.body.data.id}`);
    expect(body.data.enabled).toBe(false);
  });
});
