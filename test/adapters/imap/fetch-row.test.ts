/** The fields read from one line of FETCH, as the library's parser returns it. */
import { parser } from 'imapflow/lib/handler/imap-handler.js';
import { describe, expect, it } from 'vitest';
import { numberOf, parseFetch } from '../../../functions/adapters/imap/fetch-row.ts';

const answer = (line: string, ...literals: readonly string[]) =>
  parser(line, { literals: literals.map((each) => Buffer.from(each)) });
const fetched = async (items: string, ...literals: readonly string[]) =>
  parseFetch(await answer(`* 3 FETCH (${items})`, ...literals));

const people = (...each: readonly string[]): string => `(${each.join(' ')})`;
const person = (name: string, mailbox: string, host: string): string => `(${name} NIL ${mailbox} ${host})`;
const ANNA = person('"Anna"', '"anna"', '"a.example"');

/** An envelope in which the given fields are not NIL. */
const envelope = (given: Partial<Record<'date' | 'subject' | 'from' | 'to' | 'cc' | 'id', string>>): string => {
  const { date = 'NIL', subject = 'NIL', from = 'NIL', to = 'NIL', cc = 'NIL', id = 'NIL' } = given;
  return `ENVELOPE (${date} ${subject} ${from} NIL NIL ${to} ${cc} NIL NIL ${id})`;
};
const enveloped = async (given: Parameters<typeof envelope>[0], ...literals: readonly string[]) =>
  (await fetched(envelope(given), ...literals)).envelope;
const NOTHING = { date: undefined, subject: undefined, from: [], to: [], cc: [], messageId: undefined };

describe('a line of FETCH', () => {
  it('is read for its known keys in any case, and for nothing else', async () => {
    const items = 'uid 7 Flags (\\Seen $x \\Seen) RFC822.SIZE 12 BODYSTRUCTURE ("a") X-NEW 4';
    expect(await fetched(items)).toEqual({ uid: 7, flags: ['\\Seen', '$x'], size: 12 });
    expect(await fetched('MODSEQ (9) EMAILID (M1) THREADID (T1) INTERNALDATE "1-Nov-2026 10:00:00 +0100"')).toEqual({
      ...{ modseq: '9', emailId: 'M1', threadId: 'T1', internalDate: new Date('2026-11-01T09:00:00Z') },
    });
    expect(await fetched('X-GM-MSGID 12345678901234567890 X-GM-THRID 5')).toEqual({
      ...{ emailId: '12345678901234567890', threadId: '5' },
    });
  });

  it('may end after a key, or have a key that is not a word', async () => {
    expect(await fetched('UID 7 FLAGS')).toEqual({ uid: 7 });
    expect(await fetched('UID')).toEqual({});
    expect(await fetched('(1) 2 UID 7')).toEqual({ uid: 7 });
    expect(await fetched('NIL 2 UID 7')).toEqual({ uid: 7 });
  });

  it.each(['* 3 FETCH', '* 3 FETCH x', '* 3 FETCH NIL', '* 3 FETCH "UID 7"'])(
    'without a list gives nothing: %s',
    async (line) => {
      expect(parseFetch(await answer(line))).toEqual({});
    },
  );

  it.each([
    ['12', 12],
    ['0', null],
    ['4294967295', 4_294_967_295],
    ['4294967296', null],
    ['x', null],
  ])('has a valid message number: %s', async (number, expected) => {
    expect(numberOf({ ...(await answer('* 1 FETCH ()')), command: number })).toBe(expected);
  });

  it('gives null for invalid values, and no flags or mod-sequence if they are invalid', async () => {
    const items = 'UID x FLAGS \\Seen RFC822.SIZE x INTERNALDATE NIL MODSEQ 9 EMAILID NIL X-GM-MSGID NIL ENVELOPE NIL';
    expect(await fetched(items)).toEqual({
      ...{ uid: null, size: null, internalDate: null, emailId: undefined, envelope: {} },
    });
  });

  it('has a limited number of flags', async () => {
    const flags = Array.from({ length: 1_100 }, (_, at) => `f${at}`);
    expect((await fetched(`FLAGS (${flags.join(' ')})`)).flags).toEqual(flags.slice(0, 1_000));
  });

  it.each(['UID', 'RFC822.SIZE'])('may have a number as a literal: %s', async (item) => {
    expect(Object.values(await fetched(`${item} {1}\r\n`, '8'))).toEqual([8]);
  });

  it.each([
    [' 1-Nov-2026 10:00:00 +0000', '2026-11-01T10:00:00.000Z'],
    [`${'1-Nov-2026 10:00:00 +0000'.padStart(64)}`, '2026-11-01T10:00:00.000Z'],
    [`${'1-Nov-2026 10:00:00 +0000'.padStart(65)}`, null],
    ['1-Nov-2026', null],
    ['10:00:00', null],
  ])('needs a date with a year and a time, of limited length: %j', async (date, expected) => {
    const { internalDate } = await fetched(`INTERNALDATE "${date}"`);
    expect(internalDate?.toISOString() ?? null).toBe(expected);
  });
});

