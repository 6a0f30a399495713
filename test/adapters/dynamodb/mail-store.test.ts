import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import type { MailboxRecord, SyncState } from '../../../functions/domain/mail/mailbox.ts';
import type { MessageRecord } from '../../../functions/domain/mail/message.ts';
import { formatUidSet } from '../../../functions/domain/sync/uid-set.ts';
import type { MailPosition, MailStore, NewMailbox } from '../../../functions/ports/mail-store.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

const AT = '2026-11-01T00:00:00.000Z';
let engine: Dynoxide;
let store: MailStore;
let table: string;
let credentialId: string;

beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  table = (await engine.createTables()).MAIL_TABLE;
  store = dynamoMailStore(engine.client, table);
  credentialId = ids.next('pc');
});

const sync = (uidValidity: number): SyncState => ({
  uidValidity,
  uidNext: 100,
  messages: 3,
  highestModseq: '9',
  known: 3,
  pending: '',
  left: 0,
  floor: null,
  scan: null,
  suspected: null,
  resets: 0,
  unfollowed: null,
  old: [],
  window: 500,
  healed: 0,
  flagsAt: null,
  reconciledAt: null,
  syncedAt: AT,
});

const mailbox = (path: string): NewMailbox => ({
  accountId: 'acc_one',
  credentialId,
  path,
  delimiter: '/',
  namespace: 'personal',
  selectable: true,
  specialUse: null,
  mailboxId: null,
  generation: 1,
  former: [],
  status: null,
  syncLevel: 'basic',
  firstSeenAt: AT,
  missingSince: null,
  sync: sync(7),
  lock: null,
});

const message = (record: MailboxRecord, uid: number, changes: Partial<MessageRecord> = {}): MessageRecord => {
  const address = { mailboxKey: record.key, uidValidity: 7, uid, ...changes };
  return {
    accountId: record.accountId,
    credentialId: record.credentialId,
    modseq: '5',
    flags: ['\\Seen'],
    size: 12,
    internalDate: new Date(Date.parse(AT) + uid * 1000).toISOString(),
    date: null,
    messageId: `<${uid}@example.test>`,
    providerMessageId: null,
    providerThreadId: null,
    subject: 'Übersee',
    from: [{ name: null, address: 'ann@example.test' }],
    to: [],
    cc: [],
    unreadable: false,
    storedAt: AT,
    ...address,
    emailId: encodeEmailId(address),
  };
};

describe('mailbox records', () => {
  test('are added once: the second gets the first one, with its key', async () => {
    const first = await store.addMailbox(mailbox('A'));
    expect(await store.addMailbox(mailbox('A'))).toEqual(first);
    expect(await store.mailboxes(credentialId)).toEqual([first]);
  });

  test('are replaced only at their version', async () => {
    const first = await store.addMailbox(mailbox('A'));
    const second = await store.putMailbox({ ...first, mailboxId: 'm1' });
    expect(second).toMatchObject({ version: 2, mailboxId: 'm1' });
    expect(await store.putMailbox({ ...first, mailboxId: 'm2' })).toBeNull();
    expect(await store.mailboxes(credentialId)).toEqual([second]);
  });

  test('a doubt survives the commit of the run that knew nothing of it', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.noteDoubt(record);
    expect(await store.putMailbox({ ...record, mailboxId: 'm1' })).not.toBeNull();
    expect(await store.mailboxes(credentialId)).toMatchObject([{ mailboxId: 'm1', doubt: 1 }]);
  });

  test('a rename keeps the key, and is refused onto a path that is taken', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.addMailbox(mailbox('B'));
    expect(await store.renameMailbox(record, 'B', record)).toBeNull();
    expect(await store.renameMailbox(record, 'C', record)).toMatchObject({ key: record.key, path: 'C' });
    expect((await store.mailboxes(credentialId)).map(({ path }) => path).sort()).toEqual(['B', 'C']);
  });

  test('what LIST says of a mailbox that is gone brings nothing back', async () => {
    const record = await store.addMailbox(mailbox('A'));
    expect(await store.removeMailbox(record)).toBe(true);
    await store.noteListing(record, { ...record, missingSince: AT });
    await store.noteDoubt(record);
    expect(await store.mailboxes(credentialId)).toEqual([]);
  });
});

