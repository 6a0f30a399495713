import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoAccount, demoPassword } from '../../local/imap/demo-account.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import { ended, everyItem, type Json, until } from '../fixtures/api.ts';
import { type DemoWorld, startDemoWorld } from '../fixtures/demo-world.ts';
import { addCredential, eventTypes, syncMessages } from '../fixtures/mailbox-account.ts';
import { slowAnswer } from '../fixtures/slow-answer.ts';

const ACCOUNT = 'acc_commands';
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

const task = (more: object = {}) => ({
  task_type: 'imap_sync_messages',
  target_credential_id: credential,
  payload: { folder: 'INBOX' },
  ...more,
});

describe('tasks', () => {
  it('run nothing when created, and a job each time they are triggered', async () => {
    const made = await api.post(`${BASE}/tasks`, task({ labels: ['nightly'], priority: 3 }));
    expect(made).toMatchObject({
      status: 201,
      body: { data: { status: 'idle', last_job_id: null, priority: 3, labels: ['nightly'], schedule: null } },
    });
    const id = made.body.data.id;
    expect(made.headers.get('etag')).toBe('"1"');
    const first = await api.post(`/api/tasks/${id}/trigger`, { reason: 'try it' });
    expect(first).toMatchObject({
      status: 202,
      body: { data: { status: 'queued', task_id: id, priority: 3, labels: ['nightly'], source: { kind: 'task', id } } },
    });
    await ended(api, first.body.data.id);
    const second = await api.post(`/api/tasks/${id}/trigger`);
    expect(second.body.data.id).not.toBe(first.body.data.id);
    const job = await ended(api, second.body.data.id);
    expect(job).toMatchObject({ status: 'succeeded', result: { folders: 1, added: 0 } });
    expect((await api.get(`/api/tasks/${id}`)).body.data).toMatchObject({
      status: 'succeeded',
      last_job_id: job.id,
      version: 1,
    });
    const list = await until(
      () => api.get(`${BASE}/jobs?task_id=${id}`),
      ({ body }) => body.data.every(({ status }: Json) => status === 'succeeded') && body.data.length === 2,
    );
    expect(list.body.data.map((one: Json) => one.id)).toEqual([second.body.data.id, first.body.data.id]);
  });

  it('refuse a payload that their action would not accept, with the pointer to it', async () => {
    const answer = await api.post(`${BASE}/tasks`, task({ payload: { foldr: 'INBOX', full: 'yes' } }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(answer.body.errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: '/payload/full' }),
        { pointer: '/payload/foldr', message: 'unknown field; did you mean "folder"?' },
      ]),
    );
    expect((await api.post(`${BASE}/tasks`, task({ task_type: 'imap_fly' }))).body.errors[0].pointer).toBe(
      '/task_type',
    );
  });

  it('accept 60 simultaneous triggers: each has its job', async () => {
    const { body } = await api.post(`${BASE}/tasks`, task());
    const path = `/api/tasks/${body.data.id}/trigger`;
    /** As a client does on a busy machine: the key makes it safe. Every other answer is final. */
    async function trigger(key: string): Promise<Awaited<ReturnType<typeof api.post>>> {
      const answer = await api.post(path, {}, { 'idempotency-key': key });
      return answer.status === 503 ? trigger(key) : answer;
    }
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => trigger(`trigger-${n}`)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(60);
    // These jobs must not appear in the tests below.
    const done = await api.post(`${BASE}/jobs/bulk`, {
      action: 'delete',
      job_ids: answers.map((answer) => answer.body.data.id),
      reason: 'enough',
      rate_per_second: 500,
    });
    expect(done.status).toBe(202);
  });

  it('are triggered only at the version in If-Match', async () => {
    const { body } = await api.post(`${BASE}/tasks`, task());
    const path = `/api/tasks/${body.data.id}/trigger`;
    expect(await api.post(path, {}, { 'if-match': '"2"' })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    expect((await api.post(path, {}, { 'if-match': '"1"' })).status).toBe(202);
  });
});

