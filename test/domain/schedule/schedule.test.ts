import { Cron } from 'croner';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { latestDue, nextDue, scheduleSchema, upcoming } from '../../../functions/domain/schedule/schedule.ts';
import type { Schedule } from '../../../functions/domain/schedule/shape.ts';

const T0 = Date.parse('2026-01-01T00:00:00Z');
const YEAR = 365 * 86_400_000;
const schedules = fc.constantFrom<Schedule>(
  { every: '1m' },
  { every: '7m' },
  { every: '30d' },
  { cron: '30 2 * * *', time_zone: 'Europe/Berlin' },
  { cron: '*/15 1-3 * * *', time_zone: 'America/New_York' },
  { cron: '0 0 * * *', time_zone: 'America/Sao_Paulo' },
  { cron: '15 2 * * 0', time_zone: 'Australia/Lord_Howe' },
  { cron: '0 9 * * 1-5', time_zone: 'Asia/Kolkata' },
  { cron: '0 0 29 2 *', time_zone: 'UTC' },
  { cron: '* * * * *', time_zone: 'America/New_York' },
  { cron: '* 9-17 * * 1-5', time_zone: 'Europe/Berlin' },
  { cron: '*/2 0-3 * 3,10,11 *', time_zone: 'Europe/Berlin' },
  { cron: '59 23 31 12 *', time_zone: 'Australia/Lord_Howe' },
);
const task = fc.string({ minLength: 1, maxLength: 30 });
const instant = fc.integer({ min: T0, max: T0 + 2 * YEAR });

const DST_STARTS = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
] as const;

afterEach(() => vi.restoreAllMocks());

/** The number of occurrences that `work` requests from the calendar. */
function lookups(work: () => void): number {
  vi.restoreAllMocks();
  const spies = [vi.spyOn(Cron.prototype, 'nextRun'), vi.spyOn(Cron.prototype, 'previousRuns')];
  work();
  return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}

