import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startRules } from '../../../local/events/rules.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** How often each function is invoked in half an hour of the schedules, when one of their minutes is `minuteMs` long. */
function invokedInHalfAnHour(minuteMs: number): Record<string, number> {
  const counts: Record<string, number> = { sweeper: 0, retention: 0 };
  const pool = (name: string) => ({
    name,
    invoke: async () => {
      counts[name] = (counts[name] ?? 0) + 1;
    },
    kill: async () => {},
    stop: async () => {},
  });
  const rule = (name: string, rate: string) => ({
    id: `Rule-${name}`,
    type: 'AWS::Events::Rule',
    properties: {
      ScheduleExpression: rate,
      Targets: [{ Arn: name, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    },
  });
  const stop = startRules(
    [rule('sweeper', 'rate(1 minute)'), rule('retention', 'rate(15 minutes)')],
    new Map(['sweeper', 'retention'].map((name) => [name, pool(name)])),
    { require: () => {} },
    minuteMs,
  );
  vi.advanceTimersByTime(30 * minuteMs);
  stop();
  return counts;
}

it.each([60_000, 1_000])(
  'rules keep their rates to each other when a minute lasts %i ms, and all run at the start',
  (ms) => {
    expect(invokedInHalfAnHour(ms)).toEqual({ sweeper: 31, retention: 3 });
  },
);
