import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createMailbox,
  type ImapServer,
  type Mailbox,
  type Script,
  startImapServer,
} from '../../../local/imap/server.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { clientOf, connected } from './client.ts';

let server: ImapServer;
let inbox: Mailbox;
let archive: Mailbox;

beforeEach(async () => {
  inbox = createMailbox({ path: 'INBOX', messages: [1, 2, 3].map((n) => ({ raw: plainMessage({ n }) })) });
  archive = createMailbox({ path: 'Archive' });
  server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox, archive] }],
    tls: 'implicit',
  });
});

afterEach(() => server.close());

const only =
  (name: string, reply: ReturnType<Script>): Script =>
  (command) =>
    command.name === name ? reply : { kind: 'normal' };

test('scripted lines replace the reply of a command, with its tag', async () => {
  server.script = only('STATUS', { kind: 'lines', lines: ['* OK still here', '{tag} NO [UNAVAILABLE] Grüße'] });
  const client = await connected(server);
  const codes: (string | undefined)[] = [];
  client.on('response', (response) => codes.push(response.code));
  await expect(client.status('Archive', { messages: true })).resolves.toBe(false);
  expect(codes).toContain('UNAVAILABLE');
  await client.logout();
});

test('a command can fail a given number of times and then succeed', async () => {
  server.script = ({ name, count }) =>
    name === 'SELECT' && count <= 2 ? { kind: 'lines', lines: ['{tag} NO [INUSE] later'] } : { kind: 'normal' };
  const client = await connected(server);
  await expect(client.mailboxOpen('INBOX')).rejects.toMatchObject({ serverResponseCode: 'INUSE' });
  await expect(client.mailboxOpen('INBOX')).rejects.toMatchObject({ serverResponseCode: 'INUSE' });
  expect(await client.mailboxOpen('INBOX')).toMatchObject({ exists: 3 });
  await client.logout();
});

test('a drop before a command cancels the command', async () => {
  server.script = only('UID MOVE', { kind: 'drop' });
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  expect(await client.messageMove('1', 'Archive', { uid: true })).toBe(false);
  expect(inbox.messages).toHaveLength(3);
  expect(client.usable).toBe(false);
});

test('a drop after no line runs the command without a reply', async () => {
  server.script = only('UID MOVE', { kind: 'drop', afterLines: 0 });
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  expect(await client.messageMove('1', 'Archive', { uid: true })).toBe(false);
  expect([inbox.messages.length, archive.messages.length]).toEqual([2, 1]);
});

test('a drop after some lines ends a FETCH in the middle', async () => {
  server.script = only('UID FETCH', { kind: 'drop', afterLines: 2 });
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  const uids: number[] = [];
  const read = async (): Promise<void> => {
    for await (const { uid } of client.fetch('1:*', { flags: true }, { uid: true })) uids.push(uid);
  };
  await expect(read()).rejects.toMatchObject({ code: 'NoConnection' });
  expect(uids).toEqual([1, 2]);
});

test('a silent command leaves the client waiting on an open connection', async () => {
  let asked = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  server.script = ({ name }) => {
    if (name !== 'SELECT') return { kind: 'normal' };
    asked();
    return { kind: 'silence' };
  };
  const client = await connected(server);
  const selected = expect(client.mailboxOpen('INBOX')).rejects.toMatchObject({ code: 'NoConnection' });
  await arrived;
  expect(server.connections()).toBe(1);
  client.close();
  await selected;
});

test('a script can delay a command until it is released', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.script = async ({ name }) => {
    if (name === 'UID FETCH') await held;
    return { kind: 'normal' };
  };
  const client = await connected(server);
  await client.mailboxOpen('INBOX');
  const rows = client.fetchAll('1:*', { flags: true }, { uid: true });
  inbox.setFlags(2, ['\\Flagged']);
  release();
  expect((await rows).map(({ flags }) => [...(flags ?? [])])).toEqual([[], ['\\Flagged'], []]);
  await client.logout();
});

test('a BYE greeting and a scripted BYE end the connection', async () => {
  const full = await startImapServer({ accounts: [], tls: 'implicit', greeting: '* BYE Too many connections' });
  await expect(clientOf(full).connect()).rejects.toMatchObject({ code: 'ClosedAfterConnectTLS' });
  await full.close();
  server.script = only('NOOP', { kind: 'lines', lines: ['* BYE Shutting down'] });
  const client = await connected(server);
  const closed = new Promise((resolve) => client.once('close', resolve));
  await client.noop().catch(() => undefined);
  await closed;
  expect(client.usable).toBe(false);
});

test('a script can refuse a login as a busy server does', async () => {
  server.script = only('AUTHENTICATE', {
    kind: 'lines',
    lines: ['{tag} NO [LIMIT] Too many simultaneous connections'],
  });
  await expect(clientOf(server).connect()).rejects.toMatchObject({ serverResponseCode: 'LIMIT' });
  server.script = null;
  const client = await connected(server);
  await client.logout();
});

test('an edited reply does not stop the command', async () => {
  const edit = (line: string) => (/ OK /.test(line) ? [line.replace(/ OK .*/, ' NO [INUSE] later')] : [line, line]);
  server.script = only('CREATE', { kind: 'edited', edit });
  const client = await connected(server);
  await expect(client.mailboxCreate('New')).rejects.toMatchObject({ serverResponseCode: 'INUSE' });
  server.script = null;
  expect((await client.list()).map(({ path }) => path)).toContain('New');
  server.script = only('DELETE', { kind: 'edited', edit: () => ['* BYE Shutting down'] });
  await expect(client.mailboxDelete('New')).rejects.toThrow();
  await expect.poll(() => server.connections()).toBe(0);
});
