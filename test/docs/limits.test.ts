import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MAX_CHANGES } from '../../functions/domain/limits/changes.ts';
import { limitsSchema, limitsText } from '../../functions/domain/limits/settings.ts';

const text = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');

it('docs/limits.md names each limit with its default, and no other', () => {
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]);
  expect(rows).toEqual(Object.entries(limitsSchema.parse({})));
});

it('docs/limits.md states how often one resource can be updated', () => {
  expect(text).toContain(`${MAX_CHANGES.toLocaleString('en-US')} times`);
});

it.each(['{"testsPerHour":0}', '{"testPerHour":5}', '{"credentials":"many"}', 'no JSON', '[]'])(
  'limits given as %s are refused',
  (given) => {
    expect(limitsText.safeParse(given).success).toBe(false);
  },
);
