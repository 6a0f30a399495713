/**
 * The pace of bulk operations, from the chunks to the delays in the real queue. Time is only a number in these tests.
 */
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { sqsWorkQueue } from '../../functions/adapters/sqs/work-queue.ts';
import type { BulkPorts } from '../../functions/bulk/bulk-ports.ts';
import { runBulk } from '../../functions/bulk/run-bulk.ts';
import { type DispatchPorts, dispatchOnce } from '../../functions/dispatcher/dispatch.ts';
import { foldBulk } from '../../functions/domain/bulk/bulk.ts';
import type { BulkAction } from '../../functions/domain/bulk/events.ts';
import { chunkSize, paceOfChunk, restBeforeChunk } from '../../functions/domain/bulk/pace.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { WorkQueue } from '../../functions/ports/work-queue.ts';
import { startSqs } from '../../local/engines/fauxqs.ts';
import type { Listening } from '../../local/http/listen.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started, T0 } from '../domain/job/job-stream.ts';
import { noServers } from '../fixtures/connections.ts';
import { CREDENTIALS, GATE } from '../fixtures/engine-credentials.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';
import { memoryLeases } from '../fixtures/worker-world.ts';

const SECOND = 1_000;
/** The time that each write takes, and the delay of each message of the operation beyond the requested one. */
const WRITE_MS = 3;
const LATENESS = [80, 700, 250, 0, 430];

/** The largest number of these times (ms) within one second. */
function mostPerSecond(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + SECOND).length));
}

const longestGap = (times: readonly number[]): number => {
  const sorted = times.toSorted((one, other) => one - other);
  return Math.max(...sorted.slice(1).map((at, before) => at - (sorted[before] ?? at)));
};

function worldOf() {
  /** The number of the write that takes five seconds. */
  const clock = { now: T0 + 3_600_000, writes: 0, stallAt: 0 };
  const log = memoryEventLog();
  const views = memoryViews();
  const put = async (streamId: string, event: { type: string; data: unknown }): Promise<void> => {
    const version = (await log.read(streamId)).length + 1;
    const actor = { kind: 'user', id: 'ann' } as const;
    const at = iso(clock.now);
    await log.append([{ streamId, version, accountId: ACCOUNT, actor, at, event, credentialId: CREDENTIAL }]);
  };
  const ports: BulkPorts = {
    ...{ views, slots: memorySlots(), leases: memoryLeases(), ids, accountBulks: 3, serversOf: noServers },
    log: {
      ...log,
      async append(events) {
        clock.writes += 1;
        clock.now += clock.writes === clock.stallAt ? 5 * SECOND : WRITE_MS;
        return log.append(events);
      },
    },
    projection: { mark: async () => [], hasPassed: async () => true },
    now: () => clock.now,
    random: () => 0,
    pause: () => Promise.reject(new Error('a run does not sleep')),
    runLater: async () => {},
    ended: async () => {},
    failed: (_, error) => {
      throw error;
    },
    remainingMs: () => 300_000,
  };
  return {
    clock,
    log,
    put,
    ports,
    async jobs(count: number): Promise<readonly string[]> {
      const made = Array.from({ length: count }, (_, n) => ids.derive('job', ['pace', String(n)]));
      for (const id of made)
        for (const event of [requested(), started(), failedWith('auth_failed', null)]) await put(id, event);
      return made;
    },
    async ask(action: BulkAction, jobIds: readonly string[], rate: number): Promise<string> {
      const bulkId = ids.derive('blk', ['pace', action, String(rate)]);
      const created_before = iso(clock.now);
      const asked = { action, filter: null, job_ids: [...jobIds], created_before, limit: null, reason: 'why' };
      await put(bulkId, { type: 'BulkRequested', data: { ...asked, rate_per_second: rate, expected: null } });
      return bulkId;
    },
    /**
     * Runs slice after slice, with a late message each time, until the operation has ended. Returns the requested
     * delays.
     */
    async run(bulkId: string): Promise<readonly number[]> {
      const rests: number[] = [];
      let turn = await runBulk({ bulk_id: bulkId }, ports);
      while (turn !== 'over') {
        rests.push(turn.delayMs);
        clock.now += turn.delayMs + (LATENESS[rests.length % LATENESS.length] ?? 0);
        turn = await runBulk(turn.message, ports);
      }
      expect(foldBulk(await log.read(bulkId))).toMatchObject({ status: 'completed' });
      return rests;
    },
    events: (type: string): readonly Envelope[] => log.all.filter((event) => event.type === type),
    /** The times (ms) at which the jobs may start. */
    async starts(jobIds: readonly string[]): Promise<readonly number[]> {
      const jobs = await Promise.all(jobIds.map(async (id) => foldJob(await log.read(id))));
      return jobs.map((job) => Date.parse(job?.next_attempt_at ?? ''));
    },
  };
}

