import { describe, expect, it } from 'vitest';
import { duration } from '../../../console/dates/age.ts';
import { visibleParts, visibleText } from '../../../console/text/visible-characters.ts';

describe('server text', () => {
  it.each([
    ['\u202egpj.exe', '[U+202E]gpj.exe'],
    ['a\u0000b\u001b[31m', 'a[␀]b[␛][31m'],
    ['line\r\nnext\tcell', 'line[␍][↵]next[⇥]cell'],
    ['zero\u200bwidth\ufeff\u2066', 'zero[U+200B]width[U+FEFF][U+2066]'],
    ['half \ud800 pair', 'half [U+D800] pair'],
    ['a\u2028b', 'a[U+2028]b'],
    ['tag \u{e0041}', 'tag [U+E0041]'],
  ])('shows the characters of %j that act instead of being seen', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it.each(['', 'Größe', 'שלום', '👩‍👩‍👧 می‌خواهم', '<script>alert(1)</script>'])('shows %j as it is', (text) => {
    expect(visibleText(text)).toBe(text);
  });

  it('is complete in its parts', () => {
    expect(visibleParts('\u202ea\u202e')).toEqual([
      { kind: 'character', text: 'U+202E' },
      { kind: 'text', text: 'a' },
      { kind: 'character', text: 'U+202E' },
    ]);
  });
});

describe('a length of time', () => {
  it.each([
    [0, '0s'],
    [200, '0.2s'],
    [59_999, '59s'],
    [80 * 60_000, '1h 20m'],
    [2 * 86_400_000, '2d'],
    [5 * 86_400_000 + 3_600_000, '5d'],
    [-1, '0s'],
  ])('of %d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});
