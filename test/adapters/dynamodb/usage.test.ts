import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoQuotaCounts } from '../../../functions/adapters/dynamodb/quota-counts.ts';
import { LEASES, USAGE_PREFIX } from '../../../functions/adapters/dynamodb/tables.ts';
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
  it('of 30 at once exactly the limit of their group is counted', async () => {
    const usage = await processes();
    const counts = Array.from({ length: 30 }, (_, at) => usage[at % 2 === 0 ? 0 : 1].count('a', 'g', LIMITS, NOW));
    expect((await Promise.all(counts)).filter((refused) => refused === null)).toHaveLength(LIMITS.group);
  });

  it("of several groups together are counted up to the account's limit", async () => {
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

  it('of one account do not affect another account', async () => {
    const [one, other] = await processes();
    for (let at = 0; at < LIMITS.group; at += 1) await one.count('a', 'g', LIMITS, NOW);
    expect(await one.count('a', 'g', LIMITS, NOW)).not.toBeNull();
    expect(await other.count('b', 'g', LIMITS, NOW)).toBeNull();
  });

  it('free their place one hour after they were counted, and refused uses do not prolong it', async () => {
    const [one] = await processes();
    for (let at = 0; at < LIMITS.group; at += 1) await one.count('a', 'g', LIMITS, NOW + at);
    for (let at = 0; at < 5; at += 1) expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS - 1)).not.toBeNull();
    expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS)).toBeNull();
    expect(await one.count('a', 'g', LIMITS, NOW + HOUR_MS)).not.toBeNull();
  });

  it('are kept for one hour, and then the row expires', async () => {
    const { LEASES_TABLE } = await engine.createTables();
    await dynamoUsage(engine.client, LEASES_TABLE).count('a', 'g', LIMITS, NOW + 1);
    const Key = { [LEASES.partitionKey]: `${USAGE_PREFIX}a` };
    const { Item } = await engine.client.send(new GetCommand({ TableName: LEASES_TABLE, Key }));
    expect(Item).toMatchObject({ uses: [{ at: NOW + 1, group: 'g' }], [LEASES.ttl]: (NOW + HOUR_MS) / 1000 + 1 });
  });
});

describe('how many resources an account has', () => {
  const at = (count: number, when = NOW) => ({ count, at: when });
  async function counts() {
    const { LEASES_TABLE } = await engine.createTables();
    const ttl = async (key: string): Promise<unknown> => {
      const Key = { [LEASES.partitionKey]: `${USAGE_PREFIX}${key}` };
      return (await engine.client.send(new GetCommand({ TableName: LEASES_TABLE, Key }))).Item?.[LEASES.ttl];
    };
    return { counts: dynamoQuotaCounts(engine.client, LEASES_TABLE), ttl };
  }

  it('is counted up to the limit, and only where there is a count', async () => {
    const { counts: rows } = await counts();
    expect(await rows.add('k', 2, NOW)).toBe(false);
    expect(await rows.read('k')).toBeNull();
    expect(await rows.replace('k', at(1), null)).toBe(true);
    expect(await rows.add('k', 2, NOW + 5)).toBe(true);
    expect(await rows.read('k')).toEqual(at(2, NOW + 5));
    expect(await rows.add('k', 2, NOW + 6)).toBe(false);
    expect(await rows.read('k')).toEqual(at(2, NOW + 5));
    expect(await rows.read('other')).toBeNull();
  });

  it('is recounted only if the count that was read is still stored', async () => {
    const { counts: rows } = await counts();
    await rows.replace('k', at(1), null);
    expect(await rows.replace('k', at(7), null)).toBe(false);
    expect(await rows.replace('k', at(7), at(2))).toBe(false);
    expect(await rows.replace('k', at(7), at(1, NOW + 1))).toBe(false);
    expect(await rows.read('k')).toEqual(at(1));
    expect(await rows.replace('k', at(7, NOW + 1), at(1))).toBe(true);
    expect(await rows.read('k')).toEqual(at(7, NOW + 1));
  });

  it('is kept for 30 days after its last growth', async () => {
    const { counts: rows, ttl } = await counts();
    await rows.replace('k', at(1), null);
    expect(await ttl('k')).toBe(NOW / 1000 + 30 * 86_400);
    await rows.add('k', 2, NOW + 60_001);
    expect(await ttl('k')).toBe(NOW / 1000 + 30 * 86_400 + 61);
  });
});
