/**
 * Throttles, conflicts, errors and missing answers in all requests to DynamoDB and SQS, by the worker and everything
 * around it: the result must be the same as without them.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld } from '../fixtures/fault-world.ts';
import type { Verdict } from '../fixtures/tapped-endpoint.ts';
import { CASES, type FaultCase, startCase } from './fault-cases.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
});
afterAll(() => world?.stop());

const SINGLE_WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];
const conflict = (operation: string): Verdict => {
  if (operation === 'TransactWriteItems') return { error: 'TransactionCanceledException' };
  return SINGLE_WRITES.includes(operation) ? { error: 'TransactionConflictException' } : 'pass';
};
type Fault = { readonly name: string; readonly percent: number } & Partial<
  Record<'before' | 'after', (operation: string) => Verdict>
>;

/** Each affects this many of a hundred requests. */
const FAULTS: readonly Fault[] = [
  { name: 'throttles', percent: 8, before: () => ({ error: 'ProvisionedThroughputExceededException' }) },
  { name: 'transaction conflicts', percent: 25, before: conflict },
  { name: 'connections cut before', percent: 15, before: () => 'reset' },
  { name: 'connections cut after', percent: 15, after: () => 'reset' },
  { name: 'lost answers', percent: 2, after: () => 'swallow' },
];

/** Each costs a timeout, so they are tried in only one case. */
const isTried = ({ name }: FaultCase, fault: Fault): boolean =>
  fault.after === undefined || fault.percent > 2 || name === 'a sync';

describe.for(CASES)('$name', (one) => {
  it.for(FAULTS.filter((fault) => isTried(one, fault)))(
    'has the same result with $name',
    async ({ percent, before, after }) => {
      const { server, scenario, check } = await startCase(world, one);
      const dice = fc.sample(fc.integer({ min: 0, max: 99 }), { seed: percent, numRuns: 5_000 }).values();
      let injected = 0;
      const strike = (verdict: Verdict | undefined): Verdict => {
        if (verdict === undefined || verdict === 'pass' || (dice.next().value ?? 100) >= percent) return 'pass';
        injected += 1;
        return verdict;
      };
      world.tap({
        before: ({ operation }) => strike(before?.(operation)),
        after: ({ operation }) => strike(after?.(operation)),
      });
      try {
        await scenario.child();
        await scenario.recover();
        world.tap({});
        await check();
      } finally {
        world.tap({});
        await server.close();
      }
      expect(injected).toBeGreaterThan(1);
    },
  );
});
