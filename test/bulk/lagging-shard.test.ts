import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { hasViews, streamIds } from '../../functions/adapters/dynamodb/log-scan.ts';
import { dynamoSlots } from '../../functions/adapters/dynamodb/slots.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { BulkPorts } from '../../functions/bulk/bulk-ports.ts';
import { type Bulk, foldBulk } from '../../functions/domain/bulk/bulk.ts';
import type { BulkAction } from '../../functions/domain/bulk/events.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { recount } from '../../functions/upkeep/recount.ts';
import { replay } from '../../functions/upkeep/replay.ts';
import { shardOf } from '../../local/engines/shard-layout.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started } from '../domain/job/job-stream.ts';
import { noServers } from '../fixtures/connections.ts';
import { runSlices } from '../fixtures/run-slices.ts';
import { type ShardedProjection, startShardedProjection } from '../fixtures/sharded-projection.ts';

const SHARDS = 4;
const LAGGING = 1;
/** The runner's clock: it moves when the runner pauses, and each pause also takes a little real time. */
const clock = { now: Date.now() };
const pause = async (ms: number): Promise<void> => {
  clock.now += ms;
  await sleep(Math.min(ms, 10));
};

let world: ShardedProjection;
beforeEach(async () => {
  clock.now = Date.now();
  world = await startShardedProjection(SHARDS, pause);
});
afterEach(() => world?.stop());

async function put(streamId: string, version: number, event: DomainEvent): Promise<void> {
  const actor = { kind: 'user', id: 'ann' } as const;
  const of = { accountId: ACCOUNT, credentialId: CREDENTIAL, actor, at: iso(clock.now) };
  await world.log.append([{ streamId, version, event, ...of }]);
}

/** A failed job: three events. */
async function addJob(): Promise<string> {
  const id = ids.next('job');
  const life = [requested(), started(), failedWith('auth_failed', null)];
  for (const [at, event] of life.entries()) await put(id, at + 1, event);
  return id;
}

async function ask(action: BulkAction): Promise<string> {
  const id = ids.next('blk');
  clock.now = Math.max(clock.now, Date.now());
  const receipt = iso(clock.now + 1);
  await put(id, 1, {
    type: 'BulkRequested',
    data: {
      action,
      filter: { status: ['failed'], created_at: { lt: receipt } },
      job_ids: null,
      created_before: receipt,
      limit: null,
      reason: null,
      rate_per_second: 500,
      expected: null,
    },
  });
  return id;
}

const messages: number[] = [];
const run = (bulkId: string) => runSlices({ bulk_id: bulkId }, ports(), pause);
const ports = (): BulkPorts => ({
  log: world.log,
  views: world.views,
  leases: dynamoLeases(world.engine.client, world.tables.LEASES_TABLE),
  serversOf: noServers,
  slots: dynamoSlots(world.engine.client, world.tables.LEASES_TABLE),
  projection: world.projection,
  ids,
  now: () => clock.now,
  random: () => 0,
  accountBulks: 3,
  pause,
  ended: async () => {},
  runLater: async (_, delayMs) => {
    messages.push(delayMs);
  },
  failed: (_, error) => {
    throw error;
  },
  remainingMs: () => 300_000,
});

async function operation(bulkId: string): Promise<Bulk> {
  const bulk = foldBulk(await world.log.read(bulkId));
  if (bulk === null) throw new Error('no operation');
  return bulk;
}

const rowsOf = async (jobIds: readonly string[]) => (await world.views.get(jobIds, { consistent: true })).size;

