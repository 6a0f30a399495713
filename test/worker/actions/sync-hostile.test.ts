/** A server that sends more than allowed loses only the message, the folder or the list in question. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScriptedReply } from '../../../local/imap/server.ts';
import { edited } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { BAD, folderWorld, MESSAGES, scripted } from './folder-world.ts';
import { resultOf } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine.stop());

function* forever(chunk: string): Generator<string> {
  const batch = chunk.repeat(Math.ceil(65_536 / chunk.length));
  for (;;) yield batch;
}
const endless = (chunk: string): ScriptedReply => ({ kind: 'stream', chunks: forever(chunk) });

test.each([
  ['EXAMINE', '* 9 EXISTS\r\n'],
  ['EXAMINE', 'x'],
  ['UID FETCH', '* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n'],
  ['UID FETCH', '* 7 FETCH (FLAGS (\\Seen))\r\n'],
])('a folder that answers %s without end affects only that folder: %j', async (command, chunk) => {
  const world = await folderWorld(engine);
  world.server.script = scripted((name, mailbox) => (name === command && mailbox === BAD ? endless(chunk) : null));
  expect(resultOf(await world.messages())).toMatchObject({
    folders: 5,
    refused: [{ folder: BAD, code: 'response_too_large' }],
    complete: false,
    listing: 'whole',
  });
  expect(await world.counts()).toEqual({ INBOX: MESSAGES, A: MESSAGES, C: MESSAGES, D: MESSAGES });
});

test('a LIST without end removes no mailbox, and the listed ones are synced', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX', 'A'] });
  resultOf(await world.messages());
  for (const mailbox of world.mailboxes) mailbox.add(...world.fresh(1));
  world.server.script = scripted((name) => (name === 'LIST' ? endless('* LIST () "/" A\r\n') : null));
  expect(resultOf(await world.messages())).toMatchObject({ folders: 2, added: 2, removed: 0, listing: 'damaged' });
  for (const record of (await world.records()).values()) expect(record).toMatchObject({ missingSince: null });
});

/** Gives messages a subject of this many bytes. */
const fat = (uids: (uid: number) => boolean, bytes: number): ScriptedReply =>
  edited((line) => {
    const uid = Number(/UID (\d+)/.exec(line)?.[1] ?? 0);
    if (!line.includes('ENVELOPE') || !uids(uid)) return [line];
    return [line.replace(/ENVELOPE \((NIL|"[^"]*") (NIL|"[^"]*")/, `ENVELOPE ($1 "${'s'.repeat(bytes)}"`)];
  });

test('a message whose envelope is too large is stored as unreadable, and the rest of its window is stored', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX'] });
  world.mailbox('INBOX').add(...world.fresh(40));
  world.server.script = scripted((name) => (name === 'UID FETCH' ? fat((uid) => uid === 17, 1_200_000) : null));
  expect(resultOf(await world.messages())).toMatchObject({ added: MESSAGES + 40, unreadable: 1, refused_count: 0 });
});

test('a mailbox of large messages is read completely, in windows that become smaller', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX'] });
  world.mailbox('INBOX').add(...world.fresh(700));
  world.server.script = scripted((name) => (name === 'UID FETCH' ? fat(() => true, 40_000) : null));
  expect(resultOf(await world.messages())).toMatchObject({ added: MESSAGES + 700, unreadable: 0, complete: true });
  const sent = world.sent();
  // Only the window that was too large cost a connection.
  expect(sent.filter((command) => command.startsWith('EXAMINE')).length).toBe(2);
  expect(sent.filter((command) => command.startsWith('UID FETCH')).length).toBeLessThan(20);
});

test('changed flags that are too many to keep are requested again, in windows', async () => {
  const world = await folderWorld(engine, { paths: ['INBOX'] });
  resultOf(await world.messages());
  for (const { uid } of world.mailbox('INBOX').messages) world.mailbox('INBOX').setFlags(uid, ['\\Seen']);
  const long = 'x'.repeat(33_000_000);
  world.flagged.edit = (row, since) => (since === null || row.uid === 1 ? row : { ...row, flags: [long] });
  world.sent();
  expect(resultOf(await world.messages())).toMatchObject({ updated: MESSAGES, complete: true });
  expect(await world.stored()).toEqual([1, 2, 3].map((uid) => `INBOX ${uid} \\Seen`));
  expect(world.sent().filter((command) => command.startsWith('UID FETCH'))).toEqual([
    expect.stringMatching(/^UID FETCH 1:3 .*CHANGEDSINCE/),
    expect.stringMatching(/^UID FETCH 2:3 \(UID FLAGS/),
  ]);
});
