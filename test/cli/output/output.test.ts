import { describe, expect, it } from 'vitest';
import { age, span } from '../../../cli/output/ages.ts';
import { tableLines } from '../../../cli/output/table.ts';
import { cut, jsonText, printable, widthOf, wrapped } from '../../../cli/output/text.ts';

type Row = { readonly id: string; readonly text: string | null };
const COLUMNS = [
  { title: 'ID', value: ({ id }: Row) => id },
  { title: 'TEXT', value: ({ text }: Row) => text, least: 5 },
];
const ID = 'job_01jd0000000000000000000000';

describe('a table', () => {
  it('shortens some columns so that lines fit the terminal, and never shortens ids', () => {
    const lines = tableLines([{ id: ID, text: 'word '.repeat(40) }], COLUMNS, 60);
    expect(Math.max(...lines.map(widthOf))).toBe(60);
    expect(lines[1]).toContain(ID);
    expect(lines[1]).toMatch(/…$/);
  });

  it('cuts nothing when there is no terminal', () => {
    const text = 'word '.repeat(40).trim();
    expect(tableLines([{ id: ID, text }], COLUMNS, null)[1]).toBe(`${ID}  ${text}`);
  });

  it('can have more rows than the maximum number of arguments of a function', () => {
    const lines = tableLines(
      Array.from({ length: 150_000 }, () => ({ id: 'a', text: 'b' })),
      COLUMNS,
      80,
    );
    expect(lines).toHaveLength(150_001);
  });

  it('shows a missing value as a dash', () => {
    expect(tableLines([{ id: 'a', text: null }], COLUMNS, 80)).toEqual(['ID  TEXT', 'a   –']);
  });

  it('aligns columns after wide letters', () => {
    const lines = tableLines(
      [
        { id: '日本', text: 'x' },
        { id: 'abcd', text: 'y' },
      ],
      COLUMNS,
      80,
    );
    expect(lines.slice(1)).toEqual(['日本  x', 'abcd  y']);
  });
});

describe('text from outside', () => {
  it('cannot move the cursor, change colours or change the direction of writing', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009bd\u202ee')).toBe('a [2Jb  c d e');
  });

  it('is cut by columns, not by letters', () => {
    expect(cut('日本語', 5)).toBe('日本…');
    expect(widthOf('日本…')).toBe(5);
  });

  it('is wrapped at spaces, and within words that are wider than the line', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapped('an abcdefghijk end', 5)).toEqual(['an', 'abcde', 'fghij', 'k end']);
    expect(wrapped('日本語', 3)).toEqual(['日', '本', '語']);
    expect(wrapped('日', 1)).toEqual(['日']);
  });

  it('has its width in the terminal: emoji with modifiers, flags and accents are one letter each', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    for (const wide of ['\u{1f600}', '\u{1f44d}\u{1f3fd}', family, '\u{1f1e9}\u{1f1ea}', '\u2764\ufe0f', '\u26a1'])
      expect(widthOf(wide), JSON.stringify(wide)).toBe(2);
    for (const narrow of ['a', 'e\u0301', '\u2764', '1']) expect(widthOf(narrow), JSON.stringify(narrow)).toBe(1);
    expect(widthOf('\u200b\u0301')).toBe(0);
    expect(cut(`${family}${family}${family}`, 5)).toBe(`${family}${family}…`);
  });

  it('in JSON is escaped, and its value stays the same', () => {
    const text = 'a\u009b31m\u202eb\u001bc\nd';
    const written = jsonText({ text }, 2);
    expect(written).toContain('\\u009b31m\\u202eb');
    expect(printable(written.replaceAll('\n', ''))).toBe(written.replaceAll('\n', ''));
    expect(JSON.parse(written)).toEqual({ text });
  });
});

describe('ages', () => {
  it('are in the largest unit', () => {
    expect([500, 59_000, 60_000, 7_300_000, 172_800_000].map(span)).toEqual(['1s', '59s', '1m', '2h', '2d']);
  });

  it('of a future time begin with `in`', () => {
    const now = Date.parse('2026-11-29T08:00:00Z');
    expect(age('2026-11-29T10:00:00Z', now)).toBe('in 2h');
    expect(age(null, now)).toBe(null);
  });
});