describe('an Idempotency-Key', () => {
  it('returns the first result of a create again, and refuses another body', async () => {
    const key = { 'idempotency-key': 'task-1' };
    const first = await api.post(`${BASE}/tasks`, task(), key);
    const again = await api.post(`${BASE}/tasks`, task(), key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(await api.post(`${BASE}/tasks`, task({ priority: 1 }), key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const other = await api.post(`${BASE}/tasks`, task(), { 'idempotency-key': 'task-2' });
    expect(other.body.data.id).not.toBe(first.body.data.id);
  });

  it('makes one job of a trigger that was sent many times at once', async () => {
    const { body } = await api.post(`${BASE}/tasks`, task());
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        api.post(`/api/tasks/${body.data.id}/trigger`, {}, { 'idempotency-key': 'once' }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.data.id)).size).toBe(1);
    expect((await api.get(`/api/tasks/${body.data.id}`)).body.data).toMatchObject({
      version: 1,
      last_job_id: answers[0]?.body.data.id,
    });
  });

  it('makes one job of a repeated sync, under the task of all such syncs', async () => {
    const body = { credential_id: credential, folder: 'Sent' };
    const first = await api.post(`${BASE}/imap/sync-messages`, body, { 'idempotency-key': 'sync' });
    const again = await api.post(`${BASE}/imap/sync-messages`, body, { 'idempotency-key': 'sync' });
    const another = await api.post(`${BASE}/imap/sync-messages`, body);
    // The job may have begun in the meantime.
    const { task_id, job_id } = first.body.data;
    expect(again).toMatchObject({ status: 202, body: { data: { task_id, job_id } } });
    expect(another.body.data.task_id).toBe(first.body.data.task_id);
    expect(another.body.data.job_id).not.toBe(first.body.data.job_id);
    expect(
      await api.post(`${BASE}/imap/sync-messages`, { ...body, full: true }, { 'idempotency-key': 'sync' }),
    ).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('does not make a second credential, and shows no secret in either answer', async () => {
    const body = {
      provider_kind: 'imap',
      host: mail.host,
      port: mail.port,
      security_mode: 'tls',
      tls_ca_pem: mail.caPem,
      auth_kind: 'password',
      secret: { username: mail.username, password: 'a-secret-of-its-own' },
    };
    const first = await api.post(`${BASE}/provider-credentials`, body, { 'idempotency-key': 'credential' });
    const again = await api.post(`${BASE}/provider-credentials`, body, { 'idempotency-key': 'credential' });
    expect(first).toMatchObject({ status: 201, body: { data: { status: 'unverified', security_mode: 'ssl_tls' } } });
    expect(again.body).toEqual(first.body);
    expect(first.text).not.toMatch(/a-secret-of-its-own|demo@example\.test|BEGIN CERTIFICATE/);
    const other = { ...body, secret: { ...body.secret, password: 'another' } };
    expect(await api.post(`${BASE}/provider-credentials`, other, { 'idempotency-key': 'credential' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });
});

describe('deleting a credential', () => {
  it('is refused while jobs are open; with force it stops the running one and erases the mail metadata', async () => {
    const server: ImapServer = await startImapServer({ accounts: [demoAccount()], tls: 'implicit' });
    try {
      const id = await addCredential(api, ACCOUNT, {
        ...server,
        username: 'demo@example.test',
        password: demoPassword,
      });
      await syncMessages(api, ACCOUNT, id, { folder: 'INBOX' });
      expect((await everyItem(api, `${BASE}/emails?credential_id=${id}`)).length).toBe(140);
      const inFetch = new Promise<void>((resolve) => {
        server.script = ({ name }) => {
          if (name !== 'UID FETCH') return { kind: 'normal' };
          resolve();
          return slowAnswer();
        };
      });
      const { body } = await api.post(`${BASE}/imap/sync-messages`, { credential_id: id, folder: 'Sent' });
      await inFetch;
      // Lists show both jobs in their present state too; the refusal counts by them.
      await until(
        () => api.get(`${BASE}/jobs?credential_id=${id}`),
        (answer) => answer.body.data.map(({ status }: Json) => status).join() === 'running,succeeded',
      );
      expect(await api.delete(`/api/provider-credentials/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'credential_in_use', open_jobs: 1, scheduled_tasks: 0, webhook_endpoints: 0 },
      });
      expect((await api.delete(`/api/provider-credentials/${id}?force=true`)).status).toBe(204);
      expect((await api.get(`/api/jobs/${body.data.job_id}`)).body.data).toMatchObject({
        status: 'resolved',
        resolution: { by: 'tester' },
      });
      expect(await eventTypes(api, body.data.job_id)).toEqual(['JobRequested', 'AttemptStarted', 'JobResolved']);
      const task = await until(
        () => api.get(`/api/tasks/${body.data.task_id}`),
        (answer) => answer.body.data.status === 'suspended',
      );
      expect(task.status).toBe(200);
      for (const path of [
        `/api/provider-credentials/${id}`,
        `${BASE}/emails?credential_id=${id}`,
        `${BASE}/mailboxes?credential_id=${id}`,
      ])
        expect((await api.get(path)).status).toBe(404);
      expect((await everyItem(api, `${BASE}/emails`)).filter(({ credential_id }) => credential_id === id)).toEqual([]);
      expect((await api.post(`/api/provider-credentials/${id}/test`)).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});

describe('lists', () => {
  it('page through everything once, by cursor and by offset', async () => {
    const all = await until(
      () => everyItem(api, `${BASE}/jobs`),
      (jobs) => jobs.length >= 6,
    );
    const byCursor: string[] = [];
    let path = `${BASE}/jobs?limit=2`;
    for (;;) {
      const { body } = await api.get(path);
      byCursor.push(...body.data.map(({ id }: Json) => id));
      if (body.page.next_cursor === null) break;
      path = `${BASE}/jobs?limit=2&cursor=${body.page.next_cursor}`;
    }
    expect(byCursor).toEqual(all.map(({ id }) => id));
    const { body } = await api.get(`${BASE}/jobs?limit=2&offset=3`);
    expect(body.data.map(({ id }: Json) => id)).toEqual(byCursor.slice(3, 5));
  });

  it('filter by status, action and words', async () => {
    const succeeded = await api.get(`${BASE}/jobs?status=succeeded&action=imap_sync_messages&limit=100`);
    expect(succeeded.body.data.length).toBeGreaterThan(0);
    expect(succeeded.body.data.every(({ status }: Json) => status === 'succeeded')).toBe(true);
    expect((await api.get(`${BASE}/jobs?action=imap_sync_mailboxes`)).body.data).toEqual([]);
    const [first] = succeeded.body.data;
    expect(
      (await api.get(`${BASE}/jobs?q=${first.id.slice(4).toUpperCase()}`)).body.data.map(({ id }: Json) => id),
    ).toEqual([first.id]);
  });

  it('do not accept a cursor of another filter', async () => {
    const { body } = await api.get(`${BASE}/jobs?limit=1`);
    expect(await api.get(`${BASE}/jobs?limit=1&status=failed&cursor=${body.page.next_cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });
});

describe('the statistics', () => {
  it('equal the lists, in total and by the hour', async () => {
    const jobs = await until(
      () => everyItem(api, `${BASE}/jobs`),
      (all) => all.every(({ status }) => ['succeeded', 'resolved', 'failed'].includes(status)),
    );
    const count = (status: string) => jobs.filter((job) => job.status === status).length;
    const stats = await until(
      () => api.get(`${BASE}/jobs/stats`),
      ({ body }) => body.data.total === jobs.length && body.data.by_status.succeeded === count('succeeded'),
    );
    expect(stats.body.data).toMatchObject({
      by_status: { succeeded: count('succeeded'), resolved: count('resolved'), failed: count('failed') },
      by_action: { imap_sync_messages: jobs.length },
      by_error_code: {},
    });
    const series = await until(
      () => api.get(`${BASE}/jobs/stats/series`),
      ({ body }) => body.data.points.reduce((sum: number, { total }: Json) => sum + total, 0) === jobs.length,
    );
    expect(series.body.data.points).toHaveLength(25);
    expect(await api.get(`${BASE}/jobs/stats/series?from=2020-01-01T00:00:00Z`)).toMatchObject({
      status: 422,
      body: { code: 'invalid_request' },
    });
  });

  it('are explained, code by code', async () => {
    const { body } = await api.get('/api/failures');
    expect(body.data.find(({ code }: Json) => code === 'auth_failed')).toMatchObject({
      category: 'authentication',
      scope: 'credential',
      who: 'mailbox_owner',
    });
  });
});
