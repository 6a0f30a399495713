import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoAccount, demoPassword } from '../../local/imap/demo-account.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, startTestStack, until } from '../fixtures/api.ts';
import { addCredential, eventTypes } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_job_commands';
let stack: Stack;
let server: ImapServer;
let api: Api;
let credential: string;

beforeAll(async () => {
  [stack, server] = await Promise.all([
    startTestStack(),
    startImapServer({ accounts: [demoAccount()], tls: 'implicit' }),
  ]);
  api = await apiOf(stack, ACCOUNT);
  credential = await addCredential(api, ACCOUNT, { ...server, username: 'demo@example.test', password: demoPassword });
});
afterEach(() => {
  server.script = null;
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
});

const sync = async (body: object = {}): Promise<string> =>
  (await api.post(`/api/accounts/${ACCOUNT}/imap/sync-messages`, { credential_id: credential, ...body })).body.data
    .job_id;

async function failedJob(): Promise<string> {
  const id = await sync({ folder: 'Not here' });
  expect(await ended(api, id)).toMatchObject({ status: 'failed', last_error_code: 'mailbox_not_found' });
  return id;
}

describe('an operator recovers a job', () => {
  it('waits for the end of a sync by the request or by the job, and gets the same answer', async () => {
    const prefer = { prefer: 'wait=20' };
    const body = { credential_id: credential, folder: 'INBOX' };
    const asked = await api.post(`/api/accounts/${ACCOUNT}/imap/sync-messages`, body, prefer);
    // On a slow machine the sync may take longer than the wait.
    expect([200, 202]).toContain(asked.status);
    const { job_id: id, job } = asked.body.data;
    expect(job.id).toBe(id);
    const shown = await until(
      () => api.get(`/api/jobs/${id}`, prefer),
      ({ body: { data } }) => data.status === 'succeeded',
    );
    expect(Object.keys(shown.body.data)).toEqual(Object.keys(job));
    expect(shown.body.data.result).toMatchObject({ folders: 1 });
  });

  it('retry queues the job now with a new budget, and the timeline has author and reason', async () => {
    const id = await failedJob();
    const folder = await api.send('PATCH', `/api/jobs/${id}`, { payload: { folder: 'INBOX' }, labels: ['mended'] });
    expect(folder).toMatchObject({
      status: 200,
      body: { data: { status: 'failed', payload: { folder: 'INBOX', full: false }, labels: ['mended'] } },
    });
    const retried = await api.post(`/api/jobs/${id}/retry`, { reason: 'the folder was wrong' });
    expect(retried).toMatchObject({
      status: 202,
      body: { data: { status: 'queued', attempts_left: 20, failed_at: null } },
    });
    expect(await ended(api, id)).toMatchObject({
      status: 'succeeded',
      attempt_count: 2,
      last_error_code: 'mailbox_not_found',
    });
    const { body } = await api.get(`/api/jobs/${id}/events`);
    expect(body.data.find(({ type }: { type: string }) => type === 'JobRetryRequested')).toMatchObject({
      actor: { kind: 'user', id: 'tester' },
      data: { reason: 'the folder was wrong' },
    });
    expect(await api.post(`/api/jobs/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'job_not_retryable', job_status: 'succeeded', allowed_commands: ['trigger', 'update', 'delete'] },
    });
  });

  it('trigger starts one attempt now, even of a job that has succeeded', async () => {
    const id = await sync({ folder: 'Drafts' });
    await ended(api, id);
    expect(await api.post(`/api/jobs/${id}/trigger`)).toMatchObject({
      status: 202,
      body: { data: { status: 'queued' } },
    });
    const again = await until(
      () => api.get(`/api/jobs/${id}`),
      ({ body }) => body.data.attempt_count === 2 && body.data.status === 'succeeded',
    );
    expect(again.body.data.result).toMatchObject({ added: 0 });
  });

  it('resolve ends the job with a note and its author, and the worker of a running attempt stops', async () => {
    const stuck = new Promise<void>((resolve) => {
      server.script = ({ name }) => {
        if (name !== 'UID FETCH') return { kind: 'normal' };
        resolve();
        return { kind: 'silence' };
      };
    });
    const id = await sync({ folder: 'Sent' });
    await stuck;
    expect(await api.post(`/api/jobs/${id}/trigger`)).toMatchObject({
      status: 409,
      body: { code: 'job_running', job_status: 'running', allowed_commands: ['cancel', 'resolve'] },
    });
    expect(await api.delete(`/api/jobs/${id}`)).toMatchObject({ status: 409, body: { code: 'job_running' } });
    const resolved = await api.post(`/api/jobs/${id}/resolve`, { note: 'done by hand' });
    expect(resolved).toMatchObject({
      status: 200,
      body: { data: { status: 'resolved', resolution: { kind: 'resolved', note: 'done by hand', by: 'tester' } } },
    });
    // Within one heartbeat: the worker hangs up although the server still sends nothing.
    await until(
      async () => server.connections(),
      (open) => open === 0,
    );
    expect(await eventTypes(api, id)).toEqual(['JobRequested', 'AttemptStarted', 'JobResolved']);
    expect(await api.post(`/api/jobs/${id}/resolve`)).toMatchObject({
      status: 409,
      body: { code: 'job_already_resolved' },
    });
  });

  it('cancel stops a running attempt, resolves the job as cancelled, and the audit says who did it', async () => {
    const stuck = new Promise<void>((resolve) => {
      server.script = ({ name }) => {
        if (name !== 'UID FETCH') return { kind: 'normal' };
        resolve();
        return { kind: 'silence' };
      };
    });
    const id = await sync({ folder: 'Archive' });
    await stuck;
    expect(await api.post(`/api/jobs/${id}/cancel`, { reason: 'by mistake' })).toMatchObject({
      status: 200,
      body: { data: { status: 'resolved', resolution: { kind: 'cancelled', note: 'by mistake', by: 'tester' } } },
    });
    await until(
      async () => server.connections(),
      (open) => open === 0,
    );
    expect(await eventTypes(api, id)).toEqual(['JobRequested', 'AttemptStarted', 'JobCancelled']);
    expect(await api.post(`/api/jobs/${id}/cancel`)).toMatchObject({
      status: 409,
      body: {
        code: 'job_not_cancellable',
        job_status: 'resolved',
        allowed_commands: ['trigger', 'reopen', 'update', 'delete'],
      },
    });
    const logs = await api.get(`/api/accounts/${ACCOUNT}/logs?action=job_cancelled`);
    expect(logs.body.data).toMatchObject([
      { subject: 'job', subject_id: id, action: 'job_cancelled', actor: { kind: 'user', id: 'tester' } },
    ]);
  });

  it('reopen makes a resolved job failed again with its history, runs nothing, and allows a retry', async () => {
    const id = await failedJob();
    await api.post(`/api/jobs/${id}/resolve`, { note: 'done by hand' });
    expect(await api.post(`/api/jobs/${id}/reopen`, { reason: 'not done' })).toMatchObject({
      status: 200,
      body: { data: { status: 'failed', last_error_code: 'mailbox_not_found', resolution: null, attempt_count: 1 } },
    });
    expect(await eventTypes(api, id)).toEqual([
      ...['JobRequested', 'AttemptStarted', 'AttemptFailed', 'JobResolved', 'JobReopened'],
    ]);
    expect(await api.post(`/api/jobs/${id}/reopen`)).toMatchObject({ status: 409, body: { code: 'job_not_resolved' } });
    expect((await api.post(`/api/jobs/${id}/retry`)).status).toBe(202);
    expect(await ended(api, id)).toMatchObject({ status: 'failed', attempt_count: 2 });
  });

  it('delete removes the job from every read', async () => {
    const id = await failedJob();
    await until(
      () => api.get(`/api/accounts/${ACCOUNT}/jobs?q=${id}`),
      ({ body }) => body.data.length === 1,
    );
    expect((await api.delete(`/api/jobs/${id}`)).status).toBe(204);
    for (const path of [`/api/jobs/${id}`, `/api/jobs/${id}/events`]) expect((await api.get(path)).status).toBe(404);
    await until(
      () => api.get(`/api/accounts/${ACCOUNT}/jobs?q=${id}`),
      ({ body }) => body.data.length === 0,
    );
    expect((await api.delete(`/api/jobs/${id}`)).status).toBe(404);
  });

  it('a command takes effect once per Idempotency-Key, and only at the version in If-Match', async () => {
    const id = await failedJob();
    expect(await api.post(`/api/jobs/${id}/retry`, {}, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    const key = { 'idempotency-key': 'retry-once', 'if-match': '"3"' };
    const first = await api.post(`/api/jobs/${id}/retry`, { reason: 'a' }, key);
    await ended(api, id);
    const again = await api.post(`/api/jobs/${id}/retry`, { reason: 'a' }, key);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(await api.post(`/api/jobs/${id}/retry`, { reason: 'b' }, key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect((await eventTypes(api, id)).filter((type) => type === 'JobRetryRequested')).toHaveLength(1);
  });

  it('an invalid command is refused with an explanation', async () => {
    const id = await failedJob();
    const patch = (body: unknown) => api.send('PATCH', `/api/jobs/${id}`, body);
    expect(await patch({})).toMatchObject({ status: 422 });
    expect((await patch({ priorty: 1 })).body.errors).toContainEqual({
      pointer: '/priorty',
      message: 'unknown field; did you mean "priority"?',
    });
    expect((await patch({ payload: { fulll: true } })).body.errors).toEqual([
      { pointer: '/payload/fulll', message: 'unknown field; did you mean "full"?' },
    ]);
    expect(await patch({ run_at: '2030-01-01T00:00:00.000Z' })).toMatchObject({
      status: 409,
      body: { code: 'job_not_pending' },
    });
    expect(await patch({ run_at: 'tomorrow' })).toMatchObject({ status: 422 });
    expect((await api.get(`/api/jobs/${id}`)).body.data.version).toBe(3);
  });
});
