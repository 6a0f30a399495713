import { expect, test } from 'vitest';
import {
  allIn,
  billOf,
  budgetRows,
  gbSeconds,
  idleBill,
  merged,
  sumOf,
  type Units,
  type Usage,
  waitingLine,
} from '../../bench/bill.ts';

const units = (more: Partial<Units>): Units => ({
  operation: 'PutItem',
  table: 'Views',
  index: null,
  rows: null,
  requests: 1,
  reads: 0,
  writes: 0,
  ...more,
});
const NOTHING: Usage = {
  units: [],
  functions: [],
  gatewayRequests: 0,
  queueRequests: 0,
  kmsRequests: 0,
  logBytes: 0,
  logEvents: 0,
  accessLogBytes: 0,
};
const dollars = (usage: Partial<Usage>, name: string, count = 1): number | undefined =>
  billOf({ ...NOTHING, ...usage }, count).find((line) => line.name === name)?.dollars;

test('a line of the bill is the price of a million jobs: two write units per job cost $1.25', () => {
  expect(dollars({ units: [units({ writes: 20 })] }, 'PutItem Views', 10)).toBeCloseTo(1.25);
});

test('a read unit costs a fifth of a write unit, and each index has its own line', () => {
  const usage = { units: [units({ operation: 'Query', index: 'open', reads: 1 }), units({ writes: 1 })] };
  expect(dollars(usage, 'Query Views.open')).toBeCloseTo(0.125);
  expect(dollars(usage, 'PutItem Views')).toBeCloseTo(0.625);
});

test('requests to the gateway, the queues, fair queues, KMS and functions have their own prices', () => {
  const work = { name: 'Worker', memoryMb: 1024, invocations: 1, cpuSeconds: 0 };
  const usage = { gatewayRequests: 1, queueRequests: 3, kmsRequests: 1, functions: [work] };
  expect(dollars(usage, 'gateway')).toBeCloseTo(1);
  expect(dollars(usage, 'queues')).toBeCloseTo(1.2);
  expect(dollars(usage, 'fair queues')).toBeCloseTo(0.3);
  expect(dollars(usage, 'KMS')).toBeCloseTo(3);
  expect(dollars(usage, 'invocations')).toBeCloseTo(0.2);
});

test('a log line is billed by its bytes plus 26', () => {
  expect(dollars({ logBytes: 974, logEvents: 1 }, 'logs')).toBeCloseTo(0.5);
  expect(dollars({ accessLogBytes: 974, gatewayRequests: 1 }, 'access log')).toBeCloseTo(0.5);
});

test('less memory makes processor time longer in proportion, and does not change waiting time', () => {
  expect(gbSeconds(1769, 1, 0)).toBeCloseTo(1.7275, 3);
  expect(gbSeconds(512, 1, 0)).toBeCloseTo(1.7275, 3);
  expect(gbSeconds(3538, 1, 0)).toBeCloseTo(3.455, 3);
  expect(gbSeconds(512, 0, 1)).toBeCloseTo(0.5);
  expect(gbSeconds(0, 0, 0)).toBe(0);
});

test('shares of accounts and renewals that a deployment would not write are not in the sum', () => {
  const rows = [
    units({ rows: 'place of an account', writes: 2 }),
    units({ rows: 'renewal', writes: 4 }),
    units({ rows: 'connection slot', writes: 1 }),
  ];
  const sum = (seconds: number): number => sumOf(billOf({ ...NOTHING, units: rows }, 3, seconds), 'units');
  expect(sum(1.9)).toBeCloseTo(0.625 / 3);
  expect(sum(2)).toBeCloseTo((3 * 0.625) / 3);
  expect(sum(13)).toBeCloseTo((7 * 0.625) / 3);
});

test("reading an account's share is in the sum, however short the session is", () => {
  const read = units({ operation: 'GetItem', rows: 'place of an account', reads: 1 });
  expect(sumOf(billOf({ ...NOTHING, units: [read] }, 1, 0), 'units')).toBeCloseTo(0.125);
});

test('the time of AWS calls is part of the length of a session', () => {
  const place = units({ rows: 'place of an account', requests: 20, writes: 1 });
  expect(sumOf(billOf({ ...NOTHING, units: [place] }, 1, 1.89), 'units')).toBe(0);
  expect(sumOf(billOf({ ...NOTHING, units: [place] }, 1, 1.9), 'units')).toBeCloseTo(0.625);
});

test('waiting for mail servers is not part of the total', () => {
  const usage = { ...NOTHING, units: [units({ writes: 1, requests: 0 })], gatewayRequests: 1 };
  const lines = [...billOf(usage, 1), waitingLine(1024, 0.9, 1)];
  expect(sumOf(lines, 'waiting')).toBeCloseTo(12);
  expect(sumOf(lines, 'units')).toBeCloseTo(0.625);
  expect(allIn(lines)).toBeCloseTo(1.638);
});

test('units of the same operation, table and index are added up in one line', () => {
  const all = merged([units({ writes: 1 }), units({ writes: 2 }), units({ index: 'open', writes: 4 })]);
  expect(all).toEqual([units({ requests: 2, writes: 3 }), units({ index: 'open', writes: 4 })]);
});

test('a month without jobs costs a price per alarm, metric, dashboard, key, queue and scheduled run', () => {
  const usage = { ...NOTHING, units: [units({ operation: 'Query', requests: 0, reads: 8 })] };
  const lines = idleBill({
    scheduled: [{ usage, runs: 2, runsAMonth: 43_200 }],
    alarmMetrics: 34,
    customMetrics: 2,
    dashboards: 1,
    keys: 1,
    queues: 3,
  });
  expect(lines.map(({ dollars: value }) => Number(value.toFixed(3)))).toEqual([3.4, 0.6, 3, 1, 0.778, 0.022]);
});

test('a row of an exceeded budget names the most expensive lines first', () => {
  const lines = [
    { name: 'queues', dollars: 1 },
    { name: 'rows', dollars: 14 },
  ];
  expect(
    budgetRows([
      { name: 'a', goal: 14, measured: 15, lines },
      { name: 'b', goal: 14, measured: 14, lines },
    ]),
  ).toEqual(['| a | $14 | $15.00 | no: rows $14.00; queues $1.00 |', '| b | $14 | $14.00 | yes |']);
});
