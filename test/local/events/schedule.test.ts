import { expect, it } from 'vitest';
import { rateMs } from '../../../local/events/schedule.ts';

it.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('the schedule expression %s means every %i ms', (expression, ms) => {
  expect(rateMs(expression)).toBe(ms);
});

it.each(['cron(0 12 * * ? *)', 'rate(1 fortnight)', 'rate(minute)', ''])(
  'the schedule expression %j is refused',
  (expression) => {
    expect(() => rateMs(expression)).toThrow('does not support the schedule');
  },
);