const RATES = [
  [7, 1],
  [40, 5],
  [130, 20],
  [330, 50],
  [900, 500],
] as const;

describe.each(['retry', 'trigger'] as const)('a bulk %s', (action) => {
  it.each(RATES)('of %i jobs at %i per second starts no more in any second, and loses no time', async (count, rate) => {
    const world = worldOf();
    const jobs = await world.jobs(count);
    const bulkId = await world.ask(action, jobs, rate);
    const began = world.clock.now;
    const rests = await world.run(bulkId);
    const starts = await world.starts(jobs);
    expect(mostPerSecond(starts)).toBeLessThanOrEqual(rate);
    expect(longestGap(starts)).toBeLessThanOrEqual(SECOND / rate + SECOND);
    // Every write takes time: the pace may be slower by the runner's own time.
    const writing = count * WRITE_MS;
    expect(Math.max(...starts) - began).toBeLessThanOrEqual(Math.max(writing, (count * SECOND) / rate) + 2 * SECOND);
    for (const rest of rests) expect([rest % SECOND, rest >= SECOND && rest <= 900 * SECOND]).toEqual([0, true]);
  });
});

it('the jobs after a slow one in a chunk are spread over time and do not start at once', async () => {
  const world = worldOf();
  const jobs = await world.jobs(300);
  const bulkId = await world.ask('retry', jobs, 20);
  world.clock.stallAt = 5;
  await world.run(bulkId);
  const starts = await world.starts(jobs);
  expect(mostPerSecond(starts)).toBeLessThanOrEqual(20);
});

describe.each(['resolve', 'delete'] as const)('a bulk %s', (action) => {
  const type = action === 'resolve' ? 'JobResolved' : 'JobDeleted';

  it.each(RATES)('of %i jobs at %i per second changes no more in any second', async (count, rate) => {
    const world = worldOf();
    const bulkId = await world.ask(action, await world.jobs(count), rate);
    const began = world.clock.now;
    await world.run(bulkId);
    const times = world.events(type).map(({ at }) => Date.parse(at));
    expect(times).toHaveLength(count);
    expect(mostPerSecond(times)).toBeLessThanOrEqual(rate);
    // One chunk each second. Each message comes up to 0.7 s late, and this time is lost.
    expect(Math.max(...times) - began).toBeLessThanOrEqual((Math.ceil(count / rate) + 1) * 2 * SECOND);
  });
});

describe('a chunk that is applied again after its runner was lost', () => {
  const bulk = { action: 'retry', rate_per_second: 5, chunk: Array.from({ length: 25 }, String) } as const;

  it('is spread from the present: late jobs do not start at once', () => {
    const late = T0 + 60 * SECOND;
    const pace = paceOfChunk({ ...bulk, chunk: [...bulk.chunk], next_at: iso(T0) }, late);
    const starts = bulk.chunk.map((_, place) => pace.startOf(place) ?? 0);
    expect([starts[0], mostPerSecond(starts), pace.nextAt]).toEqual([late, 5, late + 5 * SECOND]);
  });

  it('begins after the starts of the previous chunk', () => {
    const pace = paceOfChunk({ ...bulk, chunk: [...bulk.chunk], next_at: iso(T0 + 800) }, T0);
    expect([pace.startOf(0), pace.startOf(1)]).toEqual([T0 + 800, T0 + 1_000]);
  });
});

