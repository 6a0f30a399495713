/** The data that the audit keeps of a deletion, and the events that can be read through it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../../functions/domain/event/event.ts';
import { canonicalJson } from '../../../functions/domain/text/canonical-json.ts';
import { failedWith, started } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { startWholeApi, type WholeApi, type WholeCall, type WholeReply } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
const OTHER = 'acc_two';
const LABEL = 'Mailbox of Jane';
let api: WholeApi;
beforeAll(async () => {
  api = await startWholeApi();
});
afterAll(() => api?.stop());

const call = (operation: string, more: Partial<WholeCall> = {}): Promise<WholeReply> =>
  api.call(operation, { accounts: [ACCOUNT], params: { account_id: ACCOUNT }, ...more });

async function made(operation: string, more: Partial<WholeCall>): Promise<Json> {
  const reply = await call(operation, more);
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.body.data;
}

const newCredential = (): Promise<Json> =>
  made('createCredential', {
    body: {
      provider_kind: 'imap',
      host: 'Mail.example.com',
      port: 143,
      security_mode: 'starttls',
      auth_kind: 'password',
      label: LABEL,
      external_ref: 'jane-1',
      secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
    },
  });

async function happened(streamId: string, ...events: DomainEvent[]): Promise<void> {
  for (const event of events) {
    const version = (await api.log.read(streamId)).length + 1;
    const actor = { kind: 'worker', id: 'worker-1' } as const;
    const at = new Date().toISOString();
    await api.log.append([{ streamId, version, accountId: ACCOUNT, actor, at, event }]);
  }
}

/** A failed job of a task, with a label. */
async function failedJob(): Promise<{ job: string; task: string; credential: string }> {
  const { id: credential } = await newCredential();
  const { id: task } = await made('createTask', {
    body: { task_type: 'imap_sync_mailboxes', target_credential_id: credential, labels: ['vip'], priority: 2 },
  });
  const { id: job } = await made('triggerTask', { params: { task_id: task } });
  await happened(job, started(), failedWith('permission_denied', null));
  return { job, task, credential };
}

/** The audit entry for the deletion of this resource. */
async function deletionOf(id: string, action: string): Promise<Json> {
  const found = await made('searchLogs', { body: { filter: { subject_id: id, action } } });
  expect(found).toHaveLength(1);
  return found[0];
}

describe('the audit entry of a deletion', () => {
  it('keeps the data of a job, who deleted it and why', async () => {
    const { job, task, credential } = await failedJob();
    const before = await made('getJob', { params: { job_id: job } });
    const deleted = await call('deleteJob', { params: { job_id: job }, query: [['reason', 'made by mistake']] });
    expect(deleted.status).toBe(204);
    expect(await deletionOf(job, 'job_deleted')).toMatchObject({
      subject: 'job',
      actor: { kind: 'user', id: expect.any(String) },
      data: {
        reason: 'made by mistake',
        last_state: {
          action: 'imap_sync_mailboxes',
          task_id: task,
          credential_id: credential,
          status: 'failed',
          labels: ['vip'],
          attempt_count: 1,
          last_error_code: 'permission_denied',
          last_error_category: before.last_error_category,
          last_error_detail: before.last_error_detail,
          last_error_at: before.last_error_at,
          created_at: before.created_at,
        },
      },
    });
  });

  it('keeps the data of a task', async () => {
    const { task, credential } = await failedJob();
    const before = await made('getTask', { params: { task_id: task } });
    await call('deleteTask', { params: { task_id: task }, query: [['reason', 'moved']] });
    expect((await deletionOf(task, 'task_deleted')).data).toEqual({
      reason: 'moved',
      last_state: {
        task_type: 'imap_sync_mailboxes',
        target_credential_id: credential,
        priority: 2,
        labels: ['vip'],
        schedule: null,
        paused: false,
        suspended: false,
        created_at: before.created_at,
      },
    });
  });

  it('keeps the server and the health of a credential, and nothing that may name a person', async () => {
    const { id, created_at: createdAt } = await newCredential();
    await call('deleteCredential', { params: { credential_id: id }, query: [['reason', 'the customer left']] });
    const entry = await deletionOf(id, 'credential_deleted');
    expect(entry.data).toEqual({
      force: false,
      reason: 'the customer left',
      last_state: {
        auth_kind: 'password',
        status: 'unverified',
        status_reason: null,
        paused: false,
        host: 'mail.example.com:143',
        last_validated_at: null,
        created_at: createdAt,
      },
    });
    for (const word of ['jane', 'Jane', 'correct horse']) expect(JSON.stringify(entry)).not.toContain(word);
  });

  it.each([
    ['cannot be read', { port: 'imaps' }],
    ['was rewritten to be of another account', { account_id: OTHER }],
  ])('has no host of a credential whose row %s', async (_, fields) => {
    const { id } = await newCredential();
    const row = (await api.items()).find(({ table, item }) => table === 'SECRETS_TABLE' && item.id === id);
    await api.put('SECRETS_TABLE', { ...row?.item, ...fields });
    expect((await call('deleteCredential', { params: { credential_id: id } })).status).toBe(204);
    expect((await deletionOf(id, 'credential_deleted')).data.last_state).toMatchObject({ host: null });
  });

  it('keeps the data of a webhook endpoint without its secret', async () => {
    const { id: credential } = await newCredential();
    const endpoint = await made('createWebhookEndpoint', {
      body: {
        provider: 'standard',
        target: { credential_id: credential },
        action: 'imap_sync_mailboxes',
        label: LABEL,
      },
    });
    await call('deleteWebhookEndpoint', {
      params: { webhook_endpoint_id: endpoint.id },
      query: [['reason', 'unused']],
    });
    const entry = await deletionOf(endpoint.id, 'webhook_endpoint_deleted');
    expect(entry.data).toEqual({
      reason: 'unused',
      last_state: {
        provider: 'standard',
        target: { credential_id: credential },
        action: 'imap_sync_mailboxes',
        event_types: null,
        enabled: true,
        silent_after: null,
        created_at: endpoint.created_at,
      },
    });
    for (const word of [endpoint.secret, LABEL]) expect(JSON.stringify(entry)).not.toContain(word);
  });

  it('has the reason null when none was given', async () => {
    const { task } = await failedJob();
    await call('deleteTask', { params: { task_id: task } });
    expect((await deletionOf(task, 'task_deleted')).data.reason).toBeNull();
  });
});

