import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import type { Leases } from '../../functions/ports/leases.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryLeases } from '../fixtures/worker-world.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const NOW = 1_000_000;
const implementations: [string, () => Promise<Leases>][] = [
  ['the model in memory', async () => memoryLeases()],
  ['DynamoDB', async () => dynamoLeases(engine.client, (await engine.createTables()).LEASES_TABLE)],
];

describe.each(implementations)('leases: %s', (_, make) => {
  it('are renewed while they live', async () => {
    const leases = await make();
    expect(await leases.renew('a', NOW, NOW + 40, null)).toBe(true);
    expect(await leases.renew('a', NOW + 13, NOW + 53, null)).toBe(true);
    expect((await leases.read('a'))?.expiresAt).toBe(NOW + 53);
    expect(await leases.read('b')).toBeNull();
  });

  it('are not renewed once they have expired', async () => {
    const leases = await make();
    await leases.renew('a', NOW, NOW + 40, null);
    expect(await leases.renew('a', NOW + 40, NOW + 80, null)).toBe(false);
  });

  it('cannot be taken while they live, and never come back once taken', async () => {
    const leases = await make();
    await leases.renew('a', NOW, NOW + 40, null);
    expect(await leases.take('a', NOW + 39)).toBe(false);
    expect(await leases.take('a', NOW + 40)).toBe(true);
    expect(await leases.renew('a', NOW + 40, NOW + 80, null)).toBe(false);
    expect(await leases.take('a', NOW + 41)).toBe(true);
  });

  it('are taken from a worker that never renewed', async () => {
    const leases = await make();
    expect(await leases.take('a', NOW)).toBe(true);
    expect(await leases.renew('a', NOW, NOW + 40, null)).toBe(false);
  });

  it('go to one side only, when worker and sweeper reach for them at once', async () => {
    const leases = await make();
    const results = await Promise.all([leases.renew('a', NOW, NOW + 40, null), leases.take('a', NOW)]);
    expect(results.filter(Boolean)).toHaveLength(1);
  });
});

describe('a lease on DynamoDB', () => {
  it('carries the progress of its attempt', async () => {
    const leases = dynamoLeases(engine.client, (await engine.createTables()).LEASES_TABLE);
    await leases.renew('a', NOW, NOW + 40, { done: 3, total: 10, unit: 'messages' });
    expect((await leases.read('a'))?.progress).toEqual({
      done: 3,
      total: 10,
      unit: 'messages',
      at: new Date(NOW).toISOString(),
    });
  });
});
