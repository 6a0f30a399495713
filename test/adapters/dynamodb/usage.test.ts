import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoUsage } from '../../../functions/adapters/dynamodb/usage.ts';
import { HOUR_MS } from '../../../functions/domain/limits/window.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';

const NOW = Date.parse('2026-11-28T10:00:00.000Z');
const LIMITS = { all: 10, group: 4 };
let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

/** Two processes that count for the same accounts. */
async function processes() {
  const { LEASES_TABLE } = await engine.createTables();
  return [dynamoUsage(engine.client, LEASES_TABLE), dynamoUsage(engine.client, LEASES_TABLE)] as const;
}

describe('uses counted by several processes', () => {
  it('of 30 at once exactly as many are counted as the limit of their group allows', async () => {
    const usage = await processes();
    const counts = Array.from({ length: 30 }, (_, at) => usage[at % 2 === 0 ? 0 : 1].count('a', 'g', LIMITS, NOW));
    expect((await Promise.all(counts)).filter((refused) => refused === null)).toHaveLength(LIMITS.group);
  });

  it('of several groups together no more are counted than the account may have', async () => {
    const [one] = await processes();
    const counted: boolean[] = [];
    for (let at = 0; at < 20; at += 1) counted.push((await one.count('a', `g${at}`, LIMITS, NOW + at)) === null);
    expect(counted.filter(Boolean)).toHaveLength(LIMITS.all);
    expect(await one.count('a', 'other', LIMITS, NOW + 20)).toEqual({
      kind: 'refused',
      by: 'all',
      retryAfterMs: HOUR_MS - 20,
    });
  });

  it('of one account leave those of another alone', async () => {
    const [one, other] = await processes();
    for (let at = 0; at < LIMITS.group; at += 1) await one.count('a', 'g', LIMITS, NOW);
    expect(await one.count('a', 'g', LIMITS, NOW)).not.toBeNull();
    expect(await other.count('b', 'g', LIMITS, NOW)).toBeNull();
  });

  it('leave room again one hour after they were counted, and what was refused does not prolong it', async () => {
    const [one] = await processes();
    for (let at = 0; at < LIMITS.group; at += 1) await one.count('a', 'g', LIMITS, NOW + at);
    for (let at = 0; at < 5; at += 1) expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS - 1)).not.toBeNull();
    expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS)).toBeNull();
    expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS)).not.toBeNull();
  });
});
