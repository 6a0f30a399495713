/** A mailbox with a folder that cannot be opened, through the API of the running stack. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nextDue } from '../../functions/domain/schedule/schedule.ts';
import { createMailbox, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, answered, apiOf, ended, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { fireTaskAt } from '../fixtures/fire-task-at.ts';
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

it('a mailbox with a refused folder is synced except for that folder, which shows its error', async () => {
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

it('a mailbox is listed by the errors of its folders, page by page', async () => {
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

it("a job that requests a refused folder by name fails with the folder's code", async () => {
  const job = await syncMessages(api, ACCOUNT, credential, { folder: 'B ' });
  expect(job).toMatchObject({ status: 'failed', last_error_code: 'mailbox_not_found' });
});

/** Due times are a day apart, so that the stack's own sweeper fires none of them during the test. */
const SCHEDULE = { every: '1d' };

async function scheduled(payload: Json) {
  const fire = fireTaskAt(stack);
  const { body } = await api.post(`${BASE}/tasks`, {
    task_type: 'imap_sync_messages',
    target_credential_id: credential,
    payload,
    schedule: SCHEDULE,
  });
  const { id } = body.data;
  let clock = Date.now();
  const task = async (): Promise<Json> => (await answered(() => api.get(`/api/tasks/${id}`))).body.data;
  /** Processes the next run. */
  async function fireNext() {
    clock = nextDue(SCHEDULE, id, clock) ?? 0;
    return fire(id, clock);
  }
  /** Fires the next run and returns its job when that has ended. */
  async function run(): Promise<Json> {
    const { last_job_id: before } = await task();
    expect(await fireNext()).toBe('fired');
    const { last_job_id: job } = await until(task, ({ last_job_id: last }) => last !== before);
    return ended(api, job);
  }
  return { task, fireNext, run };
}

it('a mailbox with a refused folder is still synced by its schedule, run after run', async () => {
  const { run, task } = await scheduled({});
  for (let number = 1; number <= 5; number += 1) {
    mailboxes[0]?.add({ raw: plainMessage({ n: 100 + number }) });
    expect(await run()).toMatchObject({
      status: 'succeeded',
      result: { added: 1, refused: [{ folder: 'B ', code: 'mailbox_not_found' }], complete: false },
    });
  }
  const rows = await everyItem(api, `${BASE}/emails?credential_id=${credential}`);
  const inbox = rows.filter(({ folder }: Json) => folder === 'INBOX');
  expect(inbox.map(({ uid }: Json) => uid).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await task()).toMatchObject({ suspended: null, status: 'succeeded', next_runs: expect.any(Array) });
});

it.each([
  ['is listed and does not exist', 'B '],
  ['is not listed any more', 'Gone'],
])('a schedule for a folder by name that %s is suspended after three runs', async (_, folder) => {
  const { run, fireNext, task } = await scheduled({ folder });
  for (let number = 1; number <= 3; number += 1) {
    expect(await run()).toMatchObject({ status: 'failed', last_error_code: 'mailbox_not_found' });
    expect((await task()).suspended).toBeNull();
  }
  expect(await fireNext()).toBe('suspended');
  expect(await task()).toMatchObject({ suspended: { code: 'mailbox_not_found' }, next_runs: [] });
  expect(await fireNext()).toBe('nothing');
});