describe('an envelope', () => {
  it('of NIL is empty', async () => {
    expect(await enveloped({})).toEqual(NOTHING);
  });

  it('is read field by field', async () => {
    const given = {
      date: '"Mon, 02 Nov 2026 10:00:00 +0100"',
      ...{ subject: '"Übersee"', from: people(ANNA), id: '" <m1@x> "' },
      ...{ to: people(person('NIL', '"b"', '"b.example"')), cc: people(person('"C"', '"c"', '"c.example"')) },
    };
    expect(await enveloped(given)).toEqual({
      date: new Date('2026-11-02T09:00:00Z'),
      ...{ subject: 'Übersee', messageId: '<m1@x>', from: [{ name: 'Anna', address: 'anna@a.example' }] },
      ...{ to: [{ name: '', address: 'b@b.example' }], cc: [{ name: 'C', address: 'c@c.example' }] },
    });
  });

  it('may have its texts as literals', async () => {
    const given = { subject: '{8}\r\n', from: people(person('{3}\r\n', '"a"', '"x"')) };
    expect(await enveloped(given, 'Übersee', 'Ann')).toEqual({
      ...{ ...NOTHING, subject: 'Übersee', from: [{ name: 'Ann', address: 'a@x' }] },
    });
  });

  it.each([
    ['subject', { subject: '"=?utf-8?q?=C3=9Cbersee?="' }, { subject: 'Übersee' }],
    ['name', { from: people(person('"=?utf-8?q?=C3=9C?="', '"a"', '"x"')) }, { from: [{ name: 'Ü', address: 'a@x' }] }],
    ['group', { to: people(person('NIL', '"=?utf-8?q?=C3=9C?="', 'NIL')) }, { to: [{ name: 'Ü', address: '' }] }],
  ])('has encoded words decoded: in a %s', async (_, given, expected) => {
    const both = await enveloped({ ...given, id: '"<m1@x>"' });
    expect(both).toMatchObject({ ...expected, messageId: '<m1@x>' });
  });

  it.each([
    ['"="', '='],
    ['"a=b?"', 'a=b?'],
    ['"\\"quoted\\""', '"quoted"'],
  ])('has a subject of other characters as it is: %s', async (subject, expected) => {
    expect(await enveloped({ subject })).toEqual({ ...NOTHING, subject: expected });
  });

  it.each([
    ['a host and no mailbox', person('NIL', 'NIL', '"x"'), [{ name: '', address: '@x' }]],
    ['the name of a group', person('NIL', '"Friends"', 'NIL'), [{ name: 'Friends', address: '' }]],
    ['a quoted name of a group', person('NIL', '"\\"My Friends\\""', 'NIL'), [{ name: 'My Friends', address: '' }]],
    ['a name alone', person('"Anna"', 'NIL', 'NIL'), [{ name: 'Anna', address: '' }]],
    ['a name beside that of a group', person('"Anna"', '"Friends"', 'NIL'), [{ name: 'Anna', address: '' }]],
    ['the end of a group', person('NIL', 'NIL', 'NIL'), []],
    ['a quoted name', person('"\\"Anna\\""', '"a"', '"x"'), [{ name: 'Anna', address: 'a@x' }]],
    ['NIL instead of an address', 'NIL', []],
    ['a word instead of an address', '"anna@x"', []],
  ])('has invalid addresses read as they are: %s', async (_, from, expected) => {
    expect(await enveloped({ from: people(from, ANNA) })).toEqual({
      ...NOTHING,
      from: [...expected, { name: 'Anna', address: 'anna@a.example' }],
    });
  });

  it('has a limited number of addresses, with and without encoded words', async () => {
    const many = (name: string) => people(...Array.from({ length: 130 }, (_, at) => person(name, `"a${at}"`, '"x"')));
    for (const name of ['"Anna"', '"=?utf-8?q?Anna?="']) {
      const from = (await enveloped({ from: many(name) }))?.from ?? [];
      expect(from).toHaveLength(100);
      expect(from.at(-1)).toEqual({ name: 'Anna', address: 'a99@x' });
    }
  });

  it('has texts of limited length, with and without encoded words', async () => {
    const long = 'x'.repeat(16_385);
    expect((await enveloped({ subject: `"${long}"` }))?.subject).toBe(long.slice(1));
    const encoded = {
      subject: '"=?utf-8?q?a?="',
      from: people(person(`"${long}"`, '"a"', '"x"')),
      id: `{${long.length}}\r\n`,
    };
    const { from, messageId, subject } = (await enveloped(encoded, long)) ?? {};
    expect([from?.[0]?.name, messageId, subject]).toEqual([long.slice(1), long.slice(1), 'a']);
    const whole = {
      ...encoded,
      id: `{${long.length - 1}}\r\n`,
      from: people(person(`"${long.slice(1)}"`, '"a"', '"x"')),
    };
    expect((await enveloped(whole, long.slice(1)))?.from?.[0]?.name).toBe(long.slice(1));
  });
});
