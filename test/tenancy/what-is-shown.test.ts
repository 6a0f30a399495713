/** Jobs and tasks of an older release that cross accounts show nothing of the other account's credential. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import type { Json } from '../fixtures/api.ts';
import { startWholeApi, type WholeApi } from '../fixtures/whole-api.ts';

const HOST = 'mail.example.com';
let api: WholeApi;
let credential: string;
const [job, task] = [ids.next('job'), ids.next('tsk')];

async function append(accountId: string, streamId: string, event: DomainEvent): Promise<void> {
  const version = (await api.log.read(streamId)).length + 1;
  const actor = { kind: 'user', id: 'ann' } as const;
  await api.log.append([{ streamId, version, accountId, actor, at: new Date().toISOString(), event }]);
}

const ask = async (account: string, operation: string, more: object = {}): Promise<Json> => {
  const reply = await api.call(operation, { accounts: [account], params: { account_id: account }, ...more });
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.body;
};

const wanted = (): DomainEvent => ({
  type: 'JobRequested',
  data: {
    action: 'imap_sync_mailboxes',
    payload: {},
    task_id: null,
    credential_id: credential,
    generation: 1,
    priority: 0,
    labels: [],
    run_at: null,
    max_attempts: null,
    source: { kind: 'task', id: task },
  },
});

beforeAll(async () => {
  api = await startWholeApi();
  const added = await ask('acc_theirs', 'createCredential', {
    body: {
      provider_kind: 'imap',
      host: HOST,
      port: 993,
      security_mode: 'ssl_tls',
      auth_kind: 'password',
      secret: { username: 'jane@example.com', password: 'secret' },
    },
  });
  credential = added.data.id;
  await ask('acc_theirs', 'pauseCredential', { params: { credential_id: credential }, body: { reason: 'ours alone' } });
  await append('acc_ours', job, wanted());
  await append('acc_theirs', ids.next('job'), wanted());
  await append('acc_ours', task, {
    type: 'TaskCreated',
    data: {
      task_type: 'imap_sync_mailboxes',
      target_credential_id: credential,
      payload: {},
      priority: 0,
      labels: [],
      schedule: { every: '1d' },
    },
  });
  await api.project();
});
afterAll(() => api?.stop());

it('a job does not show that the credential is paused, alone, in lists, in a search or in counts', async () => {
  const one = await ask('acc_ours', 'getJob', { params: { job_id: job } });
  expect(one.data).toMatchObject({ waiting_on: null, waiting_until: null });
  expect((await ask('acc_ours', 'listJobs')).data).toMatchObject([{ id: job, waiting_on: null }]);
  const paused = { body: { filter: { waiting_on: 'credential_paused' } } };
  expect((await ask('acc_ours', 'searchJobs', paused)).data).toEqual([]);
  expect((await ask('acc_theirs', 'searchJobs', paused)).data).toMatchObject([{ waiting_on: 'credential_paused' }]);
  const byWait = { query: [['group_by', 'waiting_on']] };
  expect((await ask('acc_ours', 'jobStats', byWait)).data.groups.items).toMatchObject([{ key: null, total: 1 }]);
});

it('the statistics by host do not name the host of the credential', async () => {
  const byHost = { query: [['group_by', 'host']] };
  expect((await ask('acc_theirs', 'jobStats', byHost)).data.groups.items).toMatchObject([{ key: `${HOST}:993` }]);
  expect((await ask('acc_ours', 'jobStats', byHost)).data.groups.items).toMatchObject([{ key: null, total: 1 }]);
});

it('a task is shown as one that cannot run, alone, in lists and in a search', async () => {
  expect((await ask('acc_ours', 'getTask', { params: { task_id: task } })).data.status).toBe('suspended');
  expect((await ask('acc_ours', 'listTasks')).data).toMatchObject([{ id: task, status: 'suspended' }]);
  const suspended = { body: { filter: { status: 'suspended' } } };
  expect((await ask('acc_ours', 'searchTasks', suspended)).data).toMatchObject([{ id: task }]);
});