const THINGS = [
  ['deleteJob', 'job_id', 'job'],
  ['deleteTask', 'task_id', 'task'],
  ['deleteCredential', 'credential_id', 'credential'],
] as const;

describe('the reason of a deletion', () => {
  it.each(THINGS)(
    'is refused by %s unless it is a single line of at most 500 characters',
    async (operation, name, kind) => {
      const things = await failedJob();
      for (const reason of ['two\nlines', 'x'.repeat(501), '\u202Ebackwards']) {
        const reply = await call(operation, { params: { [name]: things[kind] }, query: [['reason', reason]] });
        expect(reply.body).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '?reason' }] });
      }
    },
  );

  it('is part of the request that an Idempotency-Key remembers', async () => {
    const { job } = await failedJob();
    const headers = { 'idempotency-key': 'delete-once' };
    const deletion = (reason: string) =>
      call('deleteJob', { params: { job_id: job }, headers, query: [['reason', reason]] });
    expect((await deletion('first')).status).toBe(204);
    expect((await deletion('first')).status).toBe(204);
    expect((await deletion('second')).body).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
    expect((await deletionOf(job, 'job_deleted')).data.reason).toBe('first');
  });
});

describe('the events of a deleted job', () => {
  async function deletedJob(): Promise<{ job: string; log: string }> {
    const { job } = await failedJob();
    await call('deleteJob', { params: { job_id: job } });
    return { job, log: (await deletionOf(job, 'job_deleted')).id };
  }

  it('are read only through its audit entry, also by a viewer', async () => {
    const { job, log } = await deletedJob();
    const events = await call('listLogEvents', { params: { log_id: log }, role: 'viewer' });
    expect(events.body.data.map(({ type, stream_id: id }: Json) => [type, id])).toEqual(
      ['JobRequested', 'AttemptStarted', 'AttemptFailed', 'JobDeleted'].map((type) => [type, job]),
    );
    for (const operation of ['getJob', 'listJobEvents'])
      expect((await call(operation, { params: { job_id: job } })).status).toBe(404);
  });

  it('are returned page by page', async () => {
    const { log } = await deletedJob();
    const types: string[] = [];
    const cursors = new Set<string>();
    let cursor: string | null = null;
    do {
      const start: [string, string][] = cursor === null ? [] : [['cursor', cursor]];
      const { body }: WholeReply = await call('listLogEvents', {
        params: { log_id: log },
        query: [['limit', '3'], ...start],
      });
      types.push(...body.data.map(({ type }: Json) => type));
      cursor = body.page.next_cursor;
      if (cursor !== null) cursors.add(cursor);
    } while (cursor !== null);
    expect(types).toEqual(['JobRequested', 'AttemptStarted', 'AttemptFailed', 'JobDeleted']);
    expect(cursors.size).toBe(1);
  });

  it('are not found by another account, in the same words as an entry that does not exist', async () => {
    const { log } = await deletedJob();
    const said = async (logId: string, accounts: readonly string[]): Promise<string> => {
      const reply = await call('listLogEvents', { accounts, params: { log_id: logId } });
      return `${reply.status} ${reply.text.replace(/"request_id":"[^"]*"/, '')}`;
    };
    const foreign = await said(log, [OTHER]);
    expect(foreign).toMatch(/^404 /);
    expect(foreign).toBe(await said(ids.next('log'), [OTHER]));
    expect(await said(log, [OTHER, ACCOUNT])).toMatch(/^200 /);
  });

  it('are read without a change to stored data', async () => {
    const { log } = await deletedJob();
    const stored = async () => (await api.items()).map(canonicalJson).filter((item) => !item.includes('usage#'));
    const before = await stored();
    expect((await call('listLogEvents', { params: { log_id: log } })).status).toBe(200);
    expect((await stored()).toSorted()).toEqual(before.toSorted());
  });
});

it('the events of a deleted credential are read through any of its entries', async () => {
  const { id } = await newCredential();
  await call('deleteCredential', { params: { credential_id: id } });
  const added = await deletionOf(id, 'credential_added');
  const events = await made('listLogEvents', { params: { log_id: added.id } });
  expect(events.map(({ type }: Json) => type)).toEqual(['CredentialAdded', 'CredentialDeleted']);
});