describe('a stream shard whose batches are delayed, on the real engine', () => {
  it.each(['retry', 'delete'] as const)('delays a bulk %s, which still finds every job', async (action) => {
    world.hold(LAGGING);
    const jobIds: string[] = [];
    for (let n = 0; n < 24; n += 1) jobIds.push(await addJob());
    const lagging = jobIds.filter((id) => shardOf(id, SHARDS) === LAGGING);
    // Whether its own row is projected proves nothing about the blocked shard.
    const bulkId = await ask(action);
    await expect.poll(() => rowsOf(jobIds)).toBe(jobIds.length - lagging.length);

    expect(await run(bulkId)).toBe('over');
    expect(await operation(bulkId)).toMatchObject({
      status: 'running',
      matched: 0,
      awaiting: { marks: Array.from({ length: SHARDS }, () => expect.any(String)) },
    });

    world.release(LAGGING);
    await expect.poll(() => rowsOf(jobIds)).toBe(jobIds.length);
    clock.now += messages.shift() ?? 0;
    await run(bulkId);
    expect(await operation(bulkId)).toMatchObject({ status: 'completed', matched: 24, done: 24, awaiting: null });
    for (const id of jobIds) {
      const job = foldJob(await world.log.read(id));
      expect(job).toMatchObject(action === 'retry' ? { status: 'queued', bulk_id: bulkId } : { deleted: true });
    }
  });

  it('and is split meanwhile hides no job from a bulk delete, and the views and counters stay exact', async () => {
    world.hold(LAGGING);
    const early: string[] = [];
    for (let n = 0; n < 16; n += 1) early.push(await addJob());
    await world.split(LAGGING);
    await world.split(0);
    const late: string[] = [];
    const isLagging = (id: string): boolean => shardOf(id, SHARDS) === LAGGING;
    while (late.length < 24 || !late.some(isLagging)) late.push(await addJob());
    const jobIds = [...early, ...late];
    const lagging = jobIds.filter(isLagging);
    const bulkId = await ask('delete');
    await expect.poll(() => rowsOf(jobIds)).toBe(jobIds.length - lagging.length);
    expect(await run(bulkId)).toBe('over');
    const { awaiting } = await operation(bulkId);
    // The two closed shards are not read for marks; their children are.
    expect(awaiting?.marks).toHaveLength(SHARDS + 2);

    world.release(LAGGING);
    await expect.poll(() => rowsOf(jobIds)).toBe(jobIds.length);
    clock.now += messages.shift() ?? 0;
    await run(bulkId);
    expect(await operation(bulkId)).toMatchObject({
      status: 'completed',
      matched: jobIds.length,
      done: jobIds.length,
      awaiting: null,
    });
    const deleted = async () => (await world.views.get(jobIds, { consistent: true })).values();
    await expect
      .poll(async () => [...(await deleted())].filter((row) => row.b === undefined))
      .toHaveLength(jobIds.length);
    expect(await recount(world.views, ACCOUNT)).toEqual(new Map());

    const { VIEWS_TABLE } = await world.engine.createTables();
    const rebuilt = dynamoViews(world.engine.client, VIEWS_TABLE);
    const report = await replay(
      {
        log: world.log,
        views: rebuilt,
        streamIds: (part, parts) => streamIds(world.engine.client, world.tables.EVENTS_TABLE, { part, parts }),
        hasViews: () => hasViews(world.engine.client, VIEWS_TABLE),
        pause: async () => {},
        now: () => clock.now,
        onProgress: () => {},
      },
      { parts: 2, resume: false },
    );
    expect(report).toMatchObject({ failed: 0 });
    expect(await rebuilt.get(jobIds, { consistent: true })).toEqual(
      await world.views.get(jobIds, { consistent: true }),
    );
    expect(await recount(rebuilt, ACCOUNT)).toEqual(new Map());
  });

  it('has one mark per shard, which is reached only after all earlier records of the shard', async () => {
    const early = await addJob();
    const held = shardOf(early, SHARDS);
    world.hold(held);
    await expect.poll(() => world.batches.some(({ streamIds }) => streamIds.includes(early))).toBe(true);
    const marks = (await world.projection.mark(ACCOUNT)) ?? [];
    expect(marks.map((id) => shardOf(id, SHARDS)).sort()).toEqual([0, 1, 2, 3]);
    const others = marks.filter((id) => shardOf(id, SHARDS) !== held);
    await expect.poll(() => world.projection.hasPassed(others)).toBe(true);
    expect(await world.projection.hasPassed(marks)).toBe(false);
    world.release(held);
    await expect.poll(() => world.projection.hasPassed(marks)).toBe(true);
    expect(await rowsOf([early])).toBe(1);
  });
});
