/**
 * The attack of the penetration test, from end to end: a token of two accounts, or a member of one of them, tries to
 * use a mailbox of the other.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { demoAccount } from '../../local/imap/demo-account.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, apiWith, ended, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { documentClientFor } from '../fixtures/document-client.ts';

const OURS = '/api/accounts/acc_attacker';
const THEIRS = '/api/accounts/acc_victim';
const CODE = 'credential_of_another_account';

let stack: Stack;
let mail: ImapServer;
let victim: Api;
/** A member of only one account. */
let member: Api;
let both: Api;
let credential: string;
let emails: readonly string[];
/** The log lines of the mail server and the audit entries of the other account from before. */
let before: { readonly commands: number; readonly audit: readonly Json[] };

beforeAll(async () => {
  const account = demoAccount();
  [stack, mail] = await Promise.all([startTestStack(), startImapServer({ accounts: [account], tls: 'implicit' })]);
  [victim, member] = await Promise.all([apiOf(stack, 'acc_victim'), apiOf(stack, 'acc_attacker', 'member')]);
  const token = { accounts: ['acc_attacker', 'acc_victim'], role: 'owner', uid: 'mallory' };
  both = apiWith(stack.url, await stack.token(token));
  const added = await victim.post(`${THEIRS}/provider-credentials`, {
    provider_kind: 'imap',
    host: 'localhost',
    port: mail.port,
    security_mode: 'ssl_tls',
    tls_ca_pem: mail.caPem,
    auth_kind: 'password',
    secret: { username: account.username, password: account.password },
  });
  credential = added.body.data.id;
  const sync = await victim.post(`${THEIRS}/imap/sync-messages`, { credential_id: credential, folder: 'INBOX' });
  expect((await ended(victim, sync.body.data.job_id)).status).toBe('succeeded');
  emails = (await victim.get(`${THEIRS}/emails?limit=3`)).body.data.map(({ id }: Json) => id);
  const audit = await until(
    () => everyItem(victim, `${THEIRS}/logs`),
    (entries) => entries.some(({ action }) => action === 'credential_verified'),
  );
  before = { commands: mail.log.length, audit };
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

const move = () => ({ email_ids: emails, target_folder: 'Trash' });

describe('a token of two accounts', () => {
  it.each<[string, () => Promise<{ status: number; body: Json }>]>([
    [
      'a task',
      () =>
        both.post(`${OURS}/tasks`, {
          task_type: 'imap_move_messages',
          target_credential_id: credential,
          payload: move(),
          schedule: { every: '5m' },
        }),
    ],
    ['a sync of folders', () => both.post(`${OURS}/imap/sync-mailboxes`, { credential_id: credential })],
    ['a sync of messages', () => both.post(`${OURS}/imap/sync-messages`, { credential_id: credential })],
    [
      'a webhook endpoint',
      () =>
        both.post(`${OURS}/webhook-endpoints`, {
          provider: 'standard',
          target: { credential_id: credential },
          action: 'imap_sync_mailboxes',
        }),
    ],
    [
      'a change of a webhook endpoint',
      async () => {
        const endpoint = { provider: 'standard', target: { match: 'username' }, action: 'imap_sync_mailboxes' };
        const made = await both.post(`${OURS}/webhook-endpoints`, endpoint);
        return both.send('PATCH', `/api/webhook-endpoints/${made.body.data.id}`, {
          target: { credential_id: credential },
        });
      },
    ],
    ['a list of emails', () => both.get(`${OURS}/emails?credential_id=${credential}`)],
    ['a search of emails', () => both.post(`${OURS}/emails/search`, { filter: { credential_id: credential } })],
    ['a list of mailboxes', () => both.get(`${OURS}/mailboxes?credential_id=${credential}`)],
  ])('gets 404 for %s of the one account with the credential of the other', async (_, attack) => {
    expect(await attack()).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('reaches the credential through its own account', async () => {
    const answer = await both.get(`${THEIRS}/emails?credential_id=${credential}`);
    expect(answer.status).toBe(200);
    expect(answer.body.data.length).toBeGreaterThan(0);
  });
});

describe('a task and jobs that an earlier release made across accounts', () => {
  const append = async (streamId: string, event: DomainEvent, credentialId?: string): Promise<void> => {
    const client = documentClientFor(stack.endpoints.dynamodb, stack.credentials);
    const log = dynamoEventLog(client, stack.environment.EVENTS_TABLE ?? '', ids);
    const version = (await log.read(streamId)).length + 1;
    const origin = { accountId: 'acc_attacker', actor: { kind: 'user', id: 'mallory' } as const };
    const at = new Date().toISOString();
    await log.append([
      { ...origin, streamId, version, at, event, ...(credentialId === undefined ? {} : { credentialId }) },
    ]);
  };
  const task = ids.next('tsk');

  it('are not changed, resumed or triggered by a member of their account, only turned off', async () => {
    await append(task, {
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
    const path = `/api/tasks/${task}`;
    for (const changes of [{ payload: {} }, { schedule: { every: '5m' } }, { priority: 1 }, { payload: move() }])
      expect(await member.send('PATCH', path, changes)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await member.post(`${path}/trigger`, {})).toMatchObject({ status: 404 });
    const owner = await apiOf(stack, 'acc_attacker');
    expect(await owner.post(`${path}/pause`, {})).toMatchObject({ status: 200 });
    expect(await owner.post(`${path}/resume`, {})).toMatchObject({ status: 404 });
    expect(await member.get(path)).toMatchObject({ status: 200, body: { data: { status: 'suspended' } } });
    expect(await member.send('PATCH', path, { schedule: null })).toMatchObject({ status: 200 });
  });

  it('fail with their own code when the worker runs them, also after any retry or trigger', async () => {
    const job = ids.next('job');
    const data = {
      action: 'imap_sync_mailboxes',
      payload: {},
      task_id: task,
      credential_id: credential,
      generation: 1,
      priority: 0,
      labels: [],
      run_at: null,
      max_attempts: null,
      source: { kind: 'task', id: task },
    };
    await append(job, { type: 'JobRequested', data }, credential);
    for (const again of [null, 'retry', 'trigger']) {
      if (again !== null) expect((await member.post(`/api/jobs/${job}/${again}`, {})).status).toBe(202);
      const failed = await ended(member, job);
      expect(failed).toMatchObject({ status: 'failed', last_error_code: CODE, attempt_count: 0 });
    }
    const refused = await until(
      () => everyItem(member, `${OURS}/logs?subject_id=${job}`),
      (entries) => entries.filter(({ action }) => action === 'job_refused').length === 3,
    );
    expect(refused.find(({ action }) => action === 'job_refused')).toMatchObject({
      status: 'failed',
      data: { code: CODE },
    });
  });
});

it('send nothing to the mail server of the other account, and its audit and its jobs are unchanged', async () => {
  expect(mail.log).toHaveLength(before.commands);
  expect(await everyItem(victim, `${THEIRS}/logs`)).toEqual(before.audit);
  expect(await everyItem(victim, `${THEIRS}/jobs`)).toHaveLength(1);
  expect((await victim.get(`/api/provider-credentials/${credential}`)).body.data).toMatchObject({ status: 'valid' });
});
