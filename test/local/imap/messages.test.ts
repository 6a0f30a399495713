import type { FetchMessageObject } from 'imapflow';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailbox, type ImapServer, type Mailbox, startImapServer } from '../../../local/imap/server.ts';
import { malformedMessages, plainMessage } from '../../fixtures/messages.ts';
import { connected } from './client.ts';

let server: ImapServer;
let inbox: Mailbox;
let archive: Mailbox;

beforeEach(async () => {
  const messages = Array.from({ length: 10 }, (_, n) => ({ raw: plainMessage({ n: n + 1 }) }));
  inbox = createMailbox({ path: 'INBOX', uidValidity: 7, messages });
  archive = createMailbox({ path: 'Archive', uidValidity: 8 });
  server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox, archive] }],
    tls: 'implicit',
  });
});

afterEach(() => server.close());

const collect = async (rows: AsyncIterable<FetchMessageObject>): Promise<FetchMessageObject[]> => {
  const all: FetchMessageObject[] = [];
  for await (const row of rows) all.push(row);
  return all;
};

test('FETCH returns the metadata', async () => {
  inbox.add({
    raw: plainMessage({ n: 11, subject: 'Grüße – 日本', from: { name: 'Änne "Q"', address: 'a@b.test' } }),
    flags: ['\\Seen'],
  });
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  const [row] = await collect(
    client.fetch(
      '11',
      { uid: true, flags: true, envelope: true, internalDate: true, size: true, headers: ['subject'] },
      { uid: true },
    ),
  );
  expect(row).toMatchObject({ uid: 11, modseq: 12n, size: inbox.find(11)?.raw.length });
  expect([...(row?.flags ?? [])]).toEqual(['\\Seen']);
  expect(row?.internalDate).toEqual(new Date('2026-01-01T00:00:00Z'));
  expect(row?.envelope).toMatchObject({
    subject: 'Grüße – 日本',
    messageId: '<message-11@example.test>',
    date: new Date('2026-01-01T00:11:00Z'),
    from: [{ name: 'Änne "Q"', address: 'a@b.test' }],
  });
  expect(row?.headers?.toString()).toMatch(/^Subject: =\?UTF-8/);
  await client.logout();
});

test('FETCH returns the source of a message byte for byte', async () => {
  const raw = Buffer.concat([plainMessage({ n: 1 }), Buffer.from([0xff, 0xfe, 0x0d, 0x0a])]);
  archive.add({ raw });
  const client = await connected(server);
  await client.mailboxOpen('Archive');
  const [row] = await collect(client.fetch('1', { source: true }));
  expect(row?.source).toEqual(raw);
  expect(archive.find(1)?.flags).toEqual([]);
  await client.logout();
});

test('FETCH returns malformed messages without damage to the others', async () => {
  const malformed = malformedMessages();
  archive.add(...malformed, { raw: plainMessage({ n: 1 }) });
  const client = await connected(server);
  await client.mailboxOpen('Archive');
  const rows = await collect(client.fetch('1:*', { envelope: true, size: true, headers: true, source: true }));
  expect(rows).toHaveLength(malformed.length + 1);
  expect(rows.at(-1)?.envelope?.subject).toBe('Message 1');
  await client.logout();
});

test('CHANGEDSINCE returns only later changes', async () => {
  const client = await connected(server);
  const { highestModseq } = await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd('3', ['\\Flagged'], { uid: true });
  inbox.setFlags(5, ['\\Seen', 'later']);
  const rows = await collect(client.fetch('1:*', { flags: true }, { uid: true, changedSince: highestModseq ?? 0n }));
  expect(rows.map(({ uid, flags }) => [uid, [...(flags ?? [])]])).toEqual([
    [3, ['\\Flagged']],
    [5, ['\\Seen', 'later']],
  ]);
  await client.logout();
});

