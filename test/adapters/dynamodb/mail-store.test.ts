import { BatchWriteCommand, GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailboxKeys, messageKeys } from '../../../functions/adapters/dynamodb/mail-items.ts';
import { dynamoMailStore } from '../../../functions/adapters/dynamodb/mail-store.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { encodeEmailId } from '../../../functions/domain/mail/email-id.ts';
import type { MailboxRecord } from '../../../functions/domain/mail/mailbox.ts';
import type { MessageRecord } from '../../../functions/domain/mail/message.ts';
import { formatUidSet, uidCount } from '../../../functions/domain/sync/uid-set.ts';
import type { Generation, MailPosition, MailStore, NewMailbox } from '../../../functions/ports/mail-store.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { AT, storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

const ERROR = { code: 'command_failed', detail: 'no', since: AT, at: AT, tries: 1 } as const;
const EVERY = { accept: () => true, most: 1000 };
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

const mailbox = (path: string): NewMailbox => storedMailbox(credentialId, path);
const message = storedMessage;

describe('mailbox records', () => {
  test('are added once: the second call gets the first record, with its key', async () => {
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

  test('a doubt about flags is kept when a run that has not seen it stores the record', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.noteDoubt(record);
    expect(await store.putMailbox({ ...record, mailboxId: 'm1' })).not.toBeNull();
    expect(await store.mailboxes(credentialId)).toMatchObject([{ mailboxId: 'm1', doubt: 1 }]);
  });

  test('an error is stored at any version, and never for a removed mailbox', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.putMailbox({ ...record, mailboxId: 'm1' });
    await store.noteError(record, ERROR);
    expect(await store.mailboxes(credentialId)).toMatchObject([{ mailboxId: 'm1', lastError: ERROR, version: 2 }]);
    await store.noteError(record, null);
    expect(await store.mailboxes(credentialId)).toMatchObject([{ lastError: null }]);
    await store.noteError({ ...record, path: 'B' }, ERROR);
    await store.noteError({ ...record, key: '0123456789abcdef' }, ERROR);
    expect(await store.mailboxes(credentialId)).toMatchObject([{ path: 'A', lastError: null }]);
  });

  test('a record of an earlier release has no error and no name', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const Key = mailboxKeys(credentialId, 'A');
    const remove = { TableName: table, Key, UpdateExpression: 'REMOVE r.lastError, r.#n' };
    await engine.client.send(new UpdateCommand({ ...remove, ExpressionAttributeNames: { '#n': 'name' } }));
    expect(await store.mailboxes(credentialId)).toEqual([{ ...record, name: null, lastError: null }]);
  });

  test('a rename keeps the key, and is refused if the path is taken', async () => {
    const record = await store.addMailbox(mailbox('A'));
    await store.addMailbox(mailbox('B'));
    expect(await store.renameMailbox(record, 'B', record)).toBeNull();
    expect(await store.renameMailbox(record, 'C', record)).toMatchObject({ key: record.key, path: 'C' });
    expect((await store.mailboxes(credentialId)).map(({ path }) => path).sort()).toEqual(['B', 'C']);
  });

  test('a rename to the same path changes the name, and changes nothing if another writer has changed the record', async () => {
    const record = await store.addMailbox(mailbox('R&D'));
    const renamed = await store.renameMailbox(record, 'R&D', { ...record, name: 'R&-D' });
    expect(renamed).toEqual({ ...record, name: 'R&-D', version: 2 });
    expect(await store.mailboxes(credentialId)).toEqual([renamed]);
    expect(await store.renameMailbox(record, 'R&D', { ...record, name: 'other' })).toBeNull();
    expect(await store.mailboxes(credentialId)).toEqual([renamed]);
  });

  test('a listing of a removed mailbox does not restore it', async () => {
    const record = await store.addMailbox(mailbox('A'));
    expect(await store.removeMailbox(record)).toBe(true);
    await store.noteListing(record, { ...record, missingSince: AT });
    await store.noteDoubt(record);
    expect(await store.mailboxes(credentialId)).toEqual([]);
  });
});

