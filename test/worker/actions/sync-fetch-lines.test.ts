/** The stored rows when a server splits one message over several FETCH lines, or sends invalid values. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailbox, type Mailbox } from '../../../local/imap/server.ts';
import { account, edited, imapServer, messages, settingsFor } from '../../adapters/imap/world.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { resultOf, syncWorld } from './sync-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const inboxOf = (count: number): Mailbox => createMailbox({ path: 'INBOX', uidValidity: 1, messages: messages(count) });

async function start(inbox: Mailbox, edit: (line: string) => readonly string[]) {
  const server = await imapServer({
    ...account(inbox),
    script: ({ name }) => (name === 'UID FETCH' ? edited(edit) : { kind: 'normal' }),
  });
  const world = await syncWorld(engine, settingsFor(server));
  async function rows() {
    const page = await world.store.emails({ scope: { credential: world.credentialId }, limit: 100, after: null });
    return page.items
      .map(({ message: { uid, subject, size, flags, internalDate, unreadable } }) => ({
        uid,
        subject,
        size,
        flags,
        internalDate,
        unreadable,
      }))
      .sort((one, other) => one.uid - other.uid);
  }
  return { server, world, rows };
}

/** The items of a FETCH line with their values, and its message number. */
function itemsOf(line: string): { number: string; items: readonly string[] } | null {
  const [, number, text] = /^\* (\d+) FETCH \((.*)\)$/.exec(line) ?? [];
  if (number === undefined || text === undefined) return null;
  const items = text.match(/[A-Z0-9.]+ (?:\((?:[^()"]|"[^"]*"|\([^()]*(?:\([^()]*\)[^()]*)*\))*\)|"[^"]*"|\S+)/g) ?? [];
  return { number, items };
}

type Cut = (number: string, items: readonly string[]) => readonly string[];
const line = (number: string, items: readonly string[]): string => `* ${number} FETCH (${items.join(' ')})`;
const cutting =
  (cut: Cut) =>
  (text: string): readonly string[] => {
    const read = itemsOf(text);
    return read === null ? [text] : cut(read.number, read.items);
  };
const isUid = (item: string): boolean => item.startsWith('UID ');

const CUTS: readonly [string, Cut][] = [
  ['with the UID in each', (number, items) => items.map((item) => line(number, [items.find(isUid) ?? '', item]))],
  ['with the UID in the first', (number, items) => items.map((item) => line(number, [item]))],
  [
    'with the UID in the last',
    (number, items) =>
      items.toSorted((one, other) => Number(isUid(one)) - Number(isUid(other))).map((item) => line(number, [item])),
  ],
  [
    'with flags of another client between them',
    (number, items) => items.flatMap((item) => [line(number, [item]), '* 3 FETCH (FLAGS ())']),
  ],
];

describe('a sync from a server that sends one message in several lines', () => {
  it.each(CUTS)('stores complete rows and flags: %s', async (_what, cut) => {
    const whole = await start(inboxOf(5), (text) => [text]);
    await whole.world.messages();
    const inbox = inboxOf(5);
    const { world, rows } = await start(inbox, cutting(cut));
    expect(resultOf(await world.messages())).toMatchObject({ added: 5, unreadable: 0, complete: true });
    expect(await rows()).toEqual(await whole.rows());
    inbox.setFlags(2, ['\\Flagged']);
    expect(resultOf(await world.messages())).toMatchObject({ added: 0, updated: 1, complete: true });
    expect((await rows()).map(({ flags }) => flags.join())).toEqual(['', '\\Flagged', '', '', '']);
  });

  it('stores the rows of remaining messages while others are expunged during the answer', async () => {
    const inbox = inboxOf(6);
    let gone = false;
    const { world, rows } = await start(inbox, (text) => {
      const read = itemsOf(text);
      if (read === null || gone || read.number !== '4') return [text];
      gone = true;
      const [uid = '', ...rest] = read.items;
      // The other lines of UID 4 come under its new number.
      return [line('4', [uid]), '* 1 EXPUNGE', ...rest.map((item) => line('3', [item]))];
    });
    expect(resultOf(await world.messages())).toMatchObject({ complete: true });
    expect((await rows()).find(({ uid }) => uid === 4)).toMatchObject({ subject: 'Message 4', unreadable: false });
    expect((await rows()).find(({ uid }) => uid === 3)).toMatchObject({ subject: 'Message 3', unreadable: false });
  });

  it('reads a message again alone, and stores it completely, if only part of it can be assigned', async () => {
    let cutOnce = false;
    const { world, rows } = await start(inboxOf(3), (text) => {
      const read = itemsOf(text);
      if (read === null || cutOnce || read.number !== '3') return [text];
      cutOnce = true;
      const [uid = '', flags = '', ...rest] = read.items;
      return [
        line('3', [uid, flags, rest.find((item) => item.startsWith('RFC822.SIZE')) ?? '']),
        '* VANISHED 99',
        line('3', rest),
      ];
    });
    expect(resultOf(await world.messages())).toMatchObject({ added: 3, unreadable: 0, complete: true });
    expect((await rows()).map(({ subject }) => subject)).toEqual(['Message 1', 'Message 2', 'Message 3']);
  });
});

describe('a sync from a server that sends invalid values', () => {
  it('stores null instead of them', async () => {
    const { world, rows } = await start(inboxOf(2), (text) => [
      text.replace(/RFC822\.SIZE \d+/, 'RFC822.SIZE NIL').replace(/INTERNALDATE "[^"]*"/, 'INTERNALDATE 7'),
    ]);
    expect(resultOf(await world.messages())).toMatchObject({ added: 2, unreadable: 0, complete: true });
    expect(await rows()).toMatchObject([
      { uid: 1, subject: 'Message 1', size: null, internalDate: null },
      { uid: 2, subject: 'Message 2', size: null, internalDate: null },
    ]);
  });

  it('loses only a message with an invalid UID', async () => {
    const { world, rows } = await start(inboxOf(3), (text) => [text.replace('UID 2 ', 'UID -2 ')]);
    expect(resultOf(await world.messages())).toMatchObject({ added: 3, unreadable: 1, complete: true });
    expect((await rows()).map(({ uid, subject, unreadable }) => [uid, subject, unreadable])).toEqual([
      [1, 'Message 1', false],
      [2, null, true],
      [3, 'Message 3', false],
    ]);
  });

  it('keeps the stored flags when the sent ones are invalid', async () => {
    const inbox = inboxOf(2);
    inbox.setFlags(1, ['\\Seen']);
    let isBroken = false;
    const { world, rows } = await start(inbox, (text) => [
      isBroken ? text.replace(/FLAGS \([^)]*\)/, 'FLAGS NIL') : text,
    ]);
    await world.messages();
    isBroken = true;
    inbox.setFlags(2, ['\\Flagged']);
    expect(resultOf(await world.messages({ full: true }))).toMatchObject({ updated: 0, complete: true });
    expect((await rows()).map(({ flags }) => flags.join())).toEqual(['\\Seen', '']);
  });
});