test('UNCHANGEDSINCE skips a changed message and names it', async () => {
  const client = await connected(server);
  const { highestModseq } = await client.mailboxOpen('INBOX');
  const codes: (string | undefined)[] = [];
  client.on('response', (response) => codes.push(response.code));
  inbox.setFlags(2, ['\\Answered']);
  await client.messageFlagsAdd('1:3', ['\\Seen'], { uid: true, unchangedSince: highestModseq ?? 0n });
  expect([1, 2, 3].map((uid) => inbox.find(uid)?.flags)).toEqual([['\\Seen'], ['\\Answered'], ['\\Seen']]);
  expect(codes).toContain('MODIFIED');
  await client.logout();
});

test('SEARCH answers with ESEARCH if requested, otherwise with a list', async () => {
  inbox.expunge([4]);
  inbox.setFlags(9, ['\\Seen']);
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  expect(await client.search({ all: true }, { uid: true, returnOptions: ['ALL'] })).toMatchObject({
    all: '1:3,5:10',
  });
  expect(await client.search({ seen: true }, { uid: true })).toEqual([9]);
  expect(await client.search({ or: [{ uid: '1:2' }, { subject: 'message 10' }] }, { uid: true })).toEqual([1, 2, 10]);
  expect(await client.search({ since: '2025-12-31', before: '2026-01-01' })).toEqual([]);
  expect(await client.search({ not: { seen: true }, smaller: 100_000 })).toHaveLength(8);
  await client.logout();
});

test('MOVE reports the new UIDs to this client, and the change to others', async () => {
  const [mover, watcher] = [await connected(server), await connected(server)];
  await mover.mailboxOpen('INBOX');
  await watcher.mailboxOpen('INBOX');
  const moved = await mover.messageMove('2:3', 'Archive', { uid: true });
  expect(moved).toMatchObject({
    uidValidity: 8n,
    uidMap: new Map([
      [2, 1],
      [3, 2],
    ]),
  });
  await watcher.noop();
  expect([mover, watcher].map(({ mailbox }) => mailbox !== false && mailbox.exists)).toEqual([8, 8]);
  expect(archive.messages.map(({ raw }) => raw)).toEqual([plainMessage({ n: 2 }), plainMessage({ n: 3 })]);
  await Promise.all([mover.logout(), watcher.logout()]);
});

test('COPY into a missing mailbox answers TRYCREATE and copies nothing', async () => {
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  const codes: (string | undefined)[] = [];
  client.on('response', (response) => codes.push(response.code));
  expect(await client.messageCopy('1', 'Nowhere')).toBe(false);
  expect(codes).toContain('TRYCREATE');
  await client.logout();
});

test('UID EXPUNGE removes only messages that are both named and marked as deleted', async () => {
  for (const uid of [1, 2]) inbox.setFlags(uid, ['\\Deleted']);
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  await client.messageDelete('2:3', { uid: true });
  expect(inbox.messages.map(({ uid }) => uid)).toEqual([1, 4, 5, 6, 7, 8, 9, 10]);
  await client.logout();
});

test('APPEND stores a message with its flags and date', async () => {
  const client = await connected(server);
  const date = new Date('2025-03-04T05:06:07Z');
  expect(await client.append('Archive', plainMessage({ n: 5 }), ['\\Seen'], date)).toMatchObject({
    uid: 1,
    uidValidity: 8n,
  });
  expect(archive.find(1)).toMatchObject({ flags: ['\\Seen'], internalDate: date, raw: plainMessage({ n: 5 }) });
  await client.logout();
});

test('a reset mailbox has a new UIDVALIDITY and new UIDs, and clients that had it open are disconnected', async () => {
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  inbox.expunge([1]);
  inbox.bumpUidValidity();
  expect(inbox).toMatchObject({ uidValidity: 8, uidNext: 10 });
  expect(inbox.messages.map(({ uid }) => uid)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await expect(collect(client.fetch('1:*', { flags: true }))).rejects.toThrow();
  expect(client.usable).toBe(false);
});