describe('due times', () => {
  it('are found in a few steps, however frequent or rare they are', () => {
    const monday = Date.parse('2026-03-02T09:00:30Z');
    for (const cron of ['* * * * *', '* * * * 1-5', '* 9-17 * * 1-5', '0 9 * * 1-5', '0 0 29 2 *']) {
      const schedule: Schedule = { cron, time_zone: 'UTC' };
      expect(lookups(() => latestDue(schedule, 'tsk_x', monday - 400 * 86_400_000, monday))).toBeLessThan(10);
      expect(lookups(() => nextDue(schedule, 'tsk_x', monday))).toBeLessThan(10);
      expect(lookups(() => upcoming(schedule, 'tsk_x', monday, 5))).toBeLessThanOrEqual(25);
    }
  });

  it.each(DST_STARTS)('are the same forwards and backwards where the clocks change in %s at %s', (zone, at) => {
    const from = Date.parse(at) - 12 * 3_600_000;
    const to = from + 24 * 3_600_000;
    for (const cron of ['*/10 * * * *', '30 2 * * *', '*/15 1-3 * * *', '* 2 * * *']) {
      const schedule: Schedule = { cron, time_zone: zone };
      let last: number | null = null;
      for (
        let due = nextDue(schedule, 'tsk_x', from);
        due !== null && due < to;
        due = nextDue(schedule, 'tsk_x', due)
      ) {
        expect(latestDue(schedule, 'tsk_x', from, due)).toBe(due);
        expect(latestDue(schedule, 'tsk_x', from, due - 1)).toBe(last);
        last = due;
      }
    }
  });

  it.each(DST_STARTS)('of an interval are equally far apart where the clocks change in %s at %s', (_, at) => {
    const from = Date.parse(at) - 2 * 3_600_000;
    for (const [every, interval] of [
      ['7m', 420_000],
      ['1h', 3_600_000],
      ['1d', 86_400_000],
    ] as const) {
      const times = upcoming({ every }, 'tsk_x', from, 40).map((iso) => Date.parse(iso));
      const apart = new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)));
      expect(apart).toEqual(new Set([interval]));
    }
  });

  it('are the same whenever they are computed, and each is the last one until the next', () => {
    fc.assert(
      fc.property(
        schedules,
        task,
        instant,
        fc.integer({ min: 0, max: 3 * 86_400_000 }),
        (schedule, id, after, ahead) => {
          const due = nextDue(schedule, id, after);
          if (due === null) throw new Error('no due time');
          expect(due).toBeGreaterThan(after);
          expect(nextDue(schedule, id, due - 1)).toBe(due);
          const between = Math.min(due - 1, after + ahead);
          expect(nextDue(schedule, id, between)).toBe(due);
          const next = nextDue(schedule, id, due);
          if (next === null) throw new Error('no due time');
          expect(next).toBeGreaterThan(due);
          expect(latestDue(schedule, id, after, due)).toBe(due);
          expect(latestDue(schedule, id, after, next - 1)).toBe(due);
          expect(latestDue(schedule, id, due, next - 1)).toBeNull();
        },
      ),
      { numRuns: 400 },
    );
  });

  it('missed in an outage are reduced to the last one', () => {
    fc.assert(
      fc.property(schedules, task, instant, fc.integer({ min: 1, max: 60 }), (schedule, id, after, count) => {
        let last = after;
        for (let at = 0; at < count; at += 1) last = nextDue(schedule, id, last) ?? last;
        expect(latestDue(schedule, id, after, last)).toBe(last);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z', 3],
    ['Europe/Berlin', '2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z', 3],
    ['America/New_York', '2026-03-07T12:00:00Z', '2026-03-10T12:00:00Z', 3],
    ['America/New_York', '2026-10-31T12:00:00Z', '2026-11-03T12:00:00Z', 3],
  ])('of a daily time that daylight saving skips or repeats in %s (%s): one a day', (zone, from, to, days) => {
    const schedule: Schedule = { cron: '30 2 * * *', time_zone: zone };
    const times: number[] = [];
    for (let due = nextDue(schedule, 'x', Date.parse(from)); due !== null && due < Date.parse(to); ) {
      times.push(due);
      due = nextDue(schedule, 'x', due);
    }
    expect(times).toHaveLength(days);
  });

  it('of ten thousand tasks are spread', () => {
    const seconds = new Map<number, number>();
    for (let at = 0; at < 10_000; at += 1) {
      const second = Math.floor((nextDue({ every: '5m' }, `tsk_${at}`, T0) ?? 0) / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    expect(Math.max(...seconds.values())).toBeLessThan(100);
    const nine = { cron: '0 9 * * *', time_zone: 'UTC' };
    expect(new Set(Array.from({ length: 1_000 }, (_, at) => nextDue(nine, `tsk_${at}`, T0))).size).toBeGreaterThan(900);
  });

  it('are the same in every release: each identifies a run', () => {
    const id = 'tsk_01jgx000000000000000000001';
    expect(nextDue({ every: '1h' }, id, T0)).toBe(T0 + 517_889);
    expect(nextDue({ cron: '0 9 * * *', time_zone: 'Europe/Berlin' }, id, T0)).toBe(T0 + 29_017_889);
  });

  it.each(['0 0 30 2 *', 'never'])('do not exist for a schedule that never occurs: %j', (pattern) => {
    const never = { cron: pattern, time_zone: 'UTC' };
    expect([nextDue(never, 'x', T0), latestDue(never, 'x', 0, T0), upcoming(never, 'x', T0, 3)]).toEqual([
      null,
      null,
      [],
    ]);
  });

  it('are shown in advance', () => {
    expect(upcoming({ cron: '0 9 * * 1-5', time_zone: 'UTC' }, 'x', T0, 3).map((at) => at.slice(0, 10))).toEqual([
      '2026-01-01',
      '2026-01-02',
      '2026-01-05',
    ]);
  });
});

it.each([
  { every: '59s' },
  { every: '0m' },
  { every: '31d' },
  { cron: '* * * * * *' },
  { cron: '61 * * * *' },
  { cron: '0 0 30 2 *' },
  { cron: '0 0 * * *', time_zone: 'Mars/Olympus' },
  { every: '5m', cron: '0 0 * * *' },
  {},
])('%j is not a schedule', (given) => {
  expect(scheduleSchema.safeParse(given).success).toBe(false);
});

it.each(['1m', '60m', '30d', '720h', '43200m'])('every %s is a schedule', (every) => {
  expect(scheduleSchema.parse({ every })).toEqual({ every });
});

it('a cron expression is a schedule, in UTC unless it names a time zone', () => {
  const cron = '0 9 * * 1-5';
  expect(scheduleSchema.parse({ cron })).toEqual({ cron, time_zone: 'UTC' });
  for (const time_zone of ['Europe/Berlin', 'UTC'])
    expect(scheduleSchema.parse({ cron, time_zone })).toEqual({ cron, time_zone });
  for (const every of ['721h', '43201m']) expect(scheduleSchema.safeParse({ every }).success).toBe(false);
});
