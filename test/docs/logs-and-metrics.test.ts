import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS } from '../../functions/domain/metrics/catalogue.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const sources = (pattern: string): string =>
  globSync(pattern, { cwd: ROOT })
    .map((path) => read(path))
    .join('\n');

const page = read('docs/logs-and-metrics.md');
const rows = [...page.matchAll(/^\| `([^`]+)` \| (info|warn|error) \| [^|]+ \| ([^|]+) \|/gm)].map(
  ([, message = '', level = '', fields = '']) => ({
    message,
    level,
    fields: [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  }),
);

/** Each call of the logger: level, message and the source of its fields. */
const lines = [...sources('functions/**/*.ts').matchAll(/\blogger\.(\w+)\(\s*'([^']+)'(?:,([^;]*?))?\)(?:;|,$|\))/gm)];

it('the page of log lines lists each line that the code writes, with its level, and no other', () => {
  const written = new Set(lines.map(([, level, message]) => `${message} ${level}`));
  expect(written.size).toBeGreaterThan(20);
  expect(rows.map(({ message, level }) => `${message} ${level}`).toSorted()).toEqual([...written].toSorted());
});

it('the code writes log lines only with a literal message', () => {
  const all = sources('functions/**/*.ts').match(/\blogger\.(?:debug|info|warn|error|critical)\(/g) ?? [];
  expect(lines).toHaveLength(all.length);
  expect(sources('functions/**/*.ts')).not.toMatch(/\bconsole\.\w+\(/);
});

it('the page of log lines names each field that a line is written with', () => {
  const missing = lines.flatMap(([, , message, given = '']) => {
    const named = rows.find((row) => row.message === message)?.fields ?? [];
    const entries = given.replace(/^\s*\{|\}\s*$/g, '').split(',');
    const keys = entries.map((entry) => /^\s*(\w+)/.exec(entry)?.[1]).filter((key) => key !== undefined);
    const spread = given.includes('errorFields(') ? ['error_name', 'error_stack'] : [];
    return [...keys.filter((key) => /_|^[a-z]+$/.test(key)), ...spread]
      .filter((key) => key !== 'errorFields' && key !== 'result' && !named.includes(key))
      .map((key) => `${message}: ${key}`);
  });
  expect(missing).toEqual([]);
});

it('the page of metrics lists each metric of this service, and no other', () => {
  const filtered = sources('lib/constructs/own-metrics.ts').matchAll(/this\.filter\(\s*[^,]+,\s*'(\w+)'/g);
  const made = new Set([...[...filtered].map(([, name]) => name), ...Object.keys(METRICS)]);
  expect(made.size).toBeGreaterThan(5);
  const own = [...page.matchAll(/^\| `(\w+)` \| [^|]+ \| [^|]+ \|$/gm)].map(([, name]) => name);
  expect(own.toSorted()).toEqual([...made].toSorted());
});
