/** LIST with a client that gives scripted answers and sends nothing. */
import { ImapFlow } from 'imapflow';
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { describe, expect, it } from 'vitest';
import { createLine } from '../../../functions/adapters/imap/line.ts';
import { isListed, listMailboxes } from '../../../functions/adapters/imap/list-mailboxes.ts';
import { createObserver } from '../../../functions/adapters/imap/observer.ts';

/** Lines of an answer, or the failure of the command after these lines. */
type Answer = {
  readonly lines: readonly string[];
  readonly error?: unknown;
  readonly codes?: readonly string[];
  /** Lines that the library could not read. */
  readonly unread?: number;
};
const NAMED = ['STATUS', 'LIST', 'XLIST'];
const CIRCUMSTANCES = { namespaces: undefined, condstore: true, utf8: false, specialUse: true };
const BAD = Object.assign(new Error('Command failed'), { responseStatus: 'BAD', responseText: 'Unknown option' });
const NO = Object.assign(new Error('Command failed'), { responseStatus: 'NO', responseText: 'Not now' });

function connection(capabilities: readonly string[], ...answers: readonly Answer[]) {
  const observer = createObserver();
  const auth = { user: 'u', pass: 'p' };
  const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: observer.logger });
  observer.watch(client);
  const sent: string[] = [];
  let released = 0;
  const written = (word: unknown): string => {
    if (Array.isArray(word)) return `(${word.map(written).join(' ')})`;
    const value = typeof word === 'string' ? word : String(Reflect.get(Object(word), 'value'));
    return Reflect.get(Object(word), 'type') === 'ATOM' ? value : `"${value}"`;
  };
  const left = [...answers];
  Object.assign(client, {
    capabilities: new Map(capabilities.map((name) => [name, true])),
    exec: async (command: string, words: readonly unknown[], options: unknown) => {
      sent.push(`${command} ${words.map(written).join(' ')}`);
      const { lines, error, codes = [], unread = 0 } = left.shift() ?? { lines: [] };
      for (let n = 0; n < unread; n += 1) observer.logger.warn({ src: 's', err: new Error('unreadable') });
      const untagged: unknown = Reflect.get(Object(options), 'untagged');
      for (const line of lines) {
        const parsed = await parser(line);
        const name = NAMED.find((each) => each === parsed.command);
        const handle: unknown = name === undefined ? null : Reflect.get(Object(untagged), name);
        if (typeof handle === 'function') handle(parsed);
      }
      for (const code of codes) client.emit('response', { code });
      if (error !== undefined) throw error;
      return {
        next: () => {
          released += 1;
        },
      };
    },
  });
  const line = createLine({ client, observer, signal: new AbortController().signal, oauth: false, secrets: [] });
  return { line, sent, released: () => released, observer };
}
const named = (...names: readonly string[]) => names.map((name) => `* LIST (\\HasNoChildren) "/" ${name}`);

async function listed(answer: Answer, capabilities: readonly string[] = []) {
  const { line, sent } = connection(capabilities, answer);
  const { mailboxes, fault } = await listMailboxes(line, false, CIRCUMSTANCES);
  return { names: mailboxes.map(({ name }) => name), mailboxes, fault, sent };
}

describe('the LIST command', () => {
  const ALL = 'LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ) SPECIAL-USE CHILDREN)';
  it.each([
    ['without options if no states are requested', ['LIST-STATUS', 'SPECIAL-USE'], false, {}, 'LIST "" "*"'],
    ['without options if the server has no LIST-STATUS', ['SPECIAL-USE'], true, {}, 'LIST "" "*"'],
    ['with every option that the server has', ['LIST-STATUS', 'SPECIAL-USE', 'CHILDREN'], true, {}, ALL],
    ['with children by the extended LIST', ['LIST-STATUS', 'SPECIAL-USE', 'LIST-EXTENDED'], true, {}, ALL],
    [
      'without mod-sequences if they are not enabled',
      ['LIST-STATUS'],
      true,
      { condstore: false },
      'LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY))',
    ],
    ['XLIST if the server has no SPECIAL-USE', ['XLIST'], false, { specialUse: false }, 'XLIST "" "*"'],
    ['LIST if the server has SPECIAL-USE', ['XLIST', 'SPECIAL-USE'], false, {}, 'LIST "" "*"'],
  ])('is %s', async (_, capabilities, statuses, given, command) => {
    const { line, sent, released } = connection(capabilities, { lines: named('A') });
    await listMailboxes(line, statuses, { ...CIRCUMSTANCES, ...given });
    expect([sent, released()]).toEqual([[command], 1]);
  });

  it('requests fewer options each time the server refuses with BAD what it advertises', async () => {
    const capabilities = ['LIST-STATUS', 'SPECIAL-USE'];
    const refused = { lines: named('Early'), error: BAD };
    const { line, sent } = connection(capabilities, refused, refused, { lines: named('A') });
    const { mailboxes, fault } = await listMailboxes(line, true, CIRCUMSTANCES);
    expect(sent).toHaveLength(3);
    expect(sent[1]).toBe('LIST "" "*" RETURN (STATUS (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ))');
    expect(sent[2]).toBe('LIST "" "*"');
    expect([mailboxes.map(({ name }) => name), fault]).toEqual([['INBOX', 'A'], null]);
  });

  it.each([
    ['BAD to names alone', ['SPECIAL-USE'], [BAD], BAD],
    ['NO', ['LIST-STATUS'], [NO], NO],
    ['BAD by a throttle', ['LIST-STATUS'], [Object.assign(new Error('x'), BAD, { code: 'ETHROTTLE' })], null],
  ] as const)('is not repeated after %s: that fails', async (_, capabilities, errors, expected) => {
    const { line, sent } = connection(capabilities, ...errors.map((error) => ({ lines: [], error })));
    await expect(listMailboxes(line, true, CIRCUMSTANCES)).rejects.toBe(expected ?? errors[0]);
    expect(sent).toHaveLength(1);
  });

  it('fails if the library cannot send it', async () => {
    const { line } = connection([]);
    Object.assign(line.client, { exec: null });
    await expect(listMailboxes(line, false, CIRCUMSTANCES)).rejects.toMatchObject({ code: 'InternalError' });
  });
});

