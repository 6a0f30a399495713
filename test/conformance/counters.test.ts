import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dynamoCountRepair } from '../../functions/adapters/dynamodb/count-repair.ts';
import { dynamoCounters } from '../../functions/adapters/dynamodb/counters.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { groupIdOf } from '../../functions/domain/failure-group/group-id.ts';
import { lastFailureOf, markName, placeOf, type RowChange } from '../../functions/domain/views/count-changes.ts';
import { accountCounterRows, groupCounterRow, hourCounterRow } from '../../functions/domain/views/counters.ts';
import { failureGroupsOf } from '../../functions/domain/views/keys.ts';
import { revisionOf } from '../../functions/domain/views/stats.ts';
import type { Counters } from '../../functions/ports/counters.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryCounters } from '../fixtures/in-memory-counters.ts';
import { tapEngine } from '../fixtures/tapped-engine.ts';

const ROW = 'cnt#acc_one#0';
const SHARD = 'shardId-00000001414576573621-f55eea83';
const OTHER = 'shardId-00000001414576573622-0000aaaa';
const HOUR = 3_600_000;

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

type World = { readonly counters: Counters; row(): Promise<Readonly<Record<string, unknown>>> };
const KINDS: readonly [string, (now: () => number) => Promise<World>][] = [
  [
    'in memory',
    async (now) => {
      const counters = memoryCounters(now);
      return { counters, row: async () => Object.fromEntries(counters.rows.get(ROW) ?? []) };
    },
  ],
  [
    'on the real engine',
    async (now) => {
      const { VIEWS_TABLE: table } = await engine.createTables();
      const counters = dynamoCounters(engine.client, table, now);
      const row = async () => {
        const get = new GetCommand({ TableName: table, Key: { id: ROW }, ConsistentRead: true });
        const { id: _id, ...rest } = (await engine.client.send(get)).Item ?? {};
        return rest;
      };
      return { counters, row };
    },
  ],
];

const change = (sequence: number, names: Readonly<Record<string, number>>): RowChange => ({
  place: placeOf(String(sequence)),
  names: new Map(Object.entries(names)),
});
const queued = change(9, { 's:queued': 1, 'a:x': 1 });
const running = change(10, { 's:queued': -1, 's:running': 1 });
const failed = change(100, { 's:running': -1, 's:failed': 1 });
const counts = async ({ row }: World) =>
  Object.fromEntries(Object.entries(await row()).filter(([, value]) => typeof value === 'number' && value !== 0));

