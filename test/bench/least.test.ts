import { expect, test } from 'vitest';
import { allIn, type Line } from '../../bench/bill.ts';
import { leastOf } from '../../bench/least.ts';

test('the lowest possible bill is $9.73: 12 write units, 7 read units, and the requests that jobs cannot share', () => {
  expect(allIn(leastOf([]))).toBeCloseTo(12 * 0.625 + 7 * 0.125 + 1 + 0.15 + 0.2 + 0, 5);
});

test('the lowest possible bill contains the measured logs and function time, and no other measured line', () => {
  const measured: readonly Line[] = [
    { name: 'KMS', kind: 'requests', dollars: 3, detail: '' },
    { name: 'processor time', kind: 'functions', dollars: 2, detail: '' },
    { name: 'logs', kind: 'requests', dollars: 0.5, detail: '' },
  ];
  expect(allIn(leastOf(measured)) - allIn(leastOf([]))).toBeCloseTo(2.5);
});