describe('a list of mailboxes', () => {
  it('has the reported status of each mailbox, and is complete', async () => {
    const state = '* STATUS A (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 HIGHESTMODSEQ 11)';
    const { mailboxes, fault } = await listed({
      lines: [...named('INBOX', 'A', 'B'), state, '* STATUS (A) (MESSAGES 1)'],
    });
    expect(fault).toBeNull();
    expect(mailboxes.map(({ name, status }) => [name, status])).toEqual([
      ['INBOX', null],
      ['A', { uidValidity: 7, uidNext: 9, messages: 3, highestModseq: '11' }],
      ['B', null],
    ]);
  });

  it.each([
    ['a delimiter of several characters', '* LIST () "//" A', ['INBOX', 'A'], 1],
    ['words after the name', '* LIST () "/" A Oggetto', ['INBOX'], 1],
    ['flags that are not a list', '* LIST x "/" A', ['INBOX'], 1],
    ['a delimiter that is a list', '* LIST () (x) A', ['INBOX'], 1],
    ['no name', '* LIST () "/"', ['INBOX'], 1],
    ['a name that is a list', '* LIST () "/" (A)', ['INBOX'], 1],
    ['a name of more than 4,096 octets', `* LIST () "/" "${'x'.repeat(4_097)}"`, ['INBOX'], 1],
  ])('is damaged if a line has %s, and later lines are read', async (_, line, names, damaged) => {
    const { names: found, fault } = await listed({ lines: [line, ...named('Z')] });
    expect(found).toEqual([...names, 'Z']);
    expect(fault).toMatchObject({
      code: 'protocol_error',
      detail: `Lines of LIST that could not be read: ${damaged}.`,
    });
  });

  it('counts each damaged line', async () => {
    const { fault } = await listed({ lines: ['* LIST () "/" A b', '* LIST () "/" C d', ...named('Z')] });
    expect(fault?.detail).toBe('Lines of LIST that could not be read: 2.');
  });

  it('counts also lines that the library could not read, of this answer only', async () => {
    const { line } = connection(
      [],
      { lines: named('A'), unread: 5 },
      { lines: ['* LIST () "/" A b', ...named('Z')], unread: 2 },
    );
    expect((await listMailboxes(line, false, CIRCUMSTANCES)).fault?.detail).toMatch(/: 5\.$/);
    expect((await listMailboxes(line, false, CIRCUMSTANCES)).fault?.detail).toMatch(/: 3\.$/);
  });

  it.each([
    ['"/"', '/'],
    ['"."', '.'],
    ['NIL', null],
    ['""', null],
    ['"//"', null],
  ])('has levels by their delimiter: %s', async (written, delimiter) => {
    const { mailboxes } = await listed({ lines: [`* LIST () ${written} A`] });
    expect(mailboxes.find(({ name }) => name === 'A')?.delimiter).toBe(delimiter);
  });

  it.each([
    ['an invalid name', '* STATUS (A) (MESSAGES 1 UIDVALIDITY 7)'],
    ['no list', '* STATUS A MESSAGES'],
    ['invalid numbers', '* STATUS A (MESSAGES x UIDVALIDITY 7)'],
  ])('has no status of a mailbox if STATUS reports %s', async (_, line) => {
    const { mailboxes, fault } = await listed({ lines: [...named('A'), line] });
    expect([mailboxes.map(({ status }) => status), fault]).toEqual([[null, null], null]);
  });

  it.each([
    ['a name of 4,096 octets', `* LIST () "/" "${'x'.repeat(4_096)}"`, 'x'.repeat(4_096)],
    ['no levels', '* LIST () NIL A', 'A'],
    ['extended data after the name', '* LIST () "/" A ("CHILDINFO" ("SUBSCRIBED"))', 'A'],
  ])('is complete if a line has %s', async (_, line, name) => {
    const { names, fault } = await listed({ lines: [line] });
    expect([names, fault]).toEqual([['INBOX', name], null]);
  });

  it('skips the root, which is not a mailbox', async () => {
    const { names, fault } = await listed({ lines: ['* LIST (\\Noselect) "/" ""', ...named('A')] });
    expect([names, fault]).toEqual([['INBOX', 'A'], null]);
  });

  it('recognises INBOX by the flag of XLIST, whatever its name there', async () => {
    const { line } = connection(['XLIST'], {
      lines: ['* XLIST (\\Inbox) "/" "Posteingang"', '* XLIST (\\HasNoChildren) "/" A'],
    });
    const { mailboxes } = await listMailboxes(line, false, { ...CIRCUMSTANCES, specialUse: false });
    expect(mailboxes.map(({ name }) => name)).toEqual(['INBOX', 'A']);
  });

  it('is damaged if it is empty, or the server reports a partial answer', async () => {
    expect((await listed({ lines: [] })).fault).toMatchObject({
      code: 'protocol_error',
      detail: 'The answer to LIST was empty.',
    });
    const part = await listed({ lines: named('A'), codes: ['MESSAGELIMIT'] });
    expect(part.names).toEqual(['INBOX', 'A']);
    expect(part.fault).not.toBeNull();
  });

  it('keeps the part that was read of an answer that was too long', async () => {
    const error = Object.assign(new Error('x'), { code: 'AnswerTooLarge' });
    const { names, fault } = await listed({ lines: named('A', 'B'), error });
    expect([names, fault?.code]).toEqual([['INBOX', 'A', 'B'], 'response_too_large']);
  });

  it('keeps the part before a server goes silent, as after a literal that is shorter than announced', async () => {
    const silent = Object.assign(new Error('Socket timeout'), { code: 'ETIMEOUT' });
    const { line } = connection(['SPECIAL-USE'], { lines: named('INBOX', 'A'), error: silent });
    const { mailboxes, fault } = await listMailboxes(line, true, CIRCUMSTANCES);
    expect([mailboxes.map(({ name }) => name), fault?.code]).toEqual([['INBOX', 'A'], 'provider_timeout']);
    const nothing = connection(['SPECIAL-USE'], { lines: [], error: silent });
    await expect(listMailboxes(nothing.line, true, CIRCUMSTANCES)).rejects.toBe(silent);
    const ended = Object.assign(new Error('gone'), { code: 'NoConnection' });
    const cut = connection(['SPECIAL-USE'], { lines: named('INBOX', 'A'), error: ended });
    await expect(listMailboxes(cut.line, true, CIRCUMSTANCES)).rejects.toBe(ended);
  });

  it('has ten thousand mailboxes, and the number of further ones', async () => {
    const lines = Array.from({ length: 10_002 }, (_, n) => `* LIST () "/" m${n}`);
    const { names, fault } = await listed({ lines });
    expect([names.length, names.includes('m9999'), names.includes('m10000')]).toEqual([10_001, true, false]);
    expect(fault).toMatchObject({
      ...{ code: 'response_too_large', detail: 'Mailboxes beyond the first 10000, passed over: 2.' },
    });
    expect((await listed({ lines: lines.slice(0, 10_000) })).fault).toBeNull();
  });
});