describe.each(KINDS)('counters %s', (_, make) => {
  it('count a repeated batch once, however it is cut again', async () => {
    const world = await make(() => 0);
    const { counters } = world;
    expect(await counters.add(ROW, SHARD, [queued, running])).toBe(2);
    expect(await counters.add(ROW, SHARD, [queued])).toBe(0);
    expect(await counters.add(ROW, SHARD, [queued, running, failed])).toBe(1);
    expect(await counters.add(ROW, SHARD, [running, failed])).toBe(0);
    expect(await counts(world)).toEqual({ 's:failed': 1, 'a:x': 1 });
  });

  it('count a batch once that several callers add at the same time', async () => {
    const world = await make(() => 0);
    const added = await Promise.all(
      [[queued], [queued, running], [queued, running, failed]].map((some) => world.counters.add(ROW, SHARD, some)),
    );
    expect(added.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(3);
    await world.counters.add(ROW, SHARD, [queued, running, failed]);
    expect(await counts(world)).toMatchObject({ 's:failed': 1, 'a:x': 1 });
  });

  it('store the position of each shard separately, because shards have no common order', async () => {
    const world = await make(() => 0);
    await world.counters.add(ROW, SHARD, [failed]);
    expect(await world.counters.add(ROW, OTHER, [queued])).toBe(1);
    expect(await world.counters.add(ROW, SHARD, [failed])).toBe(0);
    expect(await counts(world)).toEqual({ 's:running': -1, 's:failed': 1, 's:queued': 1, 'a:x': 1 });
  });

  it('count a batch once even if its changes cancel each other out', async () => {
    const world = await make(() => 0);
    const back = change(11, { 's:queued': 1, 's:running': -1 });
    expect(await world.counters.add(ROW, SHARD, [running, back])).toBe(2);
    expect(await world.counters.add(ROW, SHARD, [running])).toBe(0);
    expect(await counts(world)).toEqual({});
  });

  it('keep the last failure by its time, whatever shard brings it, and count an earlier one as well', async () => {
    const world = await make(() => 0);
    const failing = (sequence: number, at: string, jobId: string): RowChange => ({
      ...change(sequence, { 'f:x': 1 }),
      failure: { at: `2026-11-29T${at}:00.000Z`, jobId },
    });
    await world.counters.add(ROW, SHARD, [failing(10, '10:00', 'job_late'), failing(11, '09:00', 'job_before')]);
    const late = { at: '2026-11-29T10:00:00.000Z', jobId: 'job_late' };
    expect(lastFailureOf(await world.row())).toEqual(late);
    expect(await world.counters.add(ROW, OTHER, [failing(5, '08:00', 'job_early')])).toBe(1);
    expect(await world.counters.add(ROW, SHARD, [failing(12, '07:00', 'job_earlier')])).toBe(1);
    expect(lastFailureOf(await world.row())).toEqual(late);
    expect(await counts(world)).toEqual({ 'f:x': 4 });
    await world.counters.add(ROW, OTHER, [failing(6, '11:00', 'job_last')]);
    expect(lastFailureOf(await world.row())).toMatchObject({ jobId: 'job_last' });
    expect(await world.counters.add(ROW, OTHER, [failing(6, '11:00', 'job_last')])).toBe(0);
  });

  it('remove the position of a shard 48 hours after its last change, and not earlier', async () => {
    let now = 0;
    const world = await make(() => now);
    await world.counters.add(ROW, SHARD, [queued]);
    now = 48 * HOUR;
    await world.counters.add(ROW, OTHER, [queued]);
    expect(await world.row()).toHaveProperty([markName(SHARD)]);
    now += 1_000;
    await world.counters.add(ROW, OTHER, [running]);
    expect(await world.row()).not.toHaveProperty([markName(SHARD)]);
    expect(await world.row()).toHaveProperty([markName(OTHER)]);
    expect(await counts(world)).toEqual({ 's:queued': 1, 's:running': 1, 'a:x': 2 });
  });
});

it('a repair replaces a count only if it still has the value that was read, and says so when it is repeated', async () => {
  const { VIEWS_TABLE } = await engine.createTables();
  await dynamoCounters(engine.client, VIEWS_TABLE, () => 0).add(ROW, SHARD, [change(10, { 's:queued': 2 })]);
  const repair = dynamoCountRepair(engine.client, VIEWS_TABLE, () => 0);
  const replace = (name: string, from: number | null, to: number) => repair.replace({ row: ROW, name, from, to });
  expect(await replace('s:queued', 1, 5)).toBe(false);
  expect(await replace('s:queued', null, 5)).toBe(false);
  expect(await replace('s:queued', 2, 5)).toBe(true);
  expect(await replace('s:queued', 2, 5), 'its answer was lost').toBe(true);
  expect(await replace('s:failed', null, 1)).toBe(true);
  const { Item } = await engine.client.send(new GetCommand({ TableName: VIEWS_TABLE, Key: { id: ROW } }));
  expect(Item).toMatchObject({ 's:queued': 5, 's:failed': 1, [markName(SHARD)]: expect.any(String) });
});

describe('the row of a failure group', () => {
  const group = { account_id: 'acc_one', code: 'auth_failed', host: null } as const;
  const row = groupCounterRow(groupIdOf(group));
  const one = change(10, { 'f:x': 1 });
  const none = change(11, { 'f:x': -1 });

  async function groupWorld() {
    const tapped = await tapEngine(engine);
    onTestFinished(() => tapped.stop());
    const { VIEWS_TABLE: table } = await engine.createTables();
    const views = dynamoViews(engine.client, table);
    const range = { newestFirst: true, above: null, below: null, limit: 5 };
    return {
      counters: dynamoCounters(tapped.client, table, () => 0),
      repair: dynamoCountRepair(tapped.client, table, () => 0),
      /** Runs `act` between the next write of a row and the write that lets it expire. */
      betweenWrites(act: () => Promise<unknown>) {
        tapped.meanwhile('UpdateItemCommand', async () => {});
        tapped.meanwhile('UpdateItemCommand', act);
      },
      listed: async () => (await views.page({ index: 'account', key: failureGroupsOf('acc_one'), ...range })).entries,
      item: async () => (await views.counterRows([row])).get(row) ?? {},
    };
  }

  it('leaves the index and expires when it is empty, and the next failure brings it back', async () => {
    const { counters, listed, item } = await groupWorld();
    await counters.add(row, SHARD, [one]);
    expect(await listed()).toEqual([{ id: row, sort: row }]);
    await counters.add(row, SHARD, [none]);
    expect(await listed()).toEqual([]);
    expect(await item()).toMatchObject({ 'f:x': 0, ttl: 7 * 24 * 3600 });
    await counters.add(row, SHARD, [change(12, { 'r:x': 1 })]);
    expect(await listed()).toEqual([{ id: row, sort: row }]);
    expect(await item()).not.toHaveProperty('ttl');
  });

  it('leaves the index when the batch that emptied it is delivered again after a crash', async () => {
    const { counters, betweenWrites, listed, item } = await groupWorld();
    await counters.add(row, SHARD, [one]);
    betweenWrites(() => Promise.reject(new Error('the function was ended')));
    await expect(counters.add(row, SHARD, [none])).rejects.toThrow('the function was ended');
    expect(await listed()).toHaveLength(1);
    expect(await counters.add(row, SHARD, [none])).toBe(0);
    expect(await listed()).toEqual([]);
    expect(await item()).toHaveProperty('ttl');
  });

  it('leaves the index when a repair empties it', async () => {
    const { counters, repair, listed, item } = await groupWorld();
    await counters.add(row, SHARD, [one]);
    expect(await repair.replace({ row, name: 'f:x', from: 1, to: 0 })).toBe(true);
    expect(await listed()).toEqual([]);
    expect(await item()).toHaveProperty('ttl');
  });

  it('stays in the index if another shard counts a job in it just before its removal, under a new name', async () => {
    const { counters, betweenWrites, listed, item } = await groupWorld();
    await counters.add(row, SHARD, [one]);
    betweenWrites(() => counters.add(row, OTHER, [change(5, { 'r:y': 1 })]));
    await counters.add(row, SHARD, [none]);
    expect(await listed()).toHaveLength(1);
    expect(await item()).toMatchObject({ 'f:x': 0, 'r:y': 1 });
    expect(await item()).not.toHaveProperty('ttl');
  });

  it('expires if nothing was ever counted in it', async () => {
    const { counters, listed, item } = await groupWorld();
    expect(await counters.add(row, SHARD, [change(10, {})])).toBe(1);
    expect(await listed()).toEqual([]);
    expect(await item()).toHaveProperty('ttl');
  });
});

it.each([
  ['the account', ROW, 's:queued'],
  ['an hour', hourCounterRow('acc_one', '2026-11-01T07:00:00.000Z'), 's:queued'],
  ['a failure group', groupCounterRow(groupIdOf({ account_id: 'acc_one', code: 'auth_failed', host: null })), 'f:x'],
])('a repair of a count of %s raises the revision of the account', async (_, row, name) => {
  const { VIEWS_TABLE } = await engine.createTables();
  const repair = dynamoCountRepair(engine.client, VIEWS_TABLE, () => 0);
  const counters = dynamoViews(engine.client, VIEWS_TABLE).counters;
  const revision = async () =>
    revisionOf((await counters(accountCounterRows('acc_one'), { consistent: true })).values());
  expect(await repair.replace({ row, name, from: null, to: 1 })).toBe(true);
  expect(await revision()).toBe(1);
  expect(await repair.replace({ row, name, from: 7, to: 2 })).toBe(false);
  expect(await revision()).toBe(1);
});

it('a repair of a failure group lists the group, as the counter does', async () => {
  const { VIEWS_TABLE } = await engine.createTables();
  const views = dynamoViews(engine.client, VIEWS_TABLE);
  const group = { account_id: 'acc_one', code: 'auth_failed', host: null } as const;
  const row = groupCounterRow(groupIdOf(group));
  const range = { newestFirst: true, above: null, below: null, limit: 5 };
  const listed = () => views.page({ index: 'account', key: failureGroupsOf('acc_one'), ...range });
  expect((await listed()).entries).toEqual([]);
  await dynamoCountRepair(engine.client, VIEWS_TABLE, () => 0).replace({ row, name: 'f:x', from: null, to: 2 });
  expect((await listed()).entries).toEqual([{ id: row, sort: row }]);
});
