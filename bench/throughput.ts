import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCounters } from '../functions/adapters/dynamodb/counters.ts';
import { dynamoEraser } from '../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../functions/adapters/dynamodb/mail-store.ts';
import { dynamoScheduleRuns } from '../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { countBatch } from '../functions/counters/count-batch.ts';
import type { Envelope } from '../functions/domain/event/event.ts';
import type { JobEvent } from '../functions/domain/job/events.ts';
import { projectOnce } from '../functions/projector/project.ts';
import { retainOnce } from '../functions/retention/retain.ts';
import { fireTask } from '../functions/sweeper/duties/fire-task.ts';
import { inParallel } from '../functions/sweeper/walk.ts';
import { recount } from '../functions/upkeep/recount.ts';
import { shardOf } from '../local/engines/shard-layout.ts';
import { ACCOUNT, iso, recorded, requested, started, succeeded, T0 } from '../test/domain/job/job-stream.ts';
import { viewsRecords } from '../test/fixtures/count-views.ts';
import { fromEngine } from '../test/fixtures/counted-stream.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';

/** Duration of a DynamoDB call within a region (AWS: single-digit milliseconds). */
const LATENCY_MS = 5;
const SHARDS = 4;
const SECONDS = 5;
const DAY_MS = 86_400_000;
const LIFE: readonly JobEvent[] = [requested(), started(), succeeded];

type Engine = Awaited<ReturnType<typeof startDynoxide>>;

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** A client of the engine that counts its calls and makes them as slow as on AWS. */
function slowClient(engine: Engine) {
  const calls = { count: 0 };
  const plain = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  plain.middlewareStack.add(
    (next) => async (args) => {
      calls.count += 1;
      await pause(LATENCY_MS);
      return next(args);
    },
    { step: 'initialize' },
  );
  return { client: DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } }), calls };
}

/**
 * Measures how many jobs per second retention, the sweeper and the projector can handle, on the real engine with the latency of AWS;
 * docs/capacity.md uses these numbers. Prints; asserts nothing.
 */
export async function benchThroughput(count: number): Promise<void> {
  const engine = await startDynoxide();
  try {
    await measureRetention(engine, count);
    await measureSchedules(engine, count);
    for (const rate of [10, 100]) await measureProjector(engine, rate);
  } finally {
    await engine.stop();
  }
}

async function measureRetention(engine: Engine, count: number): Promise<void> {
  const { EVENTS_TABLE: events, VIEWS_TABLE, MAIL_TABLE } = await engine.createTables();
  const plain = dynamoEventLog(engine.client, events, ids);
  const views = dynamoViews(engine.client, VIEWS_TABLE);
  const jobs = Array.from({ length: count }, () => ids.next('job'));
  const project = async (): Promise<void> => {
    const records = (await Promise.all(jobs.map((id) => plain.read(id)))).flat();
    await projectOnce(records, { log: plain, views, pause: () => pause(1) });
  };
  for (const id of jobs)
    for (const [at, event] of LIFE.entries())
      await plain.append([
        {
          ...{ streamId: id, version: at + 1, accountId: ACCOUNT, at: iso(T0), event },
          actor: { kind: 'worker', id: 'bench' },
        },
      ]);
  await project();
  const { client, calls } = slowClient(engine);
  const run = async (now: number, what: string): Promise<void> => {
    calls.count = 0;
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    await retainOnce({
      log: dynamoEventLog(client, events, ids),
      views: dynamoViews(client, VIEWS_TABLE),
      eraser: dynamoEraser(client, { events, views: VIEWS_TABLE }),
      mail: dynamoMailStore(client, MAIL_TABLE),
      retention: { unchanged: DAY_MS, succeeded: 7 * DAY_MS, failed: 90 * DAY_MS },
      now: () => now,
      remainingMs: () => 300_000,
    });
    const [seconds, cpuMs] = [(performance.now() - began) / 1000, cpuMsSince(cpu)];
    console.log(
      `  ${what} ${count} jobs: ${(count / seconds).toFixed(0)} a second, ${(calls.count / count).toFixed(1)} calls and ${(cpuMs / count).toFixed(1)} ms of CPU a job`,
    );
  };
  console.log(`\nretention, ${LATENCY_MS} ms a call:`);
  await run(T0 + 8 * DAY_MS, 'deleting');
  await project();
  await run(T0 + 11 * DAY_MS, 'erasing');
  client.destroy();
}