describe('whether LIST knows a mailbox', () => {
  const asked = (answer: Answer, name = 'A') => isListed(connection([], answer).line, name);

  it.each([
    ['is yes if its line is listed', named('B', 'A'), true],
    ['is no if its line is not listed', named('B'), false],
    ['is no if the answer is empty', [], false],
    ['is no if the server says that it does not exist', ['* LIST (\\NonExistent) "/" A'], false],
    ['is yes if its line is listed, although another line is damaged', ['* LIST () "/" B c', ...named('A')], true],
    ['is unknown if its line is not listed and another line is damaged', ['* LIST () "/" B c'], null],
  ])('%s', async (_, lines, expected) => {
    expect(await asked({ lines })).toBe(expected);
  });

  it('is unknown if the library could not read a line of this answer', async () => {
    expect(await asked({ lines: named('B'), unread: 1 })).toBeNull();
    expect(await asked({ lines: named('A'), unread: 1 })).toBe(true);
    const { line } = connection([], { lines: named('B'), unread: 1 }, { lines: named('B') });
    expect([await isListed(line, 'A'), await isListed(line, 'A')]).toEqual([null, false]);
  });

  it('uses the exact name, and is unknown if the command fails', async () => {
    const { line, sent } = connection([], { lines: named('INBOX') });
    expect(await isListed(line, 'inbox')).toBe(true);
    expect(sent).toEqual(['LIST "" "inbox"']);
    expect(await asked({ lines: named('A'), error: NO })).toBeNull();
  });
});
