/**
 * The pages of guarantees and of security name tests by their titles, in quotes: `describe › it`, or the title alone.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './code-blocks.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const sources = globSync('test/**/*.test.ts', { cwd: ROOT }).map(read);

/** Whether the file gives a test or a group of tests this title. */
function hasTitle(source: string, title: string): boolean {
  const words = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${words}\\1,\\s*(?:async\\s*)?[({]`).test(source);
}

/** Whether one file has all parts of it. */
const exists = (title: string): boolean => {
  const parts = title.split(' › ');
  return sources.some((source) => parts.every((part) => hasTitle(source, part)));
};

const PAGES = [
  { file: 'docs/guarantees.md', least: 40 },
  { file: 'docs/security.md', least: 40 },
];

describe.each(PAGES)('$file', ({ file, least }) => {
  const page = read(file);

  it('names tests that exist', () => {
    const titles = [...page.matchAll(/“([^”]+)”/g)].map(([, title = '']) => title);
    expect(titles.length).toBeGreaterThan(least);
    expect([...new Set(titles)].filter((title) => !exists(title))).toEqual([]);
  });

  it('names a test in each row of a table about tests', () => {
    const tables = page.split(/\n\n/).filter((block) => /^\| [^|]+ \| test \|/.test(block));
    const rows = tables.flatMap((table) => table.trim().split('\n').slice(2));
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((row) => !row.includes('“'))).toEqual([]);
  });

  it('names benches that exist', () => {
    const benches = [...page.matchAll(/npm run bench -- (\w+)/g)].map(([, name = '']) => name);
    const known = [...read('bench/main.ts').matchAll(/^ {2}(\w+): \['/gm)].map(([, name = '']) => name);
    expect(known).toContain('cost');
    expect(benches.filter((name) => !known.includes(name))).toEqual([]);
  });
});

it('the security page has a chapter for each of the ten risks', () => {
  const chapters = [...read('docs/security.md').matchAll(/^## API(\d+):/gm)].map(([, number]) => Number(number));
  expect(chapters).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('a quoted title that no test has is found', () => {
  expect(exists('the sweeper › releases a retry whose delayed message was lost')).toBe(true);
  expect(exists('the sweeper › promises what nobody tests')).toBe(false);
  expect(exists('a sweeper that nobody tests › releases a retry whose delayed message was lost')).toBe(false);
});
