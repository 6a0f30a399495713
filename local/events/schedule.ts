import type { FunctionPool } from '../lambda/function-pool.ts';

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of a `rate(n unit)` expression. Throws on any other expression: this app uses none. */
export function rateMs(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (\w+?)s?\)$/.exec(expression) ?? [];
  const ms = UNITS[unit ?? ''];
  if (count === undefined || ms === undefined)
    throw new Error(`the local stack does not support the schedule ${expression}`);
  return Number(count) * ms;
}

/**
 * Invokes the function at every interval, and once at the start, because work may have become due while nothing ran.
 */
export function schedule(everyMs: number, target: FunctionPool): { stop(): void } {
  const fire = (): void => {
    target
      .invoke({ source: 'aws.events', 'detail-type': 'Scheduled Event', time: new Date().toISOString(), detail: {} })
      .catch(() => {});
  };
  fire();
  const timer = setInterval(fire, everyMs);
  return { stop: () => clearInterval(timer) };
}
