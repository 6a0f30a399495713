import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  absolutePeriod,
  absoluteTime,
  age,
  ageTime,
  inPeriod,
  inRange,
  listOf,
  mentions,
  moment,
  oneOrMore,
  period,
  range,
  within,
  words,
} from '../../../functions/domain/search/values.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');

describe('a list of values', () => {
  it('has 1 to 50 values', () => {
    const taken = (count: number) => listOf(z.int()).safeParse(Array(count).fill(1)).success;
    expect([0, 1, 50, 51].map(taken)).toEqual([false, true, true, false]);
  });

  it('may be one value, which becomes a list, or be omitted', () => {
    const schema = oneOrMore(z.string());
    expect([schema.parse('a'), schema.parse(['a', 'b']), schema.parse(undefined)]).toEqual([
      ['a'],
      ['a', 'b'],
      undefined,
    ]);
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-31T12:00:00Z', true],
    ['-24h', true],
    ['+30m', true],
    ['24h', false],
    ['-24y', false],
    ['-1234567s', false],
    ['x-24h', false],
    ['-24hx', false],
    ['2026-01-31', false],
  ])('%j is valid: %s', (text, valid) => {
    expect(moment.safeParse(text).success).toBe(valid);
  });

  it.each([
    ['-24h', true],
    ['30d', true],
    ['+30d', false],
    ['30', false],
    ['x30d', false],
    ['30dx', false],
    ['1234567s', false],
    ['2026-01-31T12:00:00Z', true],
  ])('%j is an age: %s', (text, valid) => {
    expect(age.safeParse(text).success).toBe(valid);
  });

  it('is refused with an example of the right format', () => {
    expect(moment.safeParse('then').error?.issues[0]?.message).toContain('-24h');
    expect(age.safeParse('then').error?.issues[0]?.message).toContain('30d');
  });

  it('relative to now is counted from now', () => {
    expect(absoluteTime('-1h', NOW)).toBe('2026-11-28T11:00:00.000Z');
    expect(absoluteTime('+2d', NOW)).toBe('2026-11-30T12:00:00.000Z');
    expect(absoluteTime('2026-01-31T12:00:00Z', NOW)).toBe('2026-01-31T12:00:00.000Z');
    expect(ageTime('12d', NOW)).toBe('2026-11-16T12:00:00.000Z');
    expect([ageTime('1h', NOW), ageTime('-1h', NOW)]).toEqual(Array(2).fill('2026-11-28T11:00:00.000Z'));
    expect(ageTime('2026-01-31T12:00:00Z', NOW)).toBe('2026-01-31T12:00:00.000Z');
  });

  it('outside the years 0 to 9999 is limited to them', () => {
    expect(absoluteTime('+999999w', NOW)).toBe('9999-12-31T23:59:59.999Z');
    expect(absoluteTime('-999999w', NOW)).toBe('0000-01-01T00:00:00.000Z');
  });

  it('of a period may be open on either side', () => {
    expect(absolutePeriod({ gte: '-1h' }, NOW)).toStrictEqual({ gte: '2026-11-28T11:00:00.000Z' });
    expect(absolutePeriod({ lt: '-1h' }, NOW)).toStrictEqual({ lt: '2026-11-28T11:00:00.000Z' });
  });
});

describe('a range', () => {
  it('needs at least one bound, and accepts no other fields', () => {
    for (const schema of [range, period]) {
      expect(schema.safeParse({}).error?.issues[0]?.message).toBe('must have a bound');
      expect(schema.safeParse({ gte: undefined }).success).toBe(false);
      expect(schema.safeParse({ gt: 1 }).success).toBe(false);
    }
    expect(range.safeParse({ lte: 1 }).success).toBe(true);
    expect(range.safeParse({ lte: 1.5 }).success).toBe(false);
    expect(period.safeParse({ lt: '-1h' }).success).toBe(true);
    expect(period.safeParse({ lt: 'then' }).success).toBe(false);
  });

  it('of numbers includes both its bounds', () => {
    const inside = (of: Parameters<typeof inRange>[0]) => [1, 2, 3, 4].filter((value) => inRange(of, value));
    expect(inside({ gte: 2, lte: 3 })).toEqual([2, 3]);
    expect(inside({ gte: 3 })).toEqual([3, 4]);
    expect(inside({ lte: 2 })).toEqual([1, 2]);
    expect(inside(undefined)).toEqual([1, 2, 3, 4]);
  });

  it('of times includes its start and not its end, in whatever precision a time is written', () => {
    const gte = '2026-11-28T11:00:00.000Z';
    const lt = '2026-11-28T12:00:00.000Z';
    expect(inPeriod({ gte, lt }, '2026-11-28T11:00:00Z')).toBe(true);
    expect(inPeriod({ gte, lt }, '2026-11-28T10:59:59.999Z')).toBe(false);
    expect(inPeriod({ gte, lt }, '2026-11-28T11:59:59.999Z')).toBe(true);
    expect(inPeriod({ gte, lt }, '2026-11-28T12:00:00Z')).toBe(false);
    expect([inPeriod({ gte }, lt), inPeriod({ lt }, gte)]).toEqual([true, true]);
    expect([inPeriod({ gte }, null), inPeriod(undefined, null), inPeriod(undefined, gte)]).toEqual([false, true, true]);
  });
});

it('a filter accepts the values in its list, and every value without a list', () => {
  expect([within(['a', 'b'], 'b'), within(['a'], 'b'), within(['a'], null)]).toEqual([true, false, false]);
  expect([within(undefined, 'b'), within(undefined, null)]).toEqual([true, true]);
});

describe('a search for words', () => {
  it('finds texts with all of its words, in any part and any case', () => {
    expect(mentions(['Front Desk', null, 'imap'], '  desk   IMAP ')).toBe(true);
    expect(mentions(['Front Desk', null, 'imap'], 'desk pop')).toBe(false);
    expect(mentions(['ab', 'cd'], 'bc'), 'across two parts').toBe(false);
    expect(mentions([null], 'null')).toBe(false);
  });

  it('accepts up to 200 characters, if not all are blank', () => {
    expect([words.safeParse('x'.repeat(200)).success, words.safeParse('x'.repeat(201)).success]).toEqual([true, false]);
    expect([words.safeParse(' ').success, words.safeParse(' x ').success]).toEqual([false, true]);
  });
});