describe('message rows', () => {
  test('are stored once however often they are put, and read back unchanged', async () => {
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

  test('flags are set on existing rows and create none', async () => {
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

  test('flags of a deleted message are not set: its note stays and hides it', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const generation = { mailboxKey: record.key, uidValidity: 7 };
    const messages = Array.from({ length: 64 }, (_, at) => message(record, 64 + at));
    await store.replaceMessages(generation, [[64, 127]], messages);
    await store.removeMessages(generation, [70]);
    await store.updateFlags(generation, [{ uid: 70, modseq: '9', flags: ['\\Flagged'] }]);
    const { Item } = await engine.client.send(
      new GetCommand({ TableName: table, Key: messageKeys(generation, 70), ConsistentRead: true }),
    );
    expect(Item).toEqual({ ...messageKeys(generation, 70), g: true });
    expect(await store.messagesOf(generation, [[70, 70]])).toEqual([]);
  });

  test('a message with the longest possible addresses still fits', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const to = Array.from({ length: 100 }, () => ({ name: '名'.repeat(256), address: 'a'.repeat(320) }));
    await store.putMessages([message(record, 1, { to, cc: to, from: to })]);
    expect(await store.email(encodeEmailId(message(record, 1)))).not.toBeNull();
  });

  test('unprocessed rows are written in the next try', async () => {
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

/** The sort keys of all items in the table. */
async function itemsInTable(): Promise<readonly string[]> {
  const { Items = [] } = await engine.client.send(new ScanCommand({ TableName: table }));
  return Items.map(({ sk }) => String(sk));
}

describe('blocks of messages', () => {
  const AN_HOUR_MS = 3_600_000;
  const every = (record: MailboxRecord, low: number, high: number, gapMs = AN_HOUR_MS): readonly MessageRecord[] =>
    Array.from({ length: high - low + 1 }, (_, at) =>
      message(record, low + at, { internalDate: new Date(Date.parse(AT) + (low + at) * gapMs).toISOString() }),
    );
  let record: MailboxRecord;
  let generation: Generation;
  beforeEach(async () => {
    record = await store.addMailbox(mailbox('A'));
    generation = { mailboxKey: record.key, uidValidity: 7 };
  });

  test('a window of a thousand messages becomes sixteen items, however often it is stored', async () => {
    for (let time = 0; time < 2; time += 1)
      await store.replaceMessages(generation, [[1, 1023]], every(record, 1, 1023));
    expect(await itemsInTable()).toHaveLength(16 + 1);
    expect(await store.messagesOf(generation, [[1, 1023]])).toEqual(every(record, 1, 1023));
  });

  test('a few messages, messages decades apart, and very long ones are stored as rows', async () => {
    const long = 'x'.repeat(300);
    const to = Array.from({ length: 20 }, () => ({ name: long, address: long }));
    await store.replaceMessages(generation, [[64, 70]], every(record, 64, 70));
    await store.replaceMessages(generation, [[128, 191]], every(record, 128, 191, 8766 * AN_HOUR_MS));
    await store.replaceMessages(
      generation,
      [[192, 255]],
      every(record, 192, 255).map((each) => ({ ...each, to })),
    );
    expect((await itemsInTable()).filter((sk) => sk.includes('+'))).toEqual([]);
    expect((await store.knownUids(generation, 1, 300)).length).toBeGreaterThan(0);
    expect(uidCount(await store.knownUids(generation, 1, 300))).toBe(7 + 64 + 64);
  });

  test('an account with many mailboxes gets rows, so that a page of its list does not read a block for each', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, n) => store.addMailbox(mailbox(`B${n}`))));
    await store.replaceMessages(generation, [[64, 127]], every(record, 64, 127));
    expect((await itemsInTable()).filter((sk) => sk.includes('+'))).toEqual([]);
    expect(uidCount(await store.knownUids(generation, 1, 300))).toBe(64);
  });

  test("two workers that share a block lose none of each other's messages", async () => {
    const [mine, yours] = [every(record, 64, 95), every(record, 96, 127)];
    const elsewhere = dynamoMailStore(engine.client, table);
    await Promise.all([
      store.replaceMessages(generation, [[64, 95]], mine),
      elsewhere.replaceMessages(generation, [[96, 127]], yours),
    ]);
    expect(await store.messagesOf(generation, [[64, 127]])).toEqual([...mine, ...yours]);
    expect((await itemsInTable()).filter((sk) => sk.includes('+'))).toHaveLength(1);
  });

  test('a window that is stored again removes the earlier notes about its messages', async () => {
    await store.replaceMessages(generation, [[64, 127]], every(record, 64, 127));
    await store.updateFlags(generation, [{ uid: 70, modseq: '9', flags: ['\\Flagged'] }]);
    await store.removeMessages(generation, [71]);
    await store.replaceMessages(generation, [[64, 127]], every(record, 64, 127));
    expect(await store.messagesOf(generation, [[64, 127]])).toEqual(every(record, 64, 127));
    expect(await itemsInTable()).toHaveLength(1 + 1);
  });

  test('a changed flag of a message in a block is one small row', async () => {
    await store.replaceMessages(generation, [[64, 127]], every(record, 64, 127));
    const before = await itemsInTable();
    await store.updateFlags(generation, [{ uid: 70, modseq: '9', flags: ['\\Flagged'] }]);
    expect(await itemsInTable()).toHaveLength(before.length + 1);
    expect((await store.email(encodeEmailId(message(record, 70))))?.message.flags).toEqual(['\\Flagged']);
  });
});

describe('lists', () => {
  test('emails come newest first, page by page, for an account or a credential, each once', async () => {
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

  test('emails are limited by time: from is included, before is not', async () => {
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

  test('rows of another UIDVALIDITY are not shown', async () => {
    const record = await store.addMailbox(mailbox('A'));
    const old = message(record, 1, { uidValidity: 6 });
    await store.putMessages([old, message(record, 1)]);
    const page = await store.emails({ scope: { account: 'acc_one' }, limit: 10, after: null });
    expect(page.items.map((email) => email.message.uidValidity)).toEqual([7]);
    expect(await store.email(encodeEmailId(old))).toBeNull();
  });

  test.each(['', 'em_nonsense', '../../x'])('no email has the id %j', async (id) => {
    expect(await store.email(id)).toBeNull();
  });

  test('mailboxes are listed for an account and a credential, page by page', async () => {
    for (const path of ['C', 'A', 'B']) await store.addMailbox(mailbox(path));
    for (const scope of [{ account: 'acc_one' }, { credential: credentialId }]) {
      const first = await store.listMailboxes({ ...EVERY, scope, limit: 2, after: null });
      const second = await store.listMailboxes({ ...EVERY, scope, limit: 2, after: first.next });
      expect([...first.items, ...second.items].map(({ path }) => path)).toEqual(['A', 'B', 'C']);
    }
  });
});

test('mailboxes are searched by their errors, with a limited number of entries at a time', async () => {
  for (let n = 0; n < 12; n += 1) {
    const record = await store.addMailbox(mailbox(`F${String(n).padStart(2, '0')}`));
    if (n % 5 === 0) await store.noteError(record, ERROR);
  }
  for (const scope of [{ account: 'acc_one' }, { credential: credentialId }]) {
    let after: MailPosition | null = null;
    let asked = 0;
    const found: string[] = [];
    do {
      let looked = 0;
      const accept = ({ lastError }: MailboxRecord): boolean => {
        looked += 1;
        return lastError !== null;
      };
      const page: Awaited<ReturnType<MailStore['listMailboxes']>> = await store.listMailboxes({
        scope,
        limit: 2,
        after,
        most: 4,
        accept,
      });
      if ('account' in scope) expect(looked).toBeLessThanOrEqual(4);
      found.push(...page.items.map(({ path }) => path));
      after = page.next;
      asked += 1;
    } while (after !== null && asked < 20);
    expect(found).toEqual(['F00', 'F05', 'F10']);
  }
});

test('the place where a round stopped is stored per kind of round, and removed with the credential', async () => {
  const place = { late: false, name: 'A', key: '0123456789abcdef' };
  expect(await store.brokeOffAt(credentialId, 'messages')).toBeNull();
  await store.noteBreakOff(credentialId, 'messages', place);
  expect(await store.brokeOffAt(credentialId, 'messages')).toEqual(place);
  expect(await store.brokeOffAt(credentialId, 'mailboxes')).toBeNull();
  await store.noteBreakOff(credentialId, 'mailboxes', place);
  await store.noteBreakOff(credentialId, 'messages', null);
  expect(await store.brokeOffAt(credentialId, 'messages')).toBeNull();
  expect(await store.mailboxes(credentialId)).toEqual([]);
  expect(await store.eraseCredential(credentialId, true)).toBe(true);
  expect(await itemsInTable()).toEqual([]);
});

test('mail of a credential is erased in steps, and another credential keeps its own', async () => {
  const record = await store.addMailbox(mailbox('A'));
  await store.addMailbox(mailbox('B'));
  const rows = Array.from({ length: 60 }, (_, at) => message(record, at + 1));
  await store.putMessages(rows.slice(0, 10));
  await store.replaceMessages({ mailboxKey: record.key, uidValidity: 7 }, [[11, 60]], rows.slice(10));
  const other = await store.addMailbox({ ...mailbox('A'), credentialId: ids.next('pc') });
  await store.putMessages([message(other, 1)]);
  expect(await store.eraseCredential(credentialId, true, () => false)).toBe(false);
  expect(await store.eraseCredential(credentialId, true)).toBe(true);
  expect(await store.mailboxes(credentialId)).toEqual([]);
  const left = await store.emails({ scope: { account: 'acc_one' }, limit: 10, after: null });
  expect(left.items.map((email) => email.message.credentialId)).toEqual([other.credentialId]);
});

test('messages that a sync stored after their mailbox was erased are erased too, and never listed', async () => {
  const record = await store.addMailbox(mailbox('A'));
  const generation = { mailboxKey: record.key, uidValidity: 7 };
  expect(await store.eraseCredential(credentialId, false)).toBe(true);
  await store.putMessages([message(record, 1), message(record, 2)]);
  const many = Array.from({ length: 64 }, (_, at) => message(record, 64 + at));
  await store.replaceMessages(generation, [[64, 127]], many);
  await store.updateFlags(generation, [{ uid: 70, modseq: null, flags: ['secret keyword'] }]);
  const scope = { account: 'acc_one' };
  expect((await store.listMailboxes({ ...EVERY, scope, limit: 10, after: null })).items).toEqual([]);
  expect((await store.emails({ scope, limit: 10, after: null })).items).toEqual([]);
  expect(await store.eraseCredential(credentialId, true)).toBe(true);
  expect(await itemsInTable()).toEqual([]);
});
