/** Permissions that are rarely used: each test brings a function into a situation in which it needs one. */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoMailStore } from '../../functions/adapters/dynamodb/mail-store.ts';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import type { Stack } from '../../local/stack.ts';
import { CREDENTIAL, failedWith, requested, started, succeeded } from '../domain/job/job-stream.ts';
import { type Api, apiOf, type Json, startTestStack, until } from '../fixtures/api.ts';
import { type StoredEvents, storedEvents, withoutMappings } from '../fixtures/stored-events.ts';
import { storedMailbox, storedMessage } from '../fixtures/stored-mail.ts';

const ACCOUNT = 'acc_one';
const BASE = `/api/accounts/${ACCOUNT}`;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

const TASK: DomainEvent = {
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: CREDENTIAL,
    payload: {},
    schedule: null,
    priority: 0,
    labels: [],
  },
};

let stack: Stack;
let api: Api;
let stored: StoredEvents;
beforeAll(async () => {
  // No worker runs, so queued jobs stay queued.
  stack = await startTestStack(null, { altered: withoutMappings('Worker') });
  stored = storedEvents(stack, ACCOUNT);
  api = await apiOf(stack, ACCOUNT);
});
afterAll(() => stack?.stop());

const put: StoredEvents['put'] = (...given) => stored.put(...given);
const addJob: StoredEvents['addJob'] = (...given) => stored.addJob(...given);
const typesOf: StoredEvents['typesOf'] = (streamId) => stored.typesOf(streamId);

describe('retention', () => {
  it('deletes a job whose time is over', async () => {
    const id = await addJob(ago(400 * DAY), requested(), started(), succeeded);
    const types = await until(
      () => typesOf(id),
      (found) => found.length > 3,
    );
    expect(types.at(-1)).toBe('JobDeleted');
  });

  it('erases the stream of a job that was deleted long ago', async () => {
    const id = await addJob(ago(400 * DAY), requested(), { type: 'JobDeleted', data: { reason: null } });
    expect(
      await until(
        () => typesOf(id),
        (found) => found.length === 0,
      ),
    ).toEqual([]);
  });

  it('erases the remaining mail of a deleted credential', async () => {
    const id = ids.next('pc');
    const mail = dynamoMailStore(stored.client, stack.environment.MAIL_TABLE ?? '');
    const record = await mail.addMailbox(storedMailbox(id, 'INBOX'));
    await mail.putMessages([storedMessage(record, 1)]);
    await put(id, ago(DAY), [
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      { type: 'CredentialDeleted', data: { force: false } },
    ]);
    await until(
      () => mail.mailboxes(id),
      (left) => left.length === 0,
    );
    expect(await mail.newestUids({ mailboxKey: record.key, uidValidity: 7 }, 10)).toEqual([]);
  });
});

describe('a job without a worker', () => {
  async function queued(url: string | undefined): Promise<number> {
    const queues = new SQSClient({
      region: 'us-east-1',
      endpoint: stack.endpoints.sqs,
      credentials: stack.credentials,
    });
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] });
    const { Attributes } = await queues.send(command);
    queues.destroy();
    return Number(Attributes?.ApproximateNumberOfMessages);
  }

  it.each<[string, string, number]>([
    ['the work queue', 'WORK_QUEUE_URL', 0],
    ['the priority queue', 'PRIORITY_QUEUE_URL', 5],
  ])('is sent to %s by the dispatcher, and later again by the sweeper', async (_, name, priority) => {
    const before = await queued(stack.environment[name]);
    await addJob(ago(2 * MINUTE), requested({ priority }));
    const sent = await until(
      () => queued(stack.environment[name]),
      (messages) => messages >= before + 2,
    );
    expect(sent).toBeGreaterThanOrEqual(before + 2);
  });
});

it('a deleted credential has its stored mail erased by the API', async () => {
  const made = await api.post(`${BASE}/provider-credentials`, {
    provider_kind: 'imap',
    host: 'localhost',
    port: 993,
    security_mode: 'ssl_tls',
    auth_kind: 'password',
    secret: { username: 'ann', password: 'secret' },
  });
  expect(made.status).toBe(201);
  const { id } = made.body.data;
  const mail = dynamoMailStore(stored.client, stack.environment.MAIL_TABLE ?? '');
  const record = await mail.addMailbox(storedMailbox(id, 'INBOX'));
  await mail.putMessages([storedMessage(record, 1)]);
  const path = `/api/provider-credentials/${id}`;
  const { status } = await until(
    () => api.delete(path),
    (answer) => answer.status === 204,
  );
  expect(status).toBe(204);
  expect(await mail.newestUids({ mailboxKey: record.key, uidValidity: 7 }, 10)).toEqual([]);
});

