import { expect, test } from 'vitest';
import { batchGetUnits, itemBytes, queryUnits, writeUnits } from '../../bench/capacity.ts';

const item = (bytes: number) => ({ id: 'x'.repeat(bytes - 2) });

test('an item has the bytes of its names and values', () => {
  expect(itemBytes({ id: 'ab', s: 'c' })).toBe(6);
  expect(itemBytes({ v: 12 })).toBe(3);
  expect(itemBytes({ b: { s: 'x' } })).toBe(7);
  expect(itemBytes(item(1000))).toBe(1000);
});

test('a query is rounded up once, a batch get item by item', () => {
  const items = Array.from({ length: 10 }, () => item(1000));
  expect(queryUnits(items, false)).toBe(1.5);
  expect(queryUnits(items, true)).toBe(3);
  expect(queryUnits([], false)).toBe(0.5);
  expect(batchGetUnits(items, 10, false)).toBe(5);
  expect(batchGetUnits(items, 12, true)).toBe(12);
});

test('a write is rounded up by the KB, and doubled in a transaction', () => {
  expect([1024, 1025].map((bytes) => writeUnits(item(bytes), false))).toEqual([1, 2]);
  expect(writeUnits(item(10), true)).toBe(2);
});
