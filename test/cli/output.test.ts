import { describe, expect, it } from 'vitest';
import { age, span } from '../../cli/output/ages.ts';
import { tableLines } from '../../cli/output/table.ts';
import { cut, printable, widthOf, wrapped } from '../../cli/output/text.ts';

type Row = { readonly id: string; readonly text: string | null };
const COLUMNS = [
  { title: 'ID', value: ({ id }: Row) => id },
  { title: 'TEXT', value: ({ text }: Row) => text, least: 5 },
];
const ID = 'job_01jd0000000000000000000000';

describe('a table', () => {
  it('cuts the columns that may be cut, so that lines fit the terminal, and keeps ids whole', () => {
    const lines = tableLines([{ id: ID, text: 'word '.repeat(40) }], COLUMNS, 60);
    expect(Math.max(...lines.map(widthOf))).toBe(60);
    expect(lines[1]).toContain(ID);
    expect(lines[1]).toMatch(/…$/);
  });

  it('cuts nothing when there is no terminal', () => {
    const text = 'word '.repeat(40).trim();
    expect(tableLines([{ id: ID, text }], COLUMNS, null)[1]).toBe(`${ID}  ${text}`);
  });

  it('shows what is missing as a dash', () => {
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
  it('can neither move the cursor, nor colour the terminal, nor turn the direction of writing', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009bd\u202ee')).toBe('a [2Jb  c d e');
  });

  it('is cut by columns, not by letters', () => {
    expect(cut('日本語', 5)).toBe('日本…');
    expect(widthOf('日本…')).toBe(5);
  });

  it('is wrapped at blanks', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
  });
});

describe('ages', () => {
  it('are in the largest unit', () => {
    expect([500, 59_000, 60_000, 7_300_000, 172_800_000].map(span)).toEqual(['1s', '59s', '1m', '2h', '2d']);
  });

  it('of a time to come say so', () => {
    const now = Date.parse('2026-11-29T08:00:00Z');
    expect(age('2026-11-29T10:00:00Z', now)).toBe('in 2h');
    expect(age(null, now)).toBe(null);
  });
});
