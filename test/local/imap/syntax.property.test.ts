import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddresses } from '../../../local/imap/addresses.ts';
import { envelopeOf } from '../../../local/imap/envelope.ts';
import { decodeMailboxName, encodeMailboxName } from '../../../local/imap/mailbox-name.ts';
import { createCommandReader, type Piece } from '../../../local/imap/reader.ts';
import { Refusal } from '../../../local/imap/refusal.ts';
import { formatSet, membership, parseSet } from '../../../local/imap/sequence-set.ts';
import { tokenize } from '../../../local/imap/tokens.ts';
import { malformedMessages } from '../../fixtures/messages.ts';

test('every mailbox name is decoded from its modified UTF-7, which is printable ASCII', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const encoded = encodeMailboxName(name);
      expect(encoded).toMatch(/^[ -~]*$/);
      expect(decodeMailboxName(encoded)).toBe(name);
    }),
  );
});

test('the example names of RFC 3501, section 5.1.3 are encoded as given', () => {
  expect(encodeMailboxName('~peter/mail/台北/日本語')).toBe('~peter/mail/&U,BTFw-/&ZeVnLIqe-');
  expect(encodeMailboxName('Tom & Jerry')).toBe('Tom &- Jerry');
});

test('a formatted set contains exactly its numbers', () => {
  const numbers = fc
    .uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1 })
    .map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(numbers, (wanted) => {
      const contains = membership(parseSet(formatSet(wanted)), 200);
      expect(Array.from({ length: 200 }, (_, index) => index + 1).filter(contains)).toEqual(wanted);
    }),
  );
});

test('a star in a range means the largest number, on either side', () => {
  const within = (set: string): number[] => [1, 2, 3, 4, 5].filter(membership(parseSet(set), 5));
  expect(within('*')).toEqual([5]);
  expect(within('4:*')).toEqual([4, 5]);
  expect(within('*:4')).toEqual([4, 5]);
  expect(within('9:*')).toEqual([5]);
  expect(within('3:1,5')).toEqual([1, 2, 3, 5]);
});

test('commands are parsed equally however the bytes are split', () => {
  const stream = Buffer.from('a LOGIN {3+}\r\nann {0+}\r\n "x"\r\nb NOOP\nc APPEND INBOX {5+}\r\n\r\n{9}\r\n');
  const read = (chunks: readonly Buffer[]): (readonly Piece[])[] => {
    const reader = createCommandReader();
    const found: (readonly Piece[])[] = [];
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let next = reader.next(); next.kind === 'command'; next = reader.next()) found.push(next.pieces);
    }
    return found;
  };
  const whole = read([stream]);
  expect(whole).toHaveLength(3);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
      expect(read(at.slice(1).map((end, index) => stream.subarray(at[index], end)))).toEqual(whole);
    }),
  );
});

test('any text is parsed into tokens or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('(', ')', '"', '\\', '[', ']', ' ', 'a', '{', 'ä') }), (text) => {
      try {
        expect(Array.isArray(tokenize([{ kind: 'text', text }]))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});

test('addresses are parsed as in RFC 5322', () => {
  const read = (text: string) => parseAddresses(text).map(({ name, mailbox, host }) => [name, mailbox, host]);
  expect(read('ann@example.test')).toEqual([[null, 'ann', 'example.test']]);
  expect(read('"A, \\"B\\"" <a@x.test>, c@y.test (Carl, (the) third)')).toEqual([
    ['A, "B"', 'a', 'x.test'],
    [null, 'c', 'y.test'],
  ]);
  expect(read('Ann  van\r\n Dijk <@relay.test:ann@x.test>')).toEqual([['Ann van Dijk', 'ann', 'x.test']]);
  expect(read('team: a@x.test, b@x.test;')).toEqual([
    [null, 'team', null],
    [null, 'a', 'x.test'],
    [null, 'b', 'x.test'],
    [null, null, null],
  ]);
  expect(read('"x@y"@z.test')).toEqual([[null, 'x@y', 'z.test']]);
});

test('every malformed message has an envelope of ten balanced items', () => {
  for (const { name, raw } of malformedMessages()) {
    const envelope = envelopeOf(raw);
    expect(envelope, name).toMatch(/^\(.*\)$/s);
    expect(items(envelope), name).toBe(10);
  }
});

/** Counts the top-level items of a list, stepping over strings and literals. */
function items(list: string): number {
  let count = 0;
  let depth = 0;
  for (let at = 0; at < list.length; ) {
    const rest = list.slice(at, at + 20);
    const literal = /^\{(\d+)\}\r\n/.exec(rest);
    if (literal !== null) at += literal[0].length + Number(literal[1]);
    else if (list[at] === '"') at = endOfString(list, at);
    else if (list[at] === '(' || list[at] === ')') {
      depth += list[at] === '(' ? 1 : -1;
      at += 1;
      if (list[at - 1] === '(' && depth === 1) continue;
    } else if (list[at] === ' ') {
      at += 1;
      continue;
    } else at += 3;
    if (depth === 1) count += 1;
  }
  expect(depth).toBe(0);
  return count;
}

function endOfString(list: string, start: number): number {
  let at = start + 1;
  while (list[at] !== '"') at += list[at] === '\\' ? 2 : 1;
  return at + 1;
}
