import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURE_CATEGORIES, FAILURE_CODES } from '../../../functions/domain/failure/catalogue.ts';
import { failuresPage, retryTable } from '../../../functions/domain/failure/document.ts';

test('docs/failures.md equals the catalogue; `npm run failures` writes it', () => {
  const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
  expect(page).toBe(failuresPage());
  for (const code of FAILURE_CODES) expect(page.split(`\`${code}\``)).toHaveLength(2);
});

test('docs/recovery.md has the retry table of the retry policy', () => {
  const page = readFileSync(new URL('../../../docs/recovery.md', import.meta.url), 'utf8');
  const table = retryTable();
  expect(page).toContain(`\n${table}\n`);
  for (const category of FAILURE_CATEGORIES) expect(table.split(`| ${category} |`)).toHaveLength(2);
  expect(table).toContain('| transient | 20 | up to 1 s | up to 1 h |');
  expect(table).toContain('| rate_limit | no limit | about 1 min | about 1 h |');
  expect(table).toContain('| server: `command_failed` | 3 | about 1 min | about 3 min |');
  expect(table).toContain('| internal: `secret_unavailable` | 20 | up to 1 s | up to 1 h |');
  expect(table).toContain('| authentication | 1 | not tried again | not tried again |');
});
