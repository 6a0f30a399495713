import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawRow } from '../../../functions/adapters/imap/fetch-row.ts';
import { fieldsOf, isMessage, isWhole, toMessageRow } from '../../../functions/adapters/imap/message-row.ts';
import { connect, imapServer, lines, replying, settingsFor } from './world.ts';

const rowOf = (row: RawRow) => toMessageRow(7, fieldsOf(row));

describe('the row of a message', () => {
  it('has null for omitted fields', () => {
    expect(rowOf({})).toEqual({
      uid: 7,
      modseq: null,
      flags: [],
      size: null,
      internalDate: null,
      messageId: null,
      providerMessageId: null,
      providerThreadId: null,
      subject: null,
      date: null,
      from: [],
      to: [],
      cc: [],
    });
  });

  it('has no date if the server sent an invalid one', () => {
    const dates = [
      'Thu, 99 Foo 2026',
      new Date(Number.NaN),
      new Date(8.64e15),
      new Date('-000001-01-01T00:00:00Z'),
      undefined,
    ];
    for (const date of dates) {
      const row = rowOf({ internalDate: new Date(date ?? ''), envelope: { date } });
      expect(row).toMatchObject({ date: null, internalDate: null });
    }
  });

  it('has dates of the years 1 to 9999', () => {
    for (const date of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])
      expect(rowOf({ internalDate: new Date(date) }).internalDate).toBe(date);
    expect(rowOf({ internalDate: new Date('0000-12-31T23:59:59.999Z') }).internalDate).toBeNull();
  });

  it('has no text if a server sends another type', () => {
    expect(rowOf({ envelope: { date: 'soon', subject: '' } })).toMatchObject({ date: null, subject: null, from: [] });
    expect(rowOf({ emailId: ' ', threadId: '\t' })).toMatchObject({ providerMessageId: null, providerThreadId: null });
  });

  it("has the provider's ids as a line reports them, and keeps those of another line", () => {
    expect(rowOf({ emailId: ' M1 ', threadId: 'T1' })).toMatchObject({
      providerMessageId: 'M1',
      providerThreadId: 'T1',
    });
    expect(Object.keys(fieldsOf({ size: 1 }))).toEqual(['size']);
    expect(Object.keys(fieldsOf({ emailId: 'M1' }))).toEqual(['providerMessageId']);
    expect(Object.keys(fieldsOf({ threadId: 'T1' }))).toEqual(['providerThreadId']);
  });

  it.each([
    ['spaces around it', ' a b ', 'a b'],
    ['a line break in it', 'a\r\n\tb', 'a b'],
    ['control characters around it', '\u0000ä\u2028', 'ä'],
    ['only control characters', '\u0000\u2029 ', null],
    ['other letters', 'Übersee', 'Übersee'],
    ['surrogate pairs', 'a😀b😀', 'a😀b😀'],
    ['a lone surrogate at its end', 'ä\ud83d', 'ä'],
    ['a lone surrogate in the middle', 'a\ud83db', 'a\ufffdb'],
    ['the maximum length', 'x'.repeat(998), 'x'.repeat(998)],
    ['one character above the maximum', 'x'.repeat(999), 'x'.repeat(998)],
    ['the maximum length after spaces', `  ${'ä'.repeat(998)}`, 'ä'.repeat(998)],
    ['many spaces', `${' '.repeat(2_000)}x`, null],
  ])('has one clean line of text: with %s', (_, subject, expected) => {
    expect(rowOf({ envelope: { subject } }).subject).toBe(expected);
  });

  it('keeps flags up to 128 characters unchanged, and drops those that cleaning would change', () => {
    const flags = ['x'.repeat(128), 'x'.repeat(129), ' a', 'b ', 'ä'];
    expect(rowOf({ flags }).flags).toEqual(['x'.repeat(128), 'ä']);
  });

  it('cuts long texts, and never within a character', () => {
    const long = `${'x'.repeat(997)}😀${'y'.repeat(1e6)}`;
    const address = { name: long, address: `${'a'.repeat(1e5)}@example.org` };
    const clean = rowOf({ envelope: { subject: long, messageId: long, from: Array(5000).fill(address) } });
    expect(clean.subject).toBe('x'.repeat(997));
    expect(clean.messageId).toHaveLength(997);
    expect(clean.from).toHaveLength(100);
    expect(clean.from[0]?.name).toHaveLength(256);
    expect(clean.from[0]?.address).toHaveLength(320);
  });

  it('omits invalid flags, and those above a hundred', () => {
    const flags = ['\\Seen', 'x'.repeat(129), 'a\u0007b', ...Array.from({ length: 200 }, (_, index) => `k${index}`)];
    const clean = rowOf({ flags }).flags;
    expect(clean.slice(0, 3)).toEqual(['\\Seen', 'k0', 'k1']);
    expect(clean).toHaveLength(100);
  });

  it('has well-formed single lines, whatever a message contains', () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constant('\ud800'), fc.constant('\udc00')),
    });
    fc.assert(
      fc.property(text, text, text, (subject, name, messageId) => {
        const clean = rowOf({ emailId: name, envelope: { subject, messageId, to: [{ name, address: subject }] } });
        const texts = [
          clean.subject,
          clean.messageId,
          clean.providerMessageId,
          clean.to[0]?.name,
          clean.to[0]?.address,
        ];
        for (const one of texts) {
          if (typeof one !== 'string') continue;
          expect(one.isWellFormed()).toBe(true);
          expect(one).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          expect(one).toBe(one.trim());
          expect(one).not.toBe('');
        }
      }),
    );
  });

  it('is a message when it has more than flags, and complete when it has all requested fields', () => {
    expect(isMessage(fieldsOf({ flags: [], modseq: '5' }))).toBe(false);
    expect(isMessage(fieldsOf({ size: 0 }))).toBe(true);
    expect(isMessage(fieldsOf({ internalDate: null }))).toBe(true);
    expect(isMessage(fieldsOf({ envelope: {} }))).toBe(true);
    const all: RawRow = { flags: [], size: null, internalDate: null, envelope: {} };
    expect(isWhole(fieldsOf(all))).toBe(true);
    for (const key of ['flags', 'size', 'internalDate', 'envelope'] as const) {
      const { [key]: _, ...rest } = all;
      expect(isWhole(fieldsOf(rest))).toBe(false);
    }
  });

  it('accepts envelopes of NIL, bad dates, encoded words and raw bytes over a real connection', async () => {
    const server = await imapServer({
      script: replying({
        'UID FETCH': lines(
          '* 1 FETCH (UID 1 RFC822.SIZE 5 ENVELOPE NIL INTERNALDATE "yesterday")',
          '* 2 FETCH (UID 2 RFC822.SIZE 5 ENVELOPE ("soon" "=?utf-8?Q?=0D=0AGr=C3=BC=C3=9Fe=00?=" ((NIL NIL "a" NIL)) NIL NIL ((NIL NIL "b" "example.org")) NIL NIL NIL "<1@x>"))',
          '* 3 FETCH (UID 3 RFC822.SIZE 5 ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))',
          '{tag} OK',
        ),
      }),
    });
    const session = await connect(settingsFor(server));
    await session.select('INBOX');
    const rows = await session.fetchMessages('1:3');
    expect(rows).toMatchObject([
      { uid: 1, subject: null, internalDate: null, from: [] },
      {
        uid: 2,
        subject: 'Grüße',
        date: null,
        messageId: '<1@x>',
        from: [{ name: 'a', address: null }],
        to: [{ name: null, address: 'b@example.org' }],
      },
      { uid: 3, subject: null, messageId: null },
    ]);
  });
});
