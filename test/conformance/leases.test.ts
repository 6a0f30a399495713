import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { LEASES } from '../../functions/adapters/dynamodb/tables.ts';
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
  it('are renewed while they are valid', async () => {
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

  it('cannot be taken while they are valid, and never return once taken', async () => {
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

  it('that were taken are not renewed by a worker whose clock is behind', async () => {
    const leases = await make();
    await leases.renew('a', NOW, NOW + 40, null);
    expect(await leases.take('a', NOW + 40)).toBe(true);
    for (const behind of [NOW + 39, NOW, NOW - 1_000_000])
      expect(await leases.renew('a', behind, NOW + 80, null)).toBe(false);
    expect(await leases.take('b', NOW)).toBe(true);
    expect(await leases.renew('b', NOW - 1, NOW + 40, null)).toBe(false);
  });

  it('that were taken count as taken for a sweeper whose clock is behind, too', async () => {
    const leases = await make();
    await leases.renew('a', NOW, NOW + 40, null);
    await leases.take('a', NOW + 40);
    expect(await leases.take('a', NOW + 1)).toBe(true);
    expect(await leases.renew('a', NOW + 2, NOW + 80, null)).toBe(false);
  });

  it('have an end that can be read after they were taken from a worker that never renewed', async () => {
    const leases = await make();
    await leases.take('a', NOW);
    expect(await leases.read('a')).toEqual({ expiresAt: NOW, progress: null });
  });

  it('go to one side only, when worker and sweeper use them at once', async () => {
    const leases = await make();
    const results = await Promise.all([leases.renew('a', NOW, NOW + 40, null), leases.take('a', NOW)]);
    expect(results.filter(Boolean)).toHaveLength(1);
  });
});

describe('a lease on DynamoDB', () => {
  it('is kept a day beyond its end, in seconds, so that a frozen worker still finds it', async () => {
    const table = (await engine.createTables()).LEASES_TABLE;
    const leases = dynamoLeases(engine.client, table);
    const ttl = async (): Promise<unknown> => {
      const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'lease#a' } }));
      return Item?.[LEASES.ttl];
    };
    await leases.renew('a', NOW, NOW + 39_500, null);
    expect(await ttl()).toBe(1_040 + 86_400);
    await leases.take('a', NOW + 40_000);
    expect(await ttl()).toBe(1_040 + 86_400);
  });

  it('stores the progress of its attempt', async () => {
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
