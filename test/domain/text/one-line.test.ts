import { describe, expect, it } from 'vitest';
import { oneLine, oneLineNotBlank } from '../../../functions/domain/text/one-line.ts';

const BAD: [string, string][] = [
  ['a null character', 'a\u0000b'],
  ['a line feed', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['a tab', 'a\tb'],
  ['an escape, which colours a terminal', 'a\u001b[31mb'],
  ['DEL', 'a\u007fb'],
  ['a control character beyond ASCII', 'a\u0085b'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['an override of the direction', 'a\u202eb'],
  ['an isolate of the direction', 'a\u2066b'],
];

describe('a line of text', () => {
  it.each(BAD)('contains no %s', (_, text) => {
    for (const schema of [oneLine(500), oneLineNotBlank(500)]) expect(schema.safeParse(text).success).toBe(false);
  });

  it.each(['', ' ', 'why', 'José’s 李 “quote” – مرحبا', '👩‍👩‍👧', 'می‌خواهم'])('may be %j', (text) => {
    expect(oneLine(500).parse(text)).toBe(text);
    expect(oneLineNotBlank(500).safeParse(text).success).toBe(text.trim() !== '');
  });

  it('has at most its maximum length', () => {
    expect(oneLine(3).safeParse('abcd').success).toBe(false);
    expect(oneLineNotBlank(3).safeParse('abcd').success).toBe(false);
  });
});
