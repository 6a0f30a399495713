import { expect, test } from 'vitest';
import { withSection } from '../../bench/figures-page.ts';

const PAGE = '# Figures\n\nWhat was measured.\n\n## Cost\n\nold\n\n### A detail\n\nold\n\n## Sync\n\nkept\n';

test('a section is replaced where it stands, with its subsections, and the others stay', () => {
  expect(withSection(PAGE, 'Cost', ['', 'new'])).toBe(
    '# Figures\n\nWhat was measured.\n\n## Cost\n\nnew\n\n## Sync\n\nkept\n',
  );
});

test('a new section comes last', () => {
  expect(withSection(PAGE, 'Bulk', ['', 'new'])).toBe(`${PAGE}\n## Bulk\n\nnew\n`);
});

test('a section whose title begins like another one is not taken for it', () => {
  expect(withSection('# Figures\n\n## Costs\n\nkept\n', 'Cost', ['', 'new'])).toContain('## Costs\n\nkept');
});