/** Measures the start of due runs, in as many lanes as the sweeper has: its partitions, and ten tasks in each. */
async function measureSchedules(engine: Engine, count: number): Promise<void> {
  const { EVENTS_TABLE: events, VIEWS_TABLE, LEASES_TABLE: leases } = await engine.createTables();
  const plain = dynamoEventLog(engine.client, events, ids);
  const [credential, tasks] = [ids.next('pc'), Array.from({ length: count }, () => ids.next('tsk'))];
  const first = { version: 1, accountId: ACCOUNT, at: iso(T0), actor: { kind: 'user', id: 'bench' } } as const;
  const added = { provider_kind: 'imap', auth_kind: 'password' } as const;
  await plain.append([{ ...first, streamId: credential, event: { type: 'CredentialAdded', data: added } }]);
  const data = {
    ...{ task_type: 'imap_sync_messages', target_credential_id: credential, payload: { folder: 'INBOX' } },
    ...{ priority: 0, labels: [], schedule: { every: '5m' } },
  };
  for (const streamId of tasks) await plain.append([{ ...first, streamId, event: { type: 'TaskCreated', data } }]);
  const records = (await Promise.all([credential, ...tasks].map((id) => plain.read(id)))).flat();
  const rows = dynamoViews(engine.client, VIEWS_TABLE);
  await projectOnce(records, { log: plain, views: rows, pause: () => pause(1) });
  const { client, calls } = slowClient(engine);
  const ports = {
    ...{ log: dynamoEventLog(client, events, ids), views: dynamoViews(client, VIEWS_TABLE), ids },
    ...{ runs: dynamoScheduleRuns(client, { leases, events }, ids), now: () => T0 + DAY_MS },
  };
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  let fired = 0;
  const lanes = Array.from({ length: SHARDS }, (_, lane) => tasks.filter((_task, n) => n % SHARDS === lane));
  await Promise.all(
    lanes.map((lane) =>
      inParallel(lane, async (id) => {
        if ((await fireTask(id, ports)) === 'fired') fired += 1;
      }),
    ),
  );
  const [seconds, cpuMs] = [(performance.now() - began) / 1000, cpuMsSince(cpu)];
  console.log(
    `\nsweeper, ${LATENCY_MS} ms a call:\n  starting ${fired} of ${count} due runs: ${(fired / seconds).toFixed(0)} a second, ${(calls.count / fired).toFixed(1)} calls and ${(cpuMs / fired).toFixed(1)} ms of CPU a run`,
  );
  client.destroy();
}

/**
 * Measures the projector on the stream of an account with this many jobs per second, and the counter on the stream of
 * the rows, each in shards that are processed in parallel.
 */
async function measureProjector(engine: Engine, rate: number): Promise<void> {
  const { EVENTS_TABLE, VIEWS_TABLE } = await engine.createTables();
  const { client, calls } = slowClient(engine);
  const log = dynamoEventLog(client, EVENTS_TABLE, ids);
  const views = dynamoViews(client, VIEWS_TABLE);
  const windows: Envelope[][] = Array.from({ length: SECONDS + LIFE.length }, () => []);
  for (let second = 0; second < SECONDS; second += 1)
    for (let n = 0; n < rate; n += 1) {
      const id = ids.next('job');
      for (const [at, event] of LIFE.entries())
        windows[second + at]?.push(recorded(event, at + 1, T0 + (second + at) * 1000, id));
    }
  const totals = { longest: 0, cpuMs: 0, written: 0, conflicts: 0, failed: 0 };
  const counting = { longest: 0, cpuMs: 0, calls: 0, failed: 0, records: 0 };
  const counters = dynamoCounters(client, VIEWS_TABLE, Date.now);
  const count = async (): Promise<void> => {
    const news = (await viewsRecords(engine, VIEWS_TABLE)).slice(counting.records);
    const shards = Map.groupBy(news, (record) => shardOf(fromEngine(record).id, SHARDS));
    const [began, cpu, before] = [performance.now(), process.cpuUsage(), calls.count];
    const results = await Promise.all(
      [...shards].map(([shard, Records]) => countBatch({ shardId: `shardId-${shard}`, Records }, counters)),
    );
    counting.longest = Math.max(counting.longest, performance.now() - began);
    counting.cpuMs += cpuMsSince(cpu);
    counting.calls += calls.count - before;
    counting.failed += results.reduce((sum, { errors }) => sum + errors.length, 0);
    counting.records += news.length;
  };
  for (const records of windows) {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const results = await Promise.all(
      Array.from({ length: SHARDS }, (_, shard) =>
        projectOnce(
          records.filter(({ stream_id: id }) => shardOf(id, SHARDS) === shard),
          { log, views, pause: (attempt) => pause(Math.random() * 20 * 2 ** attempt) },
        ),
      ),
    );
    totals.longest = Math.max(totals.longest, performance.now() - began);
    totals.cpuMs += cpuMsSince(cpu);
    for (const { written, conflicts, failed } of results) {
      totals.written += written;
      totals.conflicts += conflicts;
      totals.failed += failed.length;
    }
    await count();
  }
  const projecting = calls.count - counting.calls;
  const { size: drift } = await recount(dynamoViews(engine.client, VIEWS_TABLE), ACCOUNT);
  console.log(
    `\nprojector, ${rate} jobs a second of one account in ${SHARDS} shards, windows of 1 s, ${LATENCY_MS} ms a call:\n  the longest window took ${totals.longest.toFixed(0)} ms; ${totals.written} rows, ${(projecting / (rate * SECONDS)).toFixed(1)} calls and ${(totals.cpuMs / (rate * SECONDS)).toFixed(1)} ms of CPU a job, ${totals.conflicts} conflicts, ${totals.failed} failed\n  counter: the longest window took ${counting.longest.toFixed(0)} ms; ${(counting.calls / (rate * SECONDS)).toFixed(2)} calls and ${(counting.cpuMs / (rate * SECONDS)).toFixed(1)} ms of CPU a job, ${counting.failed} failed; counters ${drift === 0 ? 'exact' : 'off'}`,
  );
  client.destroy();
}