describe('message rows', () => {
  test('are stored once however often they are put, and read back as they were', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const rows = Array.from({ length: 130 }, (_, at) => message(record, at + 1));
    await store.putMessages([...rows, ...rows]);
    await store.putMessages(rows);
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    expect(formatUidSet(await store.knownUids(generation, 1, 100))).toBe('1:100');
    expect(await store.messagesOf(generation, [[3, 3]])).toEqual([rows[2]]);
    expect(
      (
        await store.flagsOf(generation, [
          [1, 1],
          [129, 140],
        ])
      ).size,
    ).toBe(3);
    expect(formatUidSet(await store.newestUids(generation, 10))).toBe('121:130');
  });

  test('flags are set on rows that exist and make none', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    await store.putMessages([message(record, 1)]);
    const flags = ['\\Flagged'];
    await store.updateFlags(
      generation,
      [1, 2].map((uid) => ({ uid, modseq: '6', flags })),
    );
    expect(await store.messagesOf(generation, [[1, 2]])).toEqual([message(record, 1, { flags, modseq: '6' })]);
  });

  test('a message with the longest possible addresses still fits', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const to = Array.from({ length: 100 }, () => ({ name: '名'.repeat(256), address: 'a'.repeat(320) }));
    await store.putMessages([message(record, 1, { to, cc: to, from: to })]);
    expect(await store.email(message(record, 1).emailId)).not.toBeNull();
  });

  test('rows the table leaves unprocessed are written in the next try', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const mock = mockClient(engine.client);
    const PutRequest = { Item: { pk: 'p', sk: 's' } };
    mock
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { [table]: [{ PutRequest }] } })
      .resolves({});
    await store.putMessages([message(record, 1), message(record, 2)]);
    expect(mock.commandCalls(BatchWriteCommand)[1]?.args[0].input).toEqual({
      RequestItems: { [table]: [{ PutRequest }] },
    });
    mock.restore();
  });
});

describe('lists', () => {
  test('emails come newest first, page by page, of an account or a credential, each once', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.putMessages(Array.from({ length: 25 }, (_, at) => message(record, at + 1)));
    for (const scope of [{ account: 'acc_one' }, { credential: credentialId }]) {
      const uids: number[] = [];
      let after: MailPosition | null = null;
      do {
        const page: Awaited<ReturnType<MailStore['emails']>> = await store.emails({ scope, limit: 10, after });
        uids.push(...page.items.map((email) => email.message.uid));
        after = page.next;
      } while (after !== null);
      expect(uids).toEqual(Array.from({ length: 25 }, (_, at) => 25 - at));
    }
  });

  test('emails are bounded by time: from is included, before is not', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.putMessages([1, 2, 3, 4].map((uid) => message(record, uid)));
    const instant = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1000).toISOString();
    const page = await store.emails({
      scope: { account: 'acc_one' },
      limit: 10,
      after: null,
      from: instant(2),
      before: instant(4),
    });
    expect(page.items.map((email) => email.message.uid)).toEqual([3, 2]);
  });

  test('rows of another generation are not shown', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const old = message(record, 1, { uidValidity: 6 });
    await store.putMessages([old, message(record, 1)]);
    const page = await store.emails({ scope: { account: 'acc_one' }, limit: 10, after: null });
    expect(page.items.map((email) => email.message.uidValidity)).toEqual([7]);
    expect(await store.email(old.emailId)).toBeNull();
  });

  test('mailboxes are listed by account and by credential, page by page', async () => {
    for (const path of ['C', 'A', 'B']) await store.addMailbox(mailbox(path));
    for (const scope of [{ account: 'acc_one' }, { credential: credentialId }]) {
      const first = await store.listMailboxes({ scope, limit: 2, after: null });
      const second = await store.listMailboxes({ scope, limit: 2, after: first.next });
      expect([...first.items, ...second.items].map(({ path }) => path)).toEqual(['A', 'B', 'C']);
    }
  });
});

test('what is stored of a credential is erased in steps, and another credential keeps its own', async () => {
  const record = await store.addMailbox(mailbox('A'));
  await store.addMailbox(mailbox('B'));
  await store.putMessages(Array.from({ length: 60 }, (_, at) => message(record, at + 1)));
  const other = await store.addMailbox({ ...mailbox('A'), credentialId: ids.next('pc') });
  await store.putMessages([message(other, 1)]);
  expect(await store.eraseCredential(credentialId, () => false)).toBe(false);
  expect(await store.eraseCredential(credentialId)).toBe(true);
  expect(await store.mailboxes(credentialId)).toEqual([]);
  const left = await store.emails({ scope: { account: 'acc_one' }, limit: 10, after: null });
  expect(left.items.map((email) => email.message.credentialId)).toEqual([other.credentialId]);
});

test('what a sync stored after its mailbox was erased is erased too', async () => {
  const record = await store.addMailbox(mailbox('A'));
  expect(await store.eraseCredential(credentialId)).toBe(true);
  await store.putMessages([message(record, 1), message(record, 2)]);
  expect(await store.eraseCredential(credentialId)).toBe(true);
  expect(await store.knownUids({ mailboxKey: record.key, uidValidity: 7 }, 1, 10)).toEqual([]);
});
