import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Stack } from '../../local/stack.ts';
import { type Api, apiOf, everyItem, type Json, startTestStack } from '../fixtures/api.ts';
import { type Dovecot, startDovecot } from '../fixtures/dovecot.ts';
import { addCredential, syncMessages } from '../fixtures/mailbox-account.ts';
import { malformedMessages, plainMessage } from '../fixtures/messages.ts';
import { describeWithDovecot } from '../fixtures/with-dovecot.ts';

const ACCOUNT = 'acc_dovecot';
const USER = 'alice';
const FOLDERS = ['INBOX', 'Projekte', 'Projekte/Übersee', 'Projekte/Übersee/日本', 'R&D', 'Archive/2025'];
const malformed = malformedMessages();
const PLAIN = 2000 - malformed.length;

let stack: Stack;
let dovecot: Dovecot;
let api: Api;
let credential: string;

/** Message counts by folder: 2,000 in total, the malformed ones spread over INBOX. */
const counts = new Map<string, number>();

beforeAll(async () => {
  [stack, dovecot] = await Promise.all([startTestStack(), startDovecot()]);
  api = await apiOf(stack, ACCOUNT);
  await dovecot.addUser(USER, 'secret-of-alice');
  let n = 0;
  for (const [at, folder] of FOLDERS.entries()) {
    const share = at === 0 ? PLAIN - 5 * 100 : 100;
    const messages: (string | Buffer)[] = Array.from({ length: share }, () => plainMessage({ n: n++ }));
    if (folder === 'INBOX') for (const [spot, { raw }] of malformed.entries()) messages.splice(spot * 17, 0, raw);
    await dovecot.deliver(USER, folder, messages);
    counts.set(folder, messages.length);
  }
  credential = await addCredential(api, ACCOUNT, {
    host: '127.0.0.1',
    port: dovecot.tlsPort,
    caPem: dovecot.caPem,
    username: USER,
    password: 'secret-of-alice',
  });
});

afterAll(async () => {
  await stack?.stop();
  await dovecot?.stop();
});

const emails = () => everyItem(api, `/api/accounts/${ACCOUNT}/emails?credential_id=${credential}`);
const uidsByFolder = (items: readonly Json[]) => Map.groupBy(items, ({ folder }: Json) => String(folder));
/** The UIDs on the server, from the server itself. */
async function uidsOnServer(folder: string): Promise<number[]> {
  const listing = await dovecot.doveadm('fetch', '-u', USER, 'uid', 'mailbox', folder);
  return listing.split('\n').flatMap((line) => (line.startsWith('uid: ') ? [Number(line.slice(5))] : []));
}

async function expectStoreEqualsServer(): Promise<Json[]> {
  const stored = uidsByFolder(await emails());
  for (const folder of FOLDERS) {
    const uids = (stored.get(folder) ?? []).map(({ uid }: Json) => Number(uid)).sort((one, other) => one - other);
    expect(uids, folder).toEqual((await uidsOnServer(folder)).sort((one, other) => one - other));
  }
  return [...stored.values()].flat();
}

describeWithDovecot('a real Dovecot account with nested and non-ASCII folders, 2,000 messages, some malformed', () => {
  it('syncs completely, each message once', async () => {
    const job = await syncMessages(api, ACCOUNT, credential);
    expect(job).toMatchObject({
      status: 'succeeded',
      result: { added: 2000, removed: 0, updated: 0, unreadable: 0, complete: true, flags: 'exact' },
    });
    const items = await expectStoreEqualsServer();
    expect(items).toHaveLength(2000);
    expect(new Set(items.map(({ id }) => id)).size).toBe(2000);
    const mailboxes = await everyItem(api, `/api/accounts/${ACCOUNT}/mailboxes?credential_id=${credential}`);
    for (const folder of FOLDERS)
      expect(mailboxes.find(({ path }) => path === folder)).toMatchObject({
        messages: counts.get(folder),
        synced_messages: counts.get(folder),
      });
  });

  it('changes no message when nothing is new', async () => {
    const job = await syncMessages(api, ACCOUNT, credential);
    expect(job).toMatchObject({
      status: 'succeeded',
      result: { added: 0, updated: 0, removed: 0, moved: 0, resets: 0, complete: true },
    });
    expect(job.result.unchanged).toBe(job.result.folders);
  });

  it('shows exactly the new mail, the changed flags and the expunged messages', async () => {
    await dovecot.deliver(
      USER,
      'INBOX',
      Array.from({ length: 20 }, (_, n) => plainMessage({ n: 10_000 + n })),
    );
    const inbox = await uidsOnServer('INBOX');
    const flagged = inbox.slice(100, 130);
    const gone = inbox.slice(200, 215);
    await dovecot.doveadm('flags', 'add', '-u', USER, '\\Flagged', 'mailbox', 'INBOX', 'uid', flagged.join(','));
    await dovecot.doveadm('expunge', '-u', USER, 'mailbox', 'INBOX', 'uid', gone.join(','));
    const job = await syncMessages(api, ACCOUNT, credential);
    expect(job).toMatchObject({
      status: 'succeeded',
      result: { added: 20, updated: 30, removed: 15, moved: 0, resets: 0, unchanged: job.result.folders - 1 },
    });
    const items = await expectStoreEqualsServer();
    const nowFlagged = items
      .filter(({ folder, flags }) => folder === 'INBOX' && flags.includes('\\Flagged'))
      .map(({ uid }) => uid);
    expect(nowFlagged.sort()).toEqual([...flagged].sort());
  });

  it('is correct again after the server gave a new UIDVALIDITY', async () => {
    const before = await everyItem(api, `/api/accounts/${ACCOUNT}/mailboxes?credential_id=${credential}`);
    await dovecot.resetUidValidity(USER, 'Projekte/Übersee');
    const job = await syncMessages(api, ACCOUNT, credential);
    expect(job).toMatchObject({ status: 'succeeded', result: { resets: 1, complete: true } });
    const items = await expectStoreEqualsServer();
    expect(items).toHaveLength(2005);
    const after = await everyItem(api, `/api/accounts/${ACCOUNT}/mailboxes?credential_id=${credential}`);
    const validity = (list: readonly Json[]) => list.find(({ path }) => path === 'Projekte/Übersee')?.uid_validity;
    expect([validity(before), validity(after)]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(validity(after)).not.toBe(validity(before));
  });

  it('syncs one folder alone, and over STARTTLS too', async () => {
    const starttls = await addCredential(api, ACCOUNT, {
      host: '127.0.0.1',
      port: dovecot.starttlsPort,
      caPem: dovecot.caPem,
      username: USER,
      password: 'secret-of-alice',
      securityMode: 'starttls',
    });
    const job = await syncMessages(api, ACCOUNT, starttls, { folder: 'R&D' });
    expect(job).toMatchObject({ status: 'succeeded', result: { folders: 1, added: 100, complete: true } });
  });
});
