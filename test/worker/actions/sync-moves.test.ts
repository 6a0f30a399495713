/** Moves whose two sides are seen separately: by two runs, or by two syncs of one folder each. */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createMailbox, type ImapServer, type Mailbox, startImapServer } from '../../../local/imap/server.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { plainMessage } from '../../fixtures/messages.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

let server: ImapServer;
let inbox: Mailbox;
let archive: Mailbox;
let world: Awaited<ReturnType<typeof syncWorld>>;

beforeEach(async () => {
  const messages = (first: number) => [0, 1, 2, 3].map((n) => ({ raw: plainMessage({ n: first + n }) }));
  inbox = createMailbox({ path: 'INBOX', uidValidity: 7, messages: messages(10) });
  archive = createMailbox({ path: 'Archive', uidValidity: 8, messages: messages(20) });
  server = await startImapServer({
    accounts: [{ username: 'ann@example.test', password: 'secret', mailboxes: [inbox, archive] }],
    tls: 'none',
  });
  onTestFinished(() => server.close());
  world = await syncWorld(engine, {
    host: server.host,
    port: server.port,
    securityMode: 'none',
    tlsCaPem: null,
    authentication: { kind: 'password', username: 'ann@example.test', password: 'secret' },
  });
  await world.messages();
});

function move(uid: number): void {
  const message = inbox.find(uid);
  if (message === null) throw new Error(`no message ${uid}`);
  archive.add({ raw: message.raw, internalDate: message.internalDate });
  inbox.expunge([uid]);
}

test('a move is reported by the sync of the target if the source is synced first', async () => {
  move(2);
  expect(resultOf(await world.messages({ folder: 'INBOX' }))).toMatchObject({ removed: 1, moved: 0 });
  expect(resultOf(await world.messages({ folder: 'Archive' }))).toMatchObject({ added: 0, moved: 1 });
});

test('a move is reported by the sync of the source if the target is synced first', async () => {
  move(2);
  expect(resultOf(await world.messages({ folder: 'Archive' }))).toMatchObject({ added: 1, moved: 0 });
  expect(resultOf(await world.messages({ folder: 'INBOX' }))).toMatchObject({ removed: 0, moved: 1 });
});

test('halves of a move more than ten minutes apart count as a removal and an addition', async () => {
  move(2);
  await world.messages({ folder: 'INBOX' });
  world.clock.now += 11 * 60_000;
  expect(resultOf(await world.messages({ folder: 'Archive' }))).toMatchObject({ added: 1, moved: 0 });
});

test('an attempt that yields between the halves reports a move at its end, and neither removal nor addition', async () => {
  move(2);
  // One call when the run begins, one before the folder and one before its removal: it ends before the second folder.
  let asked = 0;
  const outcome = await world.messages({}, { remainingMs: () => (++asked > 3 ? 0 : 60_000) });
  if (outcome.kind !== 'yielded') throw new Error(outcome.kind);
  expect(outcome.checkpoint).toMatchObject({ removed: 1, added: 0 });
  const { checkpoint } = JSON.parse(JSON.stringify(outcome));
  expect(resultOf(await world.messages({}, { checkpoint }))).toMatchObject({ removed: 0, added: 0, moved: 1 });
});

test('a sync that finds a folder locked keeps its counts', async () => {
  inbox.add({ raw: plainMessage({ n: 99 }) });
  const record = (await world.store.mailboxes(world.credentialId)).find(({ path }) => path === 'Archive');
  if (record === undefined) throw new Error('no record');
  await world.store.putMailbox({ ...record, lock: { by: 'job_2', until: world.clock.now + 60_000 } });
  archive.add({ raw: plainMessage({ n: 98 }) });
  const outcome = await world.messages();
  if (outcome.kind !== 'postponed') throw new Error(outcome.kind);
  world.clock.now += 60_000;
  const checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint ?? null));
  expect(resultOf(await world.messages({}, { checkpoint }))).toMatchObject({ folders: 2, added: 2, unchanged: 0 });
});

test('stored traces are removed with the credential', async () => {
  move(2);
  await world.messages({ folder: 'INBOX' });
  expect((await world.store.traces(world.credentialId)).traces?.removed).toHaveLength(1);
  expect(await world.store.eraseCredential(world.credentialId, true)).toBe(true);
  expect(await world.store.traces(world.credentialId)).toEqual({ version: 0, traces: null });
});
