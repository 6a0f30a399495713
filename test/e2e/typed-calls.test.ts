/** Calls with the types of the document, one per action, against the embedded stack: its replies match the types. */
import createClient, { type Client } from 'openapi-fetch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { components, operations, paths } from '../../client/schema.ts';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { startTestStack, until } from '../fixtures/api.ts';
import { plainMessage } from '../fixtures/messages.ts';

type NewTask = operations['createTask']['requestBody']['content']['application/json'];
type Job = components['schemas']['Job'];
type Action = components['schemas']['ActionName'];

const ACCOUNT = 'acc_typed';
const params = { path: { account_id: ACCOUNT } };
let stack: Stack;
let server: ImapServer;
let client: Client<paths>;
let credential: string;

const mailbox = (path: string, uidValidity: number, messages: number, specialUse?: string) => {
  const made = createMailbox({ path, uidValidity, ...(specialUse === undefined ? {} : { specialUse }) });
  for (let n = 0; n < messages; n += 1) made.add({ raw: plainMessage({ n }) });
  return made;
};

beforeAll(async () => {
  const mailboxes = [mailbox('INBOX', 7, 8), mailbox('Old', 8, 0), mailbox('Trash', 9, 0, '\\Trash')];
  const accounts = [{ username: 'ann', password: 'a', mailboxes }];
  [stack, server] = await Promise.all([startTestStack(), startImapServer({ accounts, tls: 'implicit' })]);
  const token = await stack.token({ accounts: [ACCOUNT], role: 'owner', uid: 'ann' });
  client = createClient<paths>({ baseUrl: stack.url, headers: { authorization: `Bearer ${token}` } });
  const { data } = await client.POST('/api/accounts/{account_id}/provider-credentials', {
    params,
    body: {
      provider_kind: 'imap',
      host: 'localhost',
      port: server.port,
      security_mode: 'ssl_tls',
      tls_ca_pem: server.caPem,
      auth_kind: 'password',
      secret: { username: 'ann', password: 'a' },
    },
  });
  credential = data?.data.id ?? '';
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
});

/** The task's job once it has ended. */
async function done(task: NewTask): Promise<Job> {
  const made = await client.POST('/api/accounts/{account_id}/tasks', { params, body: task });
  expect(made.error).toBeUndefined();
  const run = await client.POST('/api/tasks/{task_id}/trigger', {
    params: { path: { task_id: made.data?.data.id ?? '' } },
  });
  expect(run.error).toBeUndefined();
  const job = { params: { path: { job_id: run.data?.data.id ?? '' } } };
  const { data } = await until(
    () => client.GET('/api/jobs/{job_id}', job),
    (reply) => ['succeeded', 'failed'].includes(reply.data?.data.status ?? ''),
  );
  if (data === undefined) throw new Error('the job cannot be read');
  return data.data;
}

/** The ids of the newest messages in INBOX. */
async function emailIds(count: number): Promise<string[]> {
  const { data } = await client.POST('/api/accounts/{account_id}/emails/search', {
    params,
    body: { filter: { folder: 'INBOX' }, limit: count },
  });
  return (data?.data ?? []).map(({ id }) => id);
}

const inbox = { folder: 'INBOX', uid_validity: 7 };

/** In this order: later calls use results of earlier ones. A new action does not compile without its call. */
const CALLS: Readonly<Record<Action, () => Promise<NewTask>>> = {
  imap_sync_mailboxes: async () => ({ task_type: 'imap_sync_mailboxes', target_credential_id: credential }),
  imap_sync_messages: async () => ({
    task_type: 'imap_sync_messages',
    target_credential_id: credential,
    payload: { folder: 'INBOX' },
  }),
  imap_search_messages: async () => ({
    task_type: 'imap_search_messages',
    target_credential_id: credential,
    payload: { folder: 'INBOX', criteria: { seen: false } },
  }),
  imap_set_flags: async () => ({
    task_type: 'imap_set_flags',
    target_credential_id: credential,
    payload: { email_ids: await emailIds(2), add: ['\\Flagged'] },
  }),
  imap_copy_messages: async () => ({
    task_type: 'imap_copy_messages',
    target_credential_id: credential,
    payload: { ...inbox, uids: [1], target_folder: 'Old' },
  }),
  imap_move_messages: async () => ({
    task_type: 'imap_move_messages',
    target_credential_id: credential,
    payload: { email_ids: await emailIds(1), target_folder: 'New', create_target: true },
  }),
  imap_delete_messages: async () => ({
    task_type: 'imap_delete_messages',
    target_credential_id: credential,
    payload: { ...inbox, uids: [1] },
  }),
  imap_create_mailbox: async () => ({
    task_type: 'imap_create_mailbox',
    target_credential_id: credential,
    payload: { name: 'Empty' },
  }),
  imap_rename_mailbox: async () => ({
    task_type: 'imap_rename_mailbox',
    target_credential_id: credential,
    payload: { folder: 'Empty', uid_validity: await uidValidityOf('Empty'), name: 'Emptier' },
  }),
  imap_delete_mailbox: async () => ({
    task_type: 'imap_delete_mailbox',
    target_credential_id: credential,
    payload: { folder: 'Emptier', uid_validity: await uidValidityOf('Emptier') },
  }),
};

/** The result of a sync of the folders at this time. */
async function uidValidityOf(path: string): Promise<number> {
  await done({ task_type: 'imap_sync_mailboxes', target_credential_id: credential });
  const { data } = await client.GET('/api/accounts/{account_id}/mailboxes', { params });
  const found = data?.data.find((each) => each.path === path)?.uid_validity;
  if (typeof found !== 'number') throw new Error(`${path} is not there`);
  return found;
}

it.each(Object.entries(CALLS))('a typed call of %s is accepted, and its job succeeds', async (action, call) => {
  const job = await done(await call());
  expect(job).toMatchObject({ action, status: 'succeeded', last_error_code: null });
});

it('a refusal is a typed problem', async () => {
  const { error, response } = await client.GET('/api/jobs/{job_id}', {
    params: { path: { job_id: 'job_01jd0000000000000000000000' } },
  });
  expect(response.status).toBe(404);
  expect(error !== undefined && 'code' in error ? error.code : null).toBe('not_found');
});
