import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { freePort } from '../../local/http/free-port.ts';
import { selfSignedCertificate } from '../../local/imap/certificate.ts';
import { demoAccount, demoPassword } from '../../local/imap/demo-account.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, type Json, startTestStack, until } from '../fixtures/api.ts';
import { documentClientFor } from '../fixtures/document-client.ts';
import { addCredential, eventTypes, syncMessages } from '../fixtures/mailbox-account.ts';

const ACCOUNT = 'acc_failures';
const closing: (() => Promise<unknown>)[] = [];
let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await startTestStack();
  api = await apiOf(stack, ACCOUNT);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => stack?.stop());

async function mailServer(options: Partial<Parameters<typeof startImapServer>[0]> = {}): Promise<ImapServer> {
  const server = await startImapServer({ accounts: [demoAccount()], tls: 'implicit', ...options });
  closing.push(() => server.close());
  return server;
}

const login = { username: 'demo@example.test', password: demoPassword };
const to = ({ host, port, caPem }: ImapServer) => ({ host, port, caPem, ...login });

async function firstAttempt(credentialId: string, more: object = {}): Promise<{ job: Json; events: Json[] }> {
  const accepted = await api.post(`/api/accounts/${ACCOUNT}/imap/sync-messages`, {
    credential_id: credentialId,
    ...more,
  });
  const answer = await until(
    () => api.get(`/api/jobs/${accepted.body.data.job_id}`),
    ({ body }) => ['failed', 'retrying', 'succeeded'].includes(body.data.status),
  );
  const { body } = await api.get(`/api/jobs/${accepted.body.data.job_id}/events`);
  return { job: answer.body.data, events: body.data };
}