describe('a bulk operation finds its jobs', () => {
  const [task, bulk, credential] = [ids.next('tsk'), ids.next('blk'), ids.next('pc')];

  it.each<[string, object]>([
    ['by task', { task_id: [task] }],
    ['by credential', { credential_id: [credential] }],
    ['by bulk operation', { bulk_id: [bulk] }],
    ['by task and mail server', { task_id: [task], host: 'imap.example.com' }],
  ])('%s', async (_, filter) => {
    const at = ago(MINUTE);
    const id = ids.next('job');
    await put(id, at, [requested({ task_id: task, credential_id: credential }), started(), succeeded], 1, credential);
    await put(id, at, [{ type: 'JobRetryRequested', data: { reason: null, bulk_id: bulk } }, started(2), succeeded], 4);
    await until(
      () => api.post(`${BASE}/jobs/search`, { filter: { task_id: [task], status: 'succeeded' } }),
      ({ body }) => body.data?.length > 0,
    );
    const asked = await api.post(`${BASE}/jobs/bulk`, { action: 'delete', reason: 'test', filter });
    expect(asked.status).toBe(202);
    const ended = await until(
      () => api.get(`/api/bulk-operations/${asked.body.data.id}`),
      ({ body }) => body.data?.status !== 'running',
    );
    expect(ended.body.data.status).toBe('completed');
  });
});

it('the projector reads the log when a record is missing', async () => {
  const searched = (status: string) =>
    until(
      () => api.post(`${BASE}/jobs/search`, { filter: { label: 'gap' } }),
      ({ body }) => body.data?.[0]?.status === status,
    );
  const id = await addJob(ago(MINUTE), requested({ labels: ['gap'] }));
  await searched('queued');
  await put(id, ago(0), [{ type: 'JobResolved', data: { note: null } }], 3);
  expect((await searched('resolved')).body.data).toMatchObject([{ id, status: 'resolved' }]);
});

it('the failed jobs of a recovered credential are found by their code', async () => {
  const credential = ids.next('pc');
  const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null } as const;
  const by = { credential_id: credential };
  const at = ago(MINUTE);
  await put(credential, at, [
    { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
    { type: 'CredentialRefused', data: refused },
  ]);
  await addJob(at, requested({ ...by, labels: ['refused'] }), started(), failedWith('auth_failed', null));
  for (let n = 0; n < 3; n += 1)
    await addJob(at, requested({ ...by, labels: ['refused'] }), started(), failedWith('mailbox_not_found', null));
  await until(
    () => api.post(`${BASE}/jobs/search`, { filter: { label: 'refused', status: 'failed' } }),
    ({ body }) => body.data?.length === 4,
  );
  await put(credential, ago(0), [{ type: 'CredentialVerified', data: { by: 'test' } }], 3);
  const reasons = await until(
    async () => (await api.get(`${BASE}/bulk-operations`)).body.data?.map(({ reason }: Json) => reason),
    (found) => found?.includes('The credential is good again.'),
  );
  expect(reasons).toContain('The credential is good again.');
});

describe('the first function that needs the key of cursors', () => {
  it.each<[string, string]>([
    ['Read', `${BASE}/jobs?limit=1`],
    ['Tasks', `${BASE}/tasks?limit=1`],
  ])('creates the key, and its next process unwraps it: %s', async (name, path) => {
    for (let n = 0; n < 2; n += 1) {
      await addJob(ago(MINUTE), requested());
      await put(ids.next('tsk'), ago(MINUTE), [TASK]);
    }
    await stack.kill(name);
    await stored.client.send(
      new DeleteCommand({ TableName: stack.environment.VIEWS_TABLE, Key: { id: VIEWS.cursorKey } }),
    );
    const firstPage = () =>
      until(
        () => api.get(path),
        ({ body }) => typeof body.page?.next_cursor === 'string',
      );
    expect((await firstPage()).status).toBe(200);
    await stack.kill(name);
    expect((await firstPage()).status).toBe(200);
  });
});

it('a new process of the credential function unwraps the keys that another one made', async () => {
  const made = await api.post(`${BASE}/provider-credentials`, {
    ...{ provider_kind: 'imap', host: 'localhost', port: 993, security_mode: 'ssl_tls', auth_kind: 'password' },
    secret: { username: 'ben', password: 'secret' },
  });
  const newEndpoint = () =>
    api.post(`${BASE}/webhook-endpoints`, {
      provider: 'standard',
      target: { credential_id: made.body.data.id },
      ...{ action: 'imap_sync_messages', payload: { folder: 'INBOX' } },
    });
  const firstPage = () =>
    until(
      () => api.get(`${BASE}/webhook-endpoints?limit=1`),
      ({ body }) => typeof body.page?.next_cursor === 'string',
    );
  const endpoint = await newEndpoint();
  await newEndpoint();
  await firstPage();
  await stack.kill('Credentials');
  const tested = await until(
    () => api.post(`/api/provider-credentials/${made.body.data.id}/test`),
    ({ status }) => status === 200,
  );
  expect(JSON.stringify(tested.body.data)).toContain('provider_unreachable');
  const sample = await api.post(`/api/webhook-endpoints/${endpoint.body.data.id}/test`);
  expect(sample.body.data).toMatchObject({ ok: true, status: 202 });
  expect((await firstPage()).status).toBe(200);
});
