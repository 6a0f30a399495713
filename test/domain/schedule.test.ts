import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestDue, nextDue, scheduleSchema, upcoming } from '../../functions/domain/schedule/schedule.ts';
import type { Schedule } from '../../functions/domain/schedule/shape.ts';

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
);
const task = fc.string({ minLength: 1, maxLength: 30 });
const instant = fc.integer({ min: T0, max: T0 + 2 * YEAR });

describe('due times', () => {
  it('are the same whenever they are asked for, and each is the last from its moment until the next', () => {
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

  it('missed in an outage come to the last one alone', () => {
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
  ])('by a daily time that daylight saving skips or repeats in %s (%s): one a day', (zone, from, to, days) => {
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

  it('are shown ahead', () => {
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
])('%j is no schedule', (given) => {
  expect(scheduleSchema.safeParse(given).success).toBe(false);
});
