import { expect, test } from 'vitest';
import { rowsOf } from '../../bench/leases-rows.ts';

const update = (id: string, ...values: readonly string[]) => ({
  Key: { id: { S: id } },
  ExpressionAttributeValues: Object.fromEntries(values.map((name) => [name, {}])),
});

test.each([
  ['slots#pc_1', [':owner', ':until', ':now', ':most'], 'connection slot'],
  ['slots#pc_1', [':owner', ':used'], 'connection slot'],
  ['slots#pc_1', [':owner', ':until', ':now'], 'renewal'],
  ['slots#workers#acc_1', [':owner', ':until', ':now', ':most'], 'place of an account'],
  ['slots#workers#acc_1', [':owner'], 'place of an account'],
  ['slots#workers#acc_1', [':owner', ':until', ':now'], 'renewal'],
  ['lease#1', [':until', ':now', ':progress'], 'renewal'],
  ['usage#acc_1', [':until'], 'usage'],
  ['run#tsk_1', [':at'], 'runs of a task'],
  ['sweep#laps', [':at'], 'other'],
] as const)('a write of %s with %j is of the kind: %s', (id, values, kind) => {
  expect(rowsOf('TablesLeases', update(id, ...values))).toBe(kind);
});

test('a request without a key is of the kind: other', () => {
  expect(rowsOf('TablesLeases', { TransactItems: [] })).toBe('other');
});

test('rows of another table have no kind', () => {
  expect(rowsOf('TablesViews', update('slots#pc_1'))).toBeNull();
});
