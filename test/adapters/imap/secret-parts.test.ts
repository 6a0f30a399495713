import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetsOf } from '../../../functions/adapters/imap/decodings.ts';
import { needlesOf, occurrences } from '../../../functions/adapters/imap/secret-parts.ts';

/** The parts of the secret that are found in a text, in UTF-8. */
function found(text: string, secret: string, inParts = true): readonly string[] {
  const octets = octetsOf(text);
  const parts = needlesOf(secret, inParts).flatMap((needle) => occurrences(octets, needle));
  return [...new Set(parts.map(([start, end]) => octets.slice(start, end)))].sort();
}
const SECRET = 'Tr0ub4dor-and-3';

describe('a secret among other octets', () => {
  it('is found completely, anywhere and any number of times', () => {
    for (const text of [SECRET, `${SECRET} no`, `no ${SECRET}`, `(${SECRET}${SECRET})`, SECRET.toUpperCase()])
      expect(found(text, SECRET)).toContain(SECRET.toLowerCase());
    const [needle] = needlesOf('abcd', false);
    expect(needle === undefined ? [] : occurrences('abcdxabcdabcd', needle).filter(([at]) => at === 5)).toContainEqual([
      5, 9,
    ]);
  });

  it.each([
    ['its first six', 'x tr0ub4 y', ['tr0ub4']],
    ['its last six', 'x -and-3 y', ['-and-3']],
    ['its first seven', 'tr0ub4d', ['tr0ub4d']],
    ['eight from its middle', 'x 0ub4dor- y', ['0ub4dor-']],
    ['five of its beginning', 'x tr0ub y', []],
    ['five of its end', 'x and-3 y', []],
    ['seven from its middle', 'x 0ub4dor y', []],
    ['its first octets after a part of them', 'tr0utr0ub4', ['tr0ub4']],
  ])('is found by %s octets, or is not', (_, text, parts) => {
    expect(found(text, SECRET)).toEqual(parts);
  });

  it.each([
    ['abcd', 'abcd', ['abcd']],
    ['abcd', 'abc', []],
    ['abcdef', 'abcd', ['abcd']],
    ['abcdef', 'cdef', ['cdef']],
    ['abcdef', 'abc', []],
    ['abcdefgh', 'abcde', ['abcde']],
    ['abcdefgh', 'abcd', []],
    ['abcdefghijkl', 'abcdef', ['abcdef']],
    ['abcdefghijkl', 'abcde', []],
    ['abc', 'abc', ['abc']],
  ])('with few octets is found by more than half of it: %s in %s', (secret, text, parts) => {
    expect(found(`-${text}-`, secret)).toEqual(parts);
  });

  it('that is a name is found only completely', () => {
    expect(found(`x ${SECRET} y`, SECRET, false)).toEqual([SECRET.toLowerCase()]);
    for (const part of [SECRET.slice(1), SECRET.slice(0, -1), SECRET.slice(2, 12)])
      expect(found(`x ${part} y`, SECRET, false)).toEqual([]);
  });

  it('that repeats itself is found at each place, even if they overlap', () => {
    const letters = (most: number) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: most });
    fc.assert(
      fc.property(letters(7), letters(40), (secret, text) => {
        const [needle] = needlesOf(secret, false);
        const places = Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(secret, at));
        const seen = needle === undefined ? [] : occurrences(text, needle);
        const starts = [...new Set(seen.map(([start]) => start))].sort((one, other) => one - other);
        expect(starts).toEqual(places);
        for (const [start, end] of seen) expect(end - start).toBe(secret.length);
      }),
      { numRuns: 500 },
    );
    // A search without backtracking finds it neither from its start nor from its end.
    expect(found('aaabcbbb', 'aabcbb', false)).toEqual(['aabcbb']);
    expect(found('aabaabaacddcddcdd', 'aabaacddcdd', false)).toEqual(['aabaacddcdd']);
  });

  it.each([
    ['UTF-8', 'utf8'],
    ['ISO 8859-1', 'latin1'],
    ['UTF-16', 'utf16le'],
  ] as const)('is found in %s', (_, encoding) => {
    const octets = Buffer.from('Grüße-an-alle', encoding).toString('latin1');
    const lower = octets.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const places = needlesOf('Grüße-an-alle', true).flatMap((needle) => occurrences(`xx${lower}xx`, needle));
    expect(places).toContainEqual([2, 2 + lower.length]);
  });

  it('is found in UTF-16 of the other byte order, and its parts by the same number of characters', () => {
    const octets = Buffer.from('tr0ub4', 'utf16le').swap16().toString('latin1');
    const find = (text: string) => needlesOf(SECRET, true).flatMap((needle) => occurrences(text, needle));
    expect(find(`xx${octets}xx`)).toContainEqual([2, 14]);
    expect(find(`xx${octets.slice(0, 10)}xx`)).toEqual([]);
    const short = Buffer.from('abcd', 'utf16le').toString('latin1');
    expect(needlesOf('abcd', true).flatMap((needle) => occurrences(`xx${short}xx`, needle))).toContainEqual([2, 10]);
  });

  it('is not searched in ISO 8859-1 if its letters do not exist there', () => {
    for (const secret of ['Grüße', 'abcÿ']) expect(needlesOf(secret, true)).toHaveLength(4);
    expect(needlesOf('żółw', true)).toHaveLength(3);
    expect(needlesOf('plain', true)).toHaveLength(3);
  });

  it('is not found in a part that is too short', () => {
    expect([found('', SECRET), found('tr0u', SECRET)]).toEqual([[], []]);
  });
});
