/** A mailbox with a folder that cannot be opened, through the API of the running stack. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMailbox, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential, syncMessages } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';

const ACCOUNT = 'acc_refused';
const BASE = `/api/accounts/${ACCOUNT}`;
const PATHS = ['INBOX', 'A', 'B ', 'C', 'D'];
let stack: Stack;
let mail: ImapServer;
let api: Api;
let credential: string;

const mailboxes = PATHS.map((path, at) =>
  createMailbox({ path, uidValidity: 7, messages: [{ raw: plainMessage({ n: at }) }] }),
);

beforeAll(async () => {
  mail = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes }],
    tls: 'implicit',
    script: ({ name, args }) =>
      name === 'EXAMINE' && args.includes('"B "')
        ? { kind: 'lines', lines: ['{tag} NO [NONEXISTENT] Unknown mailbox'] }
        : { kind: 'normal' },
  });
  stack = await startTestStack();
  api = await apiOf(stack, ACCOUNT);
  credential = await addCredential(api, ACCOUNT, {
    host: mail.host,
    port: mail.port,
    caPem: mail.caPem ?? '',
    username: 'ann@example.test',
    password: 'secret',
  });
});
afterAll(async () => {
  await stack?.stop();
  await mail?.close();
});

const paths = async (filter: string): Promise<readonly string[]> =>
  (await everyItem(api, `${BASE}/mailboxes?credential_id=${credential}${filter}`)).map(({ path }) => String(path));

it('is synced but for that folder, which says what is wrong with it', async () => {
  const job = await syncMessages(api, ACCOUNT, credential);
  expect(job).toMatchObject({
    status: 'succeeded',
    result: {
      folders: 5,
      added: 4,
      complete: false,
      listing: 'whole',
      refused: [{ folder: 'B ', code: 'mailbox_not_found' }],
      refused_count: 1,
    },
  });
  const [bad] = await everyItem(api, `${BASE}/mailboxes?in_error=true`);
  expect(bad).toMatchObject({
    path: 'B ',
    name: 'B ',
    synced_messages: 0,
    last_error: { code: 'mailbox_not_found', category: 'not_found' },
  });
  expect(Date.parse(bad?.last_error.since)).toBeLessThanOrEqual(Date.parse(bad?.last_error.at));
});

it('is listed by what is wrong with its folders, page by page', async () => {
  expect(await paths('&in_error=true')).toEqual(['B ']);
  expect(await paths('&in_error=false')).toEqual(['A', 'C', 'D', 'INBOX']);
  expect(await paths('&last_error_code=mailbox_not_found&last_error_code=command_failed')).toEqual(['B ']);
  expect(await paths('&last_error_code=command_failed')).toEqual([]);
  for (const scope of ['', `&credential_id=${credential}`]) {
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await api.get(`${BASE}/mailboxes?in_error=false&limit=3${scope}${from}`);
      found.push(...body.data.map(({ path }: Json) => path));
      cursor = body.page.next_cursor;
    } while (cursor !== null);
    expect(found).toEqual(['A', 'C', 'D', 'INBOX']);
  }
  const first = await api.get(`${BASE}/mailboxes?in_error=false&limit=2`);
  const cursor = encodeURIComponent(first.body.page.next_cursor);
  expect((await api.get(`${BASE}/mailboxes?in_error=true&limit=2&cursor=${cursor}`)).status).toBe(400);
  expect((await api.get(`${BASE}/mailboxes?in_error=yes`)).status).toBe(422);
  expect((await api.get(`${BASE}/mailboxes?last_error_code=nonsense`)).status).toBe(422);
});

it('fails a job that asks for the folder by name, by its own code', async () => {
  const job = await syncMessages(api, ACCOUNT, credential, { folder: 'B ' });
  expect(job).toMatchObject({ status: 'failed', last_error_code: 'mailbox_not_found' });
});

it('goes on being synced by its schedule', async () => {
  const made = await api.post(`${BASE}/tasks`, {
    task_type: 'imap_sync_messages',
    target_credential_id: credential,
    payload: {},
    schedule: { every: '1m' },
  });
  const get = async (): Promise<Json> => (await api.get(`/api/tasks/${made.body.data.id}`)).body.data;
  const ran = await until(get, ({ status }) => status === 'succeeded');
  expect(ran.suspended).toBeNull();
  expect(await ended(api, ran.last_job_id)).toMatchObject({ result: { refused_count: 1, complete: false } });
});
