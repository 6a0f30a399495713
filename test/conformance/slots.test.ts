import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoSlots } from '../../functions/adapters/dynamodb/slots.ts';
import { LEASES } from '../../functions/adapters/dynamodb/tables.ts';
import type { LastUse, Slots } from '../../functions/ports/slots.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const implementations: [string, () => Promise<Slots>][] = [
  ['the model in memory', async () => memorySlots()],
  ['DynamoDB', async () => dynamoSlots(engine.client, (await engine.createTables()).LEASES_TABLE)],
];
const NOW = 1_000_000;
const LATER = NOW + 40_000;

describe.each(implementations)('connection slots: %s', (_, make) => {
  it('are as many as requested, each with one owner', async () => {
    const slots = await make();
    const taken = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((owner) => slots.take('pc_1', owner, 3, NOW, LATER)));
    const numbers = taken.flatMap((slot) => (slot === null ? [] : [slot.number]));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.length).toBeLessThanOrEqual(3);
    while ((await slots.take('pc_1', 'more', 3, NOW, LATER)) !== null) numbers.push(-1);
    expect(numbers).toHaveLength(3);
    expect(await slots.take('pc_2', 'a', 3, NOW, LATER)).not.toBeNull();
  });

  it('become free when they are released or expire', async () => {
    const slots = await make();
    const first = await slots.take('pc_1', 'a', 1, NOW, LATER);
    expect(await slots.take('pc_1', 'b', 1, LATER - 1, LATER + 1)).toBeNull();
    if (first !== null) await slots.release(first);
    const second = await slots.take('pc_1', 'b', 1, NOW, LATER);
    expect(second).toMatchObject({ owner: 'b', number: 0 });
    expect(await slots.take('pc_1', 'c', 1, LATER, LATER + 1)).toMatchObject({ owner: 'c', number: 0 });
  });

  it('are all taken until the first of them ends', async () => {
    const slots = await make();
    expect(await slots.fullUntil('pc_1', NOW)).toBeNull();
    const first = await slots.take('pc_1', 'a', 2, NOW, LATER);
    expect(await slots.fullUntil('pc_1', NOW)).toBeNull();
    await slots.take('pc_1', 'b', 2, NOW, LATER + 10);
    expect(await slots.fullUntil('pc_1', NOW)).toBe(LATER);
    expect(await slots.fullUntil('pc_1', LATER)).toBeNull();
    expect(await slots.fullUntil('pc_2', NOW)).toBeNull();
    if (first !== null) await slots.release(first);
    expect(await slots.fullUntil('pc_1', NOW)).toBeNull();
  });

  it('are counted while they are valid', async () => {
    const slots = await make();
    expect(await slots.look('pc_1', NOW)).toMatchObject({ taken: 0 });
    const first = await slots.take('pc_1', 'a', 3, NOW, LATER);
    await slots.take('pc_1', 'b', 3, NOW, LATER + 10);
    await slots.take('pc_2', 'c', 3, NOW, LATER);
    expect(await slots.look('pc_1', NOW)).toMatchObject({ taken: 2 });
    expect(await slots.look('pc_1', LATER)).toMatchObject({ taken: 1 });
    if (first !== null) await slots.release(first);
    expect(await slots.look('pc_1', NOW)).toMatchObject({ taken: 1 });
    expect(await slots.look('pc_1', LATER + 10)).toMatchObject({ taken: 0 });
  });

  it('are counted for any number of slots', async () => {
    const slots = await make();
    for (let n = 0; n < 12; n += 1) await slots.take('pc_1', `o${n}`, 12, NOW, LATER);
    expect(await slots.look('pc_1', NOW)).toMatchObject({ taken: 12 });
  });

  it('are renewed by their owner until they expire, and released by nobody else', async () => {
    const slots = await make();
    const slot = await slots.take('pc_1', 'a', 1, NOW, LATER);
    if (slot === null) throw new Error('no slot');
    expect(await slots.renew({ ...slot, owner: 'b' }, NOW, LATER)).toBe(false);
    await slots.release({ ...slot, owner: 'b' });
    expect(await slots.renew(slot, LATER - 1, LATER + 40_000)).toBe(true);
    expect(await slots.take('pc_1', 'b', 1, LATER + 1, LATER + 2)).toBeNull();
    expect(await slots.renew(slot, LATER + 40_000, LATER + 80_000)).toBe(false);
  });

  it('that another owner has taken since are neither renewed nor released by the former one', async () => {
    const slots = await make();
    const slot = await slots.take('pc_1', 'a', 1, NOW, LATER);
    if (slot === null) throw new Error('no slot');
    const next = await slots.take('pc_1', 'b', 1, LATER, LATER + 40_000);
    expect(await slots.renew(slot, NOW, LATER + 80_000)).toBe(false);
    await slots.release(slot);
    expect(await slots.take('pc_1', 'c', 1, LATER + 1, LATER + 80_000)).toBeNull();
    if (next !== null) expect(await slots.renew(next, LATER + 1, LATER + 80_000)).toBe(true);
  });

  it('store the last use with their release, and keep a time that is not given', async () => {
    const slots = await make();
    const used = { lastUsedAt: '2026-11-01T00:00:00.000Z' };
    const synced = { lastSyncedAt: '2026-11-02T00:00:00.000Z' };
    expect(await slots.lastUses(['pc_1'])).toEqual(new Map());
    for (const use of [used, synced, {}, undefined]) {
      const slot = await slots.take('pc_1', 'a', 1, NOW, LATER);
      if (slot === null) throw new Error('no slot');
      await slots.release(slot, use);
    }
    await slots.take('pc_2', 'a', 1, NOW, LATER);
    expect(await slots.lastUses(['pc_1', 'pc_2', 'pc_3'])).toEqual(new Map([['pc_1', { ...used, ...synced }]]));
  });

  it('do not store the last use when another owner has taken the slot since', async () => {
    const slots = await make();
    const slot = await slots.take('pc_1', 'a', 1, NOW, LATER);
    await slots.take('pc_1', 'b', 1, LATER, LATER + 40_000);
    if (slot !== null) await slots.release(slot, { lastUsedAt: '2026-11-01T00:00:00.000Z' });
    expect(await slots.lastUses(['pc_1'])).toEqual(new Map());
  });

  it('are all taken as long as each of them is, for any number of slots', async () => {
    const slots = await make();
    for (const [at, owner] of ['a', 'b', 'c'].entries()) {
      expect(await slots.fullUntil('pc_1', NOW)).toBeNull();
      await slots.take('pc_1', owner, 3, NOW, LATER + at);
    }
    expect(await slots.fullUntil('pc_1', NOW)).toBe(LATER);
    expect(await slots.fullUntil('pc_1', LATER - 1)).toBe(LATER);
    expect(await slots.fullUntil('pc_1', LATER)).toBeNull();
  });

  it('store the mail servers only at the version that was read', async () => {
    const slots = await make();
    const record = { timeouts: 5, since: NOW, last: NOW, parks: 1, until: LATER, probing: false };
    expect(await slots.hosts('pc_1')).toEqual({ version: 0, hosts: {} });
    expect(await slots.keepHosts('pc_1', 0, { 'h:993': record }, NOW)).toBe(true);
    expect(await slots.keepHosts('pc_1', 0, {}, NOW), 'somebody else was faster').toBe(false);
    await slots.take('pc_1', 'a', 3, NOW, LATER);
    expect(await slots.look('pc_1', NOW)).toEqual({ taken: 1, hosts: { 'h:993': record } });
    expect(await slots.hosts('pc_1')).toEqual({ version: 1, hosts: { 'h:993': record } });
    expect(await slots.keepHosts('pc_1', 1, {}, NOW)).toBe(true);
    expect(await slots.hosts('pc_1')).toEqual({ version: 2, hosts: {} });
    expect(await slots.look('pc_1', NOW)).toEqual({ taken: 1, hosts: {} });
    expect(await slots.hosts('pc_2')).toEqual({ version: 0, hosts: {} });
  });
});

