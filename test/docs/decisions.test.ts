import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../docs/decisions/', import.meta.url);
const index = readFileSync(new URL('README.md', FOLDER), 'utf8');
const records = readdirSync(FOLDER).filter((name) => name !== 'README.md');
const numberOf = (name: string): number => Number(name.slice(0, 4));

it('the index of decisions lists each record once, in order, with date, status and context', () => {
  const rows = [
    ...index.matchAll(
      /^\| \[(\d+)\]\(([^)]+)\) \| [^|]+ \| \d{4}-\d\d-\d\d \| (?:in force|replaced by \d+) \| [^|]+ \|$/gm,
    ),
  ].map(([, number, file]) => [Number(number), file]);
  expect(rows).toEqual(records.toSorted().map((name) => [numberOf(name), name]));
});

it('no two decision records have the same number', () => {
  expect(new Set(records.map(numberOf)).size).toBe(records.length);
});

it('each decision record begins with its number', () => {
  const wrong = records.filter((name) => {
    const [heading] = readFileSync(new URL(name, FOLDER), 'utf8').split('\n');
    return !heading?.startsWith(`# ${numberOf(name)}. `);
  });
  expect(wrong).toEqual([]);
});
