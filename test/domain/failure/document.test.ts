import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURE_CODES } from '../../../functions/domain/failure/catalogue.ts';
import { failuresPage } from '../../../functions/domain/failure/document.ts';

test('docs/failures.md says what the catalogue says; `npm run failures` writes it', () => {
  const page = readFileSync(new URL('../../../docs/failures.md', import.meta.url), 'utf8');
  expect(page).toBe(failuresPage());
  for (const code of FAILURE_CODES) expect(page.split(`\`${code}\``)).toHaveLength(2);
});