async function onDynamoDb() {
  const table = (await engine.createTables()).LEASES_TABLE;
  const Key = { id: 'slots#pc_1' };
  const ttl = async (): Promise<unknown> =>
    (await engine.client.send(new GetCommand({ TableName: table, Key }))).Item?.[LEASES.ttl];
  return { table, slots: dynamoSlots(engine.client, table), ttl };
}

it('slots on DynamoDB are kept a day after the end of the last taken one, in seconds', async () => {
  const { slots, ttl } = await onDynamoDb();
  const slot = await slots.take('pc_1', 'a', 2, NOW, LATER);
  expect(await ttl()).toBe(1_040 + 86_400);
  if (slot !== null) await slots.release(slot);
  expect(await ttl()).toBe(1_040 + 86_400);
  await slots.take('pc_1', 'a', 1, NOW, LATER + 500);
  expect(await ttl()).toBe(1_041 + 86_400);
});

it('slots on DynamoDB keep the last use for 400 days, whatever is taken, renewed and released after it', async () => {
  const { slots, ttl } = await onDynamoDb();
  const used = async (use: LastUse, at: number): Promise<void> => {
    const slot = await slots.take('pc_1', 'a', 1, at, at + 40_000);
    if (slot === null) throw new Error('no slot');
    await slots.renew(slot, at, at + 80_000);
    await slots.release(slot, use);
  };
  await used({ lastUsedAt: '2026-11-01T00:00:00.000Z', lastSyncedAt: '2026-11-02T00:00:00.000Z' }, NOW);
  const end = Date.parse('2026-11-02T00:00:00.000Z') / 1000 + 400 * 86_400;
  expect(await ttl()).toBe(end);
  await used({}, NOW + 100_000);
  expect(await ttl()).toBe(end);
  expect(await slots.lastUses(['pc_1'])).toHaveProperty('size', 1);
});

it('slots on DynamoDB ignore an unreadable last use', async () => {
  const { table, slots } = await onDynamoDb();
  await engine.client.send(new PutCommand({ TableName: table, Item: { id: 'slots#pc_1', used: 12 } }));
  expect(await slots.lastUses(['pc_1'])).toEqual(new Map());
});

it('slots on DynamoDB keep the mail servers for a day, and ignore unreadable ones', async () => {
  const table = (await engine.createTables()).LEASES_TABLE;
  const slots = dynamoSlots(engine.client, table);
  await slots.keepHosts('pc_1', 0, {}, NOW);
  const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: 'slots#pc_1' } }));
  expect(Item?.[LEASES.ttl]).toBe(1_040 + 86_400);
  await engine.client.send(new PutCommand({ TableName: table, Item: { ...Item, hosts: { 'h:993': 'odd' } } }));
  expect(await slots.hosts('pc_1')).toEqual({ version: 1, hosts: {} });
});