function expectStory(events: Json[], code: string): void {
  expect(events.map(({ type }) => type)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptFailed']);
  expect(events.at(-1)).toMatchObject({ actor: { kind: 'worker' }, data: { code } });
}

describe('each failure ends in its state with its code, and the timeline shows it', () => {
  it('a wrong password fails the job with auth_failed', async () => {
    const server = await mailServer();
    const { job, events } = await firstAttempt(await addCredential(api, ACCOUNT, { ...to(server), password: 'wrong' }));
    expect(job).toMatchObject({
      status: 'failed',
      last_error_code: 'auth_failed',
      last_error_category: 'authentication',
      attempts_left: 0,
    });
    expectStory(events, 'auth_failed');
  });

  it('a closed port makes the job retry with provider_unreachable', async () => {
    const { job, events } = await firstAttempt(
      await addCredential(api, ACCOUNT, { host: '127.0.0.1', port: await freePort(), caPem: '', ...login }),
    );
    expect(job).toMatchObject({
      status: 'retrying',
      last_error_code: 'provider_unreachable',
      last_error_category: 'transient',
    });
    expect(job.next_attempt_at).not.toBeNull();
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptFailed']);
  });

  it('a silent server makes the job retry with provider_timeout', async () => {
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { job } = await firstAttempt(
      await addCredential(api, ACCOUNT, { host: '127.0.0.1', port, caPem: '', ...login }),
    );
    expect(job).toMatchObject({ status: 'retrying', last_error_code: 'provider_timeout' });
  });

  it('a certificate for another host fails the job with tls_error', async () => {
    const server = await mailServer({ certificate: selfSignedCertificate({ hosts: ['mail.example.test'] }) });
    const { job, events } = await firstAttempt(await addCredential(api, ACCOUNT, to(server)));
    expect(job).toMatchObject({ status: 'failed', last_error_code: 'tls_error', last_error_category: 'configuration' });
    expectStory(events, 'tls_error');
    expect(server.log.some(({ name }) => name === 'LOGIN' || name === 'AUTHENTICATE')).toBe(false);
  });

  it('an untrusted certificate fails the job with tls_error', async () => {
    const server = await mailServer();
    const { job } = await firstAttempt(await addCredential(api, ACCOUNT, { ...to(server), caPem: '' }));
    expect(job).toMatchObject({ status: 'failed', last_error_code: 'tls_error' });
  });

  it('a missing mailbox fails the job with mailbox_not_found', async () => {
    const server = await mailServer();
    const { job, events } = await firstAttempt(await addCredential(api, ACCOUNT, to(server)), {
      folder: 'Gone/Long ago',
    });
    expect(job).toMatchObject({
      status: 'failed',
      last_error_code: 'mailbox_not_found',
      last_error_category: 'not_found',
    });
    expectStory(events, 'mailbox_not_found');
  });

  it('a connection that drops during a folder affects only that folder, unless it is requested by name', async () => {
    const server = await mailServer({
      script: ({ name, count }) => (name === 'UID FETCH' && count <= 3 ? { kind: 'drop' } : { kind: 'normal' }),
    });
    const credential = await addCredential(api, ACCOUNT, to(server));
    const job = await syncMessages(api, ACCOUNT, credential);
    expect(job).toMatchObject({
      status: 'succeeded',
      result: { complete: false, refused: [{ folder: 'INBOX', code: 'connection_closed' }], refused_count: 1 },
    });
    const again = await syncMessages(api, ACCOUNT, credential, { folder: 'INBOX' });
    expect(again).toMatchObject({ status: 'succeeded', result: { complete: true, refused: [] } });
  });

  it('a test of a credential reports the result without a job', async () => {
    const server = await mailServer();
    const good = await addCredential(api, ACCOUNT, to(server));
    const bad = await addCredential(api, ACCOUNT, { ...to(server), password: 'wrong' });
    expect((await api.post(`/api/provider-credentials/${good}/test`)).body.data).toMatchObject({
      ok: true,
      mailboxes: 14,
    });
    expect((await api.post(`/api/provider-credentials/${bad}/test`)).body.data).toMatchObject({
      ok: false,
      code: 'auth_failed',
      category: 'authentication',
    });
    expect((await api.get(`/api/provider-credentials/${good}`)).body.data.status).toBe('valid');
    expect((await api.get(`/api/provider-credentials/${bad}`)).body.data).toMatchObject({
      status: 'unverified',
      status_reason: 'auth_failed',
    });
  });
});

describe('a credential whose password is refused twice', () => {
  it('is parked, its next job waits and says so, and a rotation with a successful test lets it run', async () => {
    const server = await mailServer();
    const credential = await addCredential(api, ACCOUNT, { ...to(server), password: 'wrong' });
    const path = `/api/provider-credentials/${credential}`;
    const request = () => api.post(`/api/accounts/${ACCOUNT}/imap/sync-mailboxes`, { credential_id: credential });

    const first = await ended(api, (await request()).body.data.job_id);
    expect(first).toMatchObject({ status: 'failed', last_error_code: 'auth_failed' });
    const waiting = (await request()).body.data.job_id;
    const held = await until(
      () => api.get(`/api/jobs/${waiting}`),
      ({ body }) => body.data.waiting_on !== null,
    );
    expect(held.body.data).toMatchObject({
      status: 'queued',
      waiting_on: 'credential_suspect',
      attempt_count: 0,
      stalled: false,
    });
    expect((await api.get(path)).body.data).toMatchObject({ status: 'suspect', status_reason: 'auth_failed' });

    // The second refusal in a row; this test does not wait ten minutes for the trial.
    await strike(credential);
    const parked = await until(
      () => api.get(`/api/jobs/${waiting}`),
      ({ body }) => body.data.waiting_on === 'credential_parked',
    );
    expect(parked.body.data).toMatchObject({ status: 'queued', attempt_count: 0 });
    await until(
      () => api.get(path),
      ({ body }) => body.data.waiting_jobs === 1,
    );

    const rotated = await api.post(`${path}/rotate`, { secret: login });
    expect(rotated.body.data).toMatchObject({ status: 'parked' });
    expect((await api.post(`${path}/test`)).body.data).toMatchObject({ ok: true });
    expect(await ended(api, waiting)).toMatchObject({ status: 'succeeded' });
    expect(await eventTypes(api, waiting)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptSucceeded']);
    expect((await api.get(path)).body.data).toMatchObject({
      status: 'valid',
      status_reason: null,
      parked_at: null,
      waiting_jobs: 0,
    });
  });

  /** The event of a worker when the trial is refused. */
  async function strike(credential: string): Promise<void> {
    const log = dynamoEventLog(
      documentClientFor(stack.endpoints.dynamodb, stack.credentials),
      stack.environment.EVENTS_TABLE ?? '',
      ids,
    );
    const version = (await log.read(credential)).length + 1;
    const data = { code: 'auth_failed', category: 'authentication', detail: 'refused', job_id: 'job_x' };
    const event = { type: 'CredentialRefused', data };
    const appended = await log.append([
      {
        streamId: credential,
        version,
        accountId: ACCOUNT,
        actor: { kind: 'worker', id: 'test' },
        at: new Date().toISOString(),
        event,
      },
    ]);
    expect(appended.kind).toBe('appended');
  }
});

describe('hosts that a deployment would not connect to', () => {
  it.each([
    '10.0.0.1',
    '169.254.169.254',
    '192.168.1.1',
    '::ffff:10.0.0.1',
    '0x7f.1',
    '10.1',
    '64:ff9b::a00:1',
    'fd00:ec2::254',
  ])('%s is refused when the credential is made', async (host) => {
    const answer = await api.post(`/api/accounts/${ACCOUNT}/provider-credentials`, {
      provider_kind: 'imap',
      host,
      port: 993,
      security_mode: 'ssl_tls',
      auth_kind: 'password',
      secret: { username: 'a', password: 'b' },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request', errors: [{ pointer: '/host' }] } });
  });
});
