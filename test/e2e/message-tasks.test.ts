/** Tasks that name messages by their email ids, and which role may request irreversible actions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox } from '../../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, ended, everyItem, type Json, startTestStack } from '../fixtures/api.ts';
import { addCredential, syncMessages } from '../fixtures/mailbox-account.ts';
import { plainMessage } from '../fixtures/messages.ts';

const ACCOUNT = 'acc_messages';
const BASE = `/api/accounts/${ACCOUNT}`;
let stack: Stack;
let server: ImapServer;
let owner: Api;
let member: Api;
let credential: string;
let other: string;

const mailbox = (path: string, uidValidity: number, messages: number) => {
  const made = createMailbox({ path, uidValidity });
  for (let n = 0; n < messages; n += 1) made.add({ raw: plainMessage({ n }) });
  return made;
};
const ann = { username: 'ann', password: 'a', mailboxes: [mailbox('INBOX', 7, 4), mailbox('Old', 8, 3)] };
const bob = { username: 'bob', password: 'b', mailboxes: [mailbox('INBOX', 7, 4)] };

beforeAll(async () => {
  [stack, server] = await Promise.all([startTestStack(), startImapServer({ accounts: [ann, bob], tls: 'implicit' })]);
  [owner, member] = await Promise.all([apiOf(stack, ACCOUNT), apiOf(stack, ACCOUNT, 'member')]);
  const target = { host: 'localhost', port: server.port, caPem: server.caPem };
  credential = await addCredential(owner, ACCOUNT, { ...target, username: 'ann', password: 'a' });
  other = await addCredential(owner, ACCOUNT, { ...target, username: 'bob', password: 'b' });
  for (const id of [credential, other]) await syncMessages(owner, ACCOUNT, id);
});
afterAll(async () => {
  await stack?.stop();
  await server?.close();
});

const idsIn = async (of: string, folder: string): Promise<readonly string[]> =>
  (await everyItem(owner, `${BASE}/emails?credential_id=${of}`))
    .filter((email) => email.folder === folder)
    .map(({ id }) => id);
const flag = (email_ids: readonly unknown[], target_credential_id = credential) =>
  owner.post(`${BASE}/tasks`, {
    task_type: 'imap_set_flags',
    target_credential_id,
    payload: { email_ids, add: ['\\Flagged'] },
  });

describe('email ids', () => {
  it('name a folder and its UIDs, and the job works on exactly those', async () => {
    const [first = '', second = ''] = await idsIn(credential, 'INBOX');
    const made = await flag([first, second]);
    expect(made.status).toBe(201);
    expect(made.body.data.payload).toMatchObject({ folder: 'INBOX', uid_validity: 7, uids: [4, 3] });
    expect(made.body.data.payload).not.toHaveProperty('email_ids');
    const run = await owner.post(`/api/tasks/${made.body.data.id}/trigger`);
    expect(await ended(owner, run.body.data.id)).toMatchObject({ status: 'succeeded', result: { changed: 2 } });
    expect(ann.mailboxes[0]?.messages.filter(({ flags }) => flags.includes('\\Flagged')).map(({ uid }) => uid)).toEqual(
      [3, 4],
    );
  });

  it.each<[string, () => Promise<readonly unknown[]>, RegExp]>([
    ['of another credential', () => idsIn(other, 'INBOX'), /of the credential/],
    [
      'of two folders',
      async () => [...(await idsIn(credential, 'INBOX')), ...(await idsIn(credential, 'Old'))],
      /of one folder/,
    ],
    ['twice the same', async () => Array(2).fill((await idsIn(credential, 'INBOX'))[0]), /repeat/],
    ['that are none', async () => ['eml_nothing', 7], /./],
    ['none at all', async () => [], /./],
  ])('%s are refused', async (_, given, message) => {
    const { status, body } = await flag(await given());
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.errors).toEqual([{ pointer: '/payload/email_ids', message: expect.stringMatching(message) }]);
  });

  it('together with the fields they replace are refused', async () => {
    const [id = ''] = await idsIn(credential, 'INBOX');
    const { status, body } = await owner.post(`${BASE}/tasks`, {
      task_type: 'imap_set_flags',
      target_credential_id: credential,
      payload: { email_ids: [id], folder: 'INBOX', uids: [4], add: ['\\Flagged'] },
    });
    const message = 'must not come together with email_ids';
    expect([status, body.errors]).toEqual([
      422,
      [
        { pointer: '/payload/folder', message },
        { pointer: '/payload/uids', message },
      ],
    ]);
  });

  it('are an unknown field of an action that uses no messages', async () => {
    const { status, body } = await owner.post(`${BASE}/tasks`, {
      task_type: 'imap_sync_messages',
      target_credential_id: credential,
      payload: { email_ids: await idsIn(credential, 'INBOX') },
    });
    expect([status, body.errors]).toEqual([422, [{ pointer: '/payload/email_ids', message: 'unknown field' }]]);
  });

  it('of an earlier UIDVALIDITY of the folder are refused', async () => {
    const old = await idsIn(credential, 'Old');
    ann.mailboxes[1] = mailbox('Old', 9, 2);
    await syncMessages(owner, ACCOUNT, credential, { folder: 'Old' });
    expect((await flag(old)).body.errors[0].message).toMatch(/earlier generation/);
    expect((await flag(await idsIn(credential, 'Old'))).status).toBe(201);
  });
});

describe('irreversible actions', () => {
  const forever = [
    ['imap_delete_messages', { folder: 'INBOX', uid_validity: 7, uids: [1], mode: 'expunge' }],
    ['imap_delete_mailbox', { folder: 'Old', uid_validity: 9 }],
  ] as const;

  it.each(forever)('%s for good needs an owner', async (task_type, payload) => {
    const task = { task_type, target_credential_id: credential, payload };
    const endpoint = { provider: 'standard', target: { credential_id: credential }, action: task_type, payload };
    for (const [path, body] of [
      ['tasks', task],
      ['webhook-endpoints', endpoint],
    ] as const) {
      const refused = await member.post(`${BASE}/${path}`, body);
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'role_forbidden']);
      expect([path, (await owner.post(`${BASE}/${path}`, body)).status]).toEqual([path, 201]);
    }
  });

  it('cannot be reached by a change of a harmless task', async () => {
    const set = { folder: 'INBOX', uid_validity: 7, uids: [1] };
    const task = { task_type: 'imap_delete_messages', target_credential_id: credential, payload: set };
    const made = await member.post(`${BASE}/tasks`, task);
    expect(made.status).toBe(201);
    const path = `/api/tasks/${made.body.data.id}`;
    const payload: Json = { ...set, mode: 'expunge' };
    expect((await member.send('PATCH', path, { payload })).body.code).toBe('role_forbidden');
    expect((await owner.get(path)).body.data).toMatchObject({ version: 1, payload: { mode: 'trash' } });
    expect((await owner.send('PATCH', path, { payload })).status).toBe(200);
  });
});
