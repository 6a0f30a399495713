/** Names of mailboxes on their way to the server and back, with a client that sends nothing. */
import { ImapFlow } from 'imapflow';
import { describe, expect, it } from 'vitest';
import { carryNames } from '../../../functions/adapters/imap/wire-names.ts';

function carried() {
  const auth = { user: 'u', pass: 'p' };
  const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: false });
  const sent: unknown[] = [];
  const read: string[] = [];
  Object.assign(client, {
    exec: (...words: unknown[]) => {
      sent.push(words);
      return 'answer';
    },
    handleResponse: (data: { readonly payload: Buffer; readonly literals: unknown }) => {
      read.push(data.payload.toString());
      return data.literals;
    },
  });
  carryNames(client);
  const exec = (command: string, words: unknown, options: unknown = null): unknown =>
    Reflect.apply(Reflect.get(client, 'exec'), client, [command, words, options]);
  const wire = (...octets: readonly (string | Buffer)[]): string | undefined => {
    const payload = Buffer.concat(octets.map((each) => (typeof each === 'string' ? Buffer.from(each) : each)));
    expect(Reflect.apply(Reflect.get(client, 'handleResponse'), client, [{ payload, literals: 'kept' }])).toBe('kept');
    return read.at(-1);
  };
  return { exec, wire, sent };
}
const word = (value: string) => ({ type: 'ATOM', value });

describe('a name that is sent', () => {
  it.each([
    ['INBOX', { type: 'ATOM', value: 'INBOX' }],
    ['Jobs & more', { type: 'STRING', value: 'Jobs & more' }],
    ['\\Sent', { type: 'STRING', value: '\\Sent' }],
    ['', { type: 'STRING', value: '' }],
    ['Entwürfe', { type: 'LITERAL', value: Buffer.from('Entwürfe') }],
    ['a\tb', { type: 'LITERAL', value: Buffer.from('a\tb') }],
  ])('keeps its octets, however they have to be written: %j', (name, expected) => {
    const { exec, sent } = carried();
    expect(exec('EXAMINE', [name, [word('CONDSTORE')]], 'options')).toBe('answer');
    expect(exec('SELECT', [{ type: 'STRING', value: name }])).toBe('answer');
    expect(sent).toEqual([
      ['EXAMINE', [expected, [word('CONDSTORE')]], 'options'],
      ['SELECT', [expected], null],
    ]);
  });

  it.each([
    ['LIST', [1]],
    ['SELECT', [0]],
    ['EXAMINE', [0]],
    ['STATUS', [0]],
    ['CREATE', [0]],
    ['SUBSCRIBE', [0]],
    ['DELETE', [0]],
    ['RENAME', [0, 1]],
    ['UID COPY', [1]],
    ['UID MOVE', [1]],
    ['UID FETCH', []],
    ['LOGIN', []],
  ])('is found by its position in the command: %s', (command, places) => {
    const { exec, sent } = carried();
    exec(command, ['a b', 'c d', 'e f']);
    const named = ['a b', 'c d', 'e f'].map((value, at) => (places.includes(at) ? { type: 'STRING', value } : value));
    expect(sent).toEqual([[command, named, null]]);
  });

  it.each([[[null]], [[7]], [[{ type: 'ATOM', value: 7 }]], [false], [undefined]])(
    'is only converted if it is a text: %j is sent unchanged',
    (words) => {
      const { exec, sent } = carried();
      exec('SELECT', words);
      expect(sent).toEqual([['SELECT', words, null]]);
    },
  );
});

describe('a line that contains a name', () => {
  it.each([
    ['* LIST () "/" A B', '* LIST () "/" "A B"'],
    ['* LIST (\\HasNoChildren) "/" INBOX/Da\tOggetto\t', '* LIST (\\HasNoChildren) "/" "INBOX/Da\tOggetto\t"'],
    ['* XLIST () NIL a"b\\c', '* XLIST () NIL "a\\"b\\\\c"'],
    ['* list () "\\\\" A B', '* list () "\\\\" "A B"'],
    ['* LIST () "/" [A]', '* LIST () "/" "[A]"'],
  ])('has the quotes that the parser needs: %j', (line, expected) => {
    expect(carried().wire(line)).toBe(expected);
  });

  it.each([
    '* LIST () "/" INBOX',
    '* LIST () "/" "A B"',
    '* LIST () "/" {3}',
    '* LIST () "/" (A)',
    '* LIST () "/" A (CHILDINFO ("SUBSCRIBED"))',
    '* LIST () "/" ',
    '* LIST () A B',
    '* LIST (a(b) "/" A B',
    '* STATUS A (MESSAGES 1)',
    '* NAMESPACE (("" "/")) NIL NIL',
  ])('is unchanged if the parser can read it: %j', (line) => {
    expect(carried().wire(line)).toBe(line);
  });

  it('keeps octets that are not UTF-8', () => {
    const { wire } = carried();
    const line = wire('* LIST () "/" Entw', Buffer.from([0xfc]), 'rfe') ?? '';
    expect(line).toMatch(/^\* LIST \(\) "\/" Entw.rfe$/u);
    expect(line).not.toContain('\ufffd');
    expect(wire('* LIST () "/" Entwürfe')).toBe('* LIST () "/" Entwürfe');
  });

  it.each(['LIST', 'STATUS'])('is not read if it is longer than 16 KB: %s', (command) => {
    const { wire } = carried();
    const start = `* ${command} () "/" `;
    const name = (length: number) => `${start}${'x'.repeat(length - start.length)}`;
    expect(wire(name(16_384))).toBe(name(16_384));
    expect(wire(name(16_385))).toBe(`* ${command}`);
  });

  it('is only a line of LIST: a FETCH of any length is unchanged', () => {
    const { wire } = carried();
    const fetched = `* 1 FETCH (BODY "${'x'.repeat(20_000)}")`;
    expect(wire(fetched)).toBe(fetched);
    expect(wire('A1 OK LIST done')).toBe('A1 OK LIST done');
  });
});

it('a library with changed internals is refused', () => {
  for (const missing of ['exec', 'handleResponse']) {
    const auth = { user: 'u', pass: 'p' };
    const client = new ImapFlow({ host: '127.0.0.1', port: 1, secure: true, auth, logger: false });
    Object.assign(client, { [missing]: null });
    expect(() => carryNames(client)).toThrow();
  }
});
