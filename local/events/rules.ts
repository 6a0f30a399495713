import * as z from 'zod';
import { Complaint } from '../complaint.ts';
import type { Invocations } from '../gate/invocations.ts';
import type { FunctionPool } from '../lambda/function-pool.ts';
import type { Resource } from '../template/assembly.ts';
import { hosted } from '../template/hosted.ts';
import { rateMs, schedule } from './schedule.ts';

const MINUTE_MS = 60_000;

const ruleSchema = z.strictObject({
  ScheduleExpression: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.tuple([
    z.strictObject({ Arn: z.string(), RetryPolicy: z.strictObject({ MaximumRetryAttempts: z.literal(0) }) }),
  ]),
});

/**
 * Starts every enabled rule, and returns a function that stops them. `minuteMs`: how long a minute of their rates
 * lasts. Throws Complaint for a rule that cannot be hosted, has no known function, or may not invoke it.
 */
export function startRules(
  rules: readonly Resource[],
  pools: ReadonlyMap<string, FunctionPool>,
  invocations: Invocations,
  minuteMs = MINUTE_MS,
): () => void {
  const starts = rules.map((resource) => {
    const { ScheduleExpression, State, Targets } = hosted(resource, ruleSchema);
    const pool = pools.get(Targets[0].Arn);
    if (pool === undefined) throw new Complaint(`The rule ${resource.id} leads to no function.`);
    invocations.require(Targets[0].Arn, 'events.amazonaws.com', `${resource.id}.Arn`);
    const rate = rateMs(ScheduleExpression);
    return () => (State === 'ENABLED' ? [schedule((rate / MINUTE_MS) * minuteMs, pool)] : []);
  });
  const timers = starts.flatMap((start) => start());
  return () => {
    for (const timer of timers) timer.stop();
  };
}