describe('the pause between two chunks', () => {
  const of = (action: BulkAction, rate: number, ahead: number): number =>
    restBeforeChunk({ action, rate_per_second: rate, next_at: iso(T0 + ahead) }, T0);

  it('is in whole seconds, rounded down for jobs with a start of their own, rounded up for others', () => {
    expect([of('retry', 5, 4_700), of('trigger', 5, 1_000), of('retry', 5, 999), of('retry', 5, -9)]).toEqual([
      4_000, 1_000, 0, 0,
    ]);
    expect([of('delete', 5, 1), of('resolve', 5, 1_000), of('delete', 5, 0), of('delete', 5, -9)]).toEqual([
      1_000, 1_000, 0, 0,
    ]);
  });

  it('is zero while chunks of 100 do not fill a second', () => {
    expect([of('delete', 500, 800), of('delete', 500, 801)]).toEqual([0, 1_000]);
    expect([
      chunkSize({ action: 'delete', rate_per_second: 500 }),
      chunkSize({ action: 'retry', rate_per_second: 1 }),
    ]).toEqual([100, 5]);
  });
});

describe('on the real queue', () => {
  let server: Listening;
  let client: SQSClient;
  let queue: WorkQueue;
  const sent: { id: string; seconds: number }[] = [];
  const batch = z.object({ Entries: z.array(z.object({ MessageBody: z.string(), DelaySeconds: z.number() })) });

  beforeAll(async () => {
    server = await startSqs(GATE);
    client = new SQSClient({ endpoint: server.url, region: 'us-east-1', credentials: CREDENTIALS });
    client.middlewareStack.add(
      (next) => async (args) => {
        for (const { MessageBody, DelaySeconds } of batch.safeParse(args.input).data?.Entries ?? [])
          sent.push({ id: JSON.parse(MessageBody).job_id, seconds: DelaySeconds });
        return next(args);
      },
      { step: 'initialize' },
    );
    const urls: string[] = [];
    for (const QueueName of ['work', 'priority']) {
      const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName }));
      urls.push(`${server.url}${new URL(QueueUrl ?? '').pathname}`);
    }
    queue = sqsWorkQueue(client, { work: urls[0] ?? '', priority: urls[1] ?? '' });
  });
  afterAll(async () => {
    client?.destroy();
    await server?.stop();
  });

  it('25 jobs retried at 5 per second arrive five each second, by delays of whole seconds', async () => {
    const world = worldOf();
    const jobs = await world.jobs(25);
    await world.run(await world.ask('retry', jobs, 5));
    const retried = world.events('JobRetryRequested');
    // The dispatcher gets them in one batch, half a second after the last.
    const now = Date.parse(retried.at(-1)?.at ?? '') + 500;
    const none = async (): Promise<void> => {};
    const ports: DispatchPorts = {
      ...{ queue, bulks: { send: none }, log: world.log, views: memoryViews(), leases: memoryLeases() },
      ...{ slots: memorySlots(), ids, coalescing: memoryCoalescing(), pause: none, now: () => now },
    };
    const { failedStreams } = await dispatchOnce(retried, ports);
    expect([...failedStreams]).toEqual([]);
    expect(sent.map(({ id }) => id)).toEqual(jobs);
    for (const { seconds } of sent) expect(Number.isInteger(seconds) && seconds >= 0 && seconds <= 900).toBe(true);

    const due = await world.starts(jobs);
    const comes = sent.map(({ seconds }) => now + seconds * SECOND);
    for (const [place, at] of comes.entries()) {
      expect(at).toBeGreaterThanOrEqual(due[place] ?? 0);
      expect(at).toBeLessThan((due[place] ?? 0) + SECOND);
    }
    expect(mostPerSecond(comes)).toBeLessThanOrEqual(5);
    expect(longestGap(comes)).toBe(SECOND);
  });
});
