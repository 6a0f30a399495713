import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCounters } from '../../functions/adapters/dynamodb/counters.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import { groupIdOf } from '../../functions/domain/failure-group/group-id.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { jobOf } from '../../functions/domain/views/job-view.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import type { Views } from '../../functions/ports/views.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { checkpointAt, type StreamedEvent } from '../../functions/streams/records.ts';
import { recount } from '../../functions/upkeep/recount.ts';
import { abandoned, CREDENTIAL, iso, requested, started, succeeded, T0, yielded } from '../domain/job/job-stream.ts';
import { viewsRecords } from '../fixtures/count-views.ts';
import { countedStream, fromEngine, recordOf } from '../fixtures/counted-stream.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryCounters } from '../fixtures/in-memory-counters.ts';
import { type Random, randomFrom } from './random-histories.ts';

const SEED = 20_261_124;
const ACCOUNTS = ['acc_a', 'acc_b', 'acc_c'];
/** Has more jobs than a page of the recount. */
const BIG = 'acc_a';
const SHARDS = 4;
const SHARES = [0, 1, 2, 3];
const CODES = ['auth_failed', 'connection_closed', 'server_error', 'worker_lost'] as const;

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

type Status = 'scheduled' | 'queued' | 'running' | 'retrying' | 'succeeded' | 'failed' | 'resolved';
type Fate = { status: Status; error: string | null; host: string | null; ended: string | null; deleted: boolean };

/** The table of job events, written independently of the product's fold. */
function fateAfter(before: Fate | null, event: Pick<Envelope, 'type' | 'at'> & { readonly data: unknown }): Fate {
  const { type, at, data }: JobEvent & { at: string } = JSON.parse(JSON.stringify(event));
  const fate = before ?? { status: 'queued', error: null, host: null, ended: null, deleted: false };
  const timed = (runAt: string | null): Status => (runAt !== null && runAt > at ? 'scheduled' : 'queued');
  switch (type) {
    case 'JobRequested':
      return { ...fate, status: timed(data.run_at) };
    case 'JobReleased':
    case 'AttemptYielded':
    case 'JobPostponed':
    case 'JobRetryRequested':
    case 'JobTriggered':
      return { ...fate, status: 'queued', ended: null };
    case 'AttemptStarted':
      return { ...fate, status: 'running', ended: null };
    case 'AttemptSucceeded':
      return { ...fate, status: 'succeeded', ended: at };
    case 'AttemptFailed':
      return {
        ...fate,
        status: data.retry_at === null ? 'failed' : 'retrying',
        error: data.code,
        host: data.host ?? null,
        ended: data.retry_at === null ? at : null,
      };
    case 'AttemptAbandoned':
      return {
        ...fate,
        status: data.gives_up ? 'failed' : 'queued',
        error: 'worker_lost',
        ended: data.gives_up ? at : null,
      };
    case 'JobResolved':
      return { ...fate, status: 'resolved', ended: at };
    case 'JobReopened':
      return { ...fate, status: 'failed', ended: at };
    case 'JobUpdated':
      return data.changes.run_at === undefined ? fate : { ...fate, status: timed(data.changes.run_at) };
    case 'JobDeleted':
      return { ...fate, deleted: true };
    default:
      return fate;
  }
}

const word = { reason: null };
const retry: JobEvent = { type: 'JobRetryRequested', data: word };
const trigger: JobEvent = { type: 'JobTriggered', data: { reason: null, force: false } };
const resolve: JobEvent = { type: 'JobResolved', data: { note: null } };
const reopen: JobEvent = { type: 'JobReopened', data: { reason: null } };
const remove: JobEvent = { type: 'JobDeleted', data: word };
const release: JobEvent = { type: 'JobReleased', data: {} };
const update = (changes: Extract<JobEvent, { type: 'JobUpdated' }>['data']['changes']): JobEvent => ({
  type: 'JobUpdated',
  data: { changes },
});
const HOSTS = ['imap.one.example:993', 'imap.two.example:143'] as const;
const failed = (
  code: 'auth_failed' | 'connection_closed' | 'server_error',
  retryAt: string | null,
  host: (typeof HOSTS)[number] | null = null,
): JobEvent => ({
  type: 'AttemptFailed',
  data: {
    code,
    category: code === 'auth_failed' ? 'authentication' : code === 'server_error' ? 'server' : 'transient',
    detail: 'detail',
    retry_at: retryAt,
    outcome_unknown: false,
    ...(host === null ? {} : { host }),
  },
});

/** The events that may come next for a job in that status. A random one is used: a repeated one is twice as likely. */
function possible(status: Status, now: number): readonly JobEvent[] {
  const later = iso(now + 3_600_000);
  const how = update({ priority: 1 });
  const when = [update({ run_at: later }), update({ run_at: null })];
  switch (status) {
    case 'scheduled':
      return [release, release, started(), ...when, trigger, resolve];
    case 'queued':
      return [started(), started(), started(), started(), how, ...when, trigger, resolve];
    case 'retrying':
      return [release, release, started(), retry, trigger, how, ...when, resolve];
    case 'running':
      return [
        succeeded,
        succeeded,
        failed('auth_failed', null),
        failed('connection_closed', later, HOSTS[0]),
        failed('server_error', later, HOSTS[1]),
        failed('server_error', null, HOSTS[0]),
        yielded,
        abandoned('lease'),
        abandoned('lease', true),
        { type: 'JobPostponed', data: { until: later, because: 'rate_limited' } },
        trigger,
        resolve,
      ];
    case 'failed':
      return [retry, retry, trigger, how, resolve];
    case 'succeeded':
      return [trigger, how];
    case 'resolved':
      return [trigger, how, reopen];
  }
}

type Delivery = {
  /** `swapped`: events of one job may overtake each other on the way, as DynamoDB promises order per item only. */
  readonly order: 'kept' | 'swapped';
  readonly operations: number;
};

/** The stream's records of one shard: `next` is the checkpoint of its poller. */
type Shard = { readonly records: StreamedEvent[]; next: number };

/**
 * Random lives of jobs, delivered while they happen and, at the end, completely: returns the streams and the
 * projector's totals.
 */
async function happen(log: EventLog, sound: Views, stream: CountedStream, { order, operations }: Delivery) {
  const met = { dropped: 0, gapsFilled: 0, conflicts: 0, failed: 0 };
  const life = randomFrom(SEED);
  const way = randomFrom(SEED + 1);
  const views = disturbed(sound, randomFrom(SEED + 2));
  const shards: Shard[] = Array.from({ length: SHARDS }, () => ({ records: [], next: 0 }));
  const jobs: { id: string; account: string; version: number; fate: Fate }[] = [];
  let now = T0;
  let sequence = 0;

  async function operate(): Promise<void> {
    now += life.below(20_000);
    const living = jobs.filter(({ fate }) => !fate.deleted);
    // Mostly the newest, so that events of one job are close enough to overtake each other.
    const near = life.chance(0.8) ? living.slice(-8) : living;
    const job = near.length > 0 && !life.chance(0.25) ? life.pick(near) : null;
    const event =
      job === null
        ? requested({
            action: life.pick(['imap_sync_messages', 'imap_sync_mailboxes']),
            run_at: life.chance(0.2) ? iso(now + 3_600_000) : null,
          })
        : life.chance(0.04)
          ? remove
          : life.pick(possible(job.fate.status, now));
    const id = job?.id ?? ids.derive('job', [`${SEED}`, `${order}`, `${jobs.length}`]);
    const account = job?.account ?? (life.chance(0.6) ? BIG : life.pick(ACCOUNTS));
    const version = (job?.version ?? 0) + 1;
    const at = iso(now);
    const appended = await log.append([
      {
        streamId: id,
        version,
        accountId: account,
        actor: { kind: 'system', id: 't' },
        at,
        credentialId: CREDENTIAL,
        event,
      },
    ]);
    if (appended.kind !== 'appended') throw new Error(`${id} has a version ${version} already`);
    const fate = fateAfter(job?.fate ?? null, { ...event, at });
    if (job === null) jobs.push({ id, account, version, fate });
    else Object.assign(job, { version, fate });
    const [stored] = await log.read(id, version - 1);
    if (stored !== undefined) record(stored);
  }

  function record(event: Envelope): void {
    const shard = shards[(event.stream_id.codePointAt(event.stream_id.length - 1) ?? 0) % SHARDS];
    if (shard === undefined) throw new Error('no shard');
    const overtakes = order === 'swapped' ? way.below(Math.min(12, shard.records.length - shard.next + 1)) : 0;
    shard.records.splice(shard.records.length - overtakes, 0, { sequence: '', event });
  }

  /** One invocation of the projector, perhaps with old records in front of the new ones; the checkpoint moves on. */
  async function deliver(shard: Shard, most: number): Promise<void> {
    const news = shard.records.slice(shard.next, shard.next + 1 + way.below(most));
    const old = way.chance(0.2) ? Array.from({ length: 8 }, () => way.pick(shard.records)) : [];
    const batch = [...old, ...news].map(({ event }) => {
      sequence += 1;
      return { sequence: `${sequence}`, event };
    });
    const invoke = async () => {
      const events = batch.map(({ event }) => event);
      const result = await projectOnce(events, { log, views, pause: async () => {} });
      met.dropped += result.dropped;
      met.gapsFilled += result.gapsFilled;
      met.conflicts += result.conflicts;
      met.failed += result.failed.length;
      const lost = new Set(result.failed.map(({ streamId }) => streamId));
      const [failure] = checkpointAt(batch, lost).batchItemFailures;
      return failure === undefined ? batch.length : batch.findIndex((one) => one.sequence === failure.itemIdentifier);
    };
    // An invocation that timed out may still run when its successor has the same batch.
    const [reached] = await Promise.all(way.chance(0.1) ? [invoke(), invoke()] : [invoke()]);
    const replyLost = way.chance(0.1);
    if (!replyLost) shard.next += Math.max(0, (reached ?? 0) - old.length);
  }

  for (let done = 0; done < operations; ) {
    const burst = Math.min(operations - done, 1 + life.below(60));
    for (let n = 0; n < burst; n += 1) await operate();
    done += burst;
    const busy = shards.filter(({ records, next }) => next < records.length && way.chance(0.8));
    await Promise.all(busy.map((shard) => deliver(shard, 40)));
    await stream.proceed();
    if (stream.met.splits < (2 * done) / operations) await stream.split();
  }
  while (shards.some(({ records, next }) => next < records.length))
    await Promise.all(shards.filter(({ records, next }) => next < records.length).map((shard) => deliver(shard, 100)));
  await stream.drain();
  return { streams: jobs.map(({ id }) => id), met };
}

/** Views whose writes are refused, fail, or succeed without an answer. */
function disturbed(views: Views, random: Random): Views {
  return {
    ...views,
    async write(change) {
      const luck = random.below(100);
      if (luck < 5) return 'conflict';
      if (luck < 11) throw new Error('the table did not answer');
      const result = await views.write(change);
      if (luck < 17) throw new Error('the answer was lost');
      return result;
    },
  };
}

type CountedStream = ReturnType<typeof countedStream>;

/** Reads of counter rows, without their marks. */
const countsIn =
  ({ rows }: ReturnType<typeof memoryCounters>): Views['counters'] =>
  async (ids) =>
    new Map(
      ids.map((id) => [
        id,
        new Map([...(rows.get(id) ?? [])].flatMap(([name, n]) => (typeof n === 'number' ? [[name, n] as const] : []))),
      ]),
    );

type Counts = Record<string, number>;

/** Counts by row and name, from the logs alone. */
async function counted(log: EventLog, streams: readonly string[]) {
  const counts: Counts = {};
  const fates = new Map<string, Fate & { readonly version: number }>();
  for (const id of streams) {
    const events = await log.read(id);
    const [first] = events;
    const fate = events.reduce<Fate | null>((before, event) => fateAfter(before, event), null);
    if (first === undefined || fate === null) throw new Error(`${id} has no events`);
    fates.set(id, { ...fate, version: events.length });
    if (fate.deleted) continue;
    const { action }: { action: string } = JSON.parse(JSON.stringify(first.data));
    const names = [`s:${fate.status}`, `a:${action}`];
    if (fate.error !== null) names.push(`x:${fate.error}`);
    if (fate.error !== null && (fate.status === 'failed' || fate.status === 'retrying')) names.push(`e:${fate.error}`);
    for (const name of names) add(counts, `${first.account_id} ${name}`, 1);
    add(counts, `${first.account_id} ${first.at.slice(0, 13)} s:${fate.status}`, 1);
    const { status, error, ended } = fate;
    if (ended !== null) add(counts, `${first.account_id} ${ended.slice(0, 13)} d:${status}`, 1);
    if (ended !== null && status === 'failed' && error !== null)
      add(counts, `${first.account_id} ${ended.slice(0, 13)} c:${error}`, 1);
    if (error !== null && (status === 'failed' || status === 'retrying'))
      add(counts, `${first.account_id} ${error} on ${fate.host} ${status === 'failed' ? 'f' : 'r'}:${action}`, 1);
  }
  return { counts, fates };
}

/** Counts by row and name as they are stored, the shards of an account added up. */
async function stored(views: Views, until: number): Promise<Counts> {
  const counts: Counts = {};
  const hours = Array.from({ length: Math.ceil((until - T0) / 3_600_000) + 1 }, (_, n) => iso(T0 + n * 3_600_000));
  for (const account of ACCOUNTS) {
    const rows = [
      ...SHARES.map((share) => [`cnt#${account}#${share}`, account]),
      ...CODES.flatMap((code) =>
        [null, ...HOSTS].map((host) => [
          `cnt#${groupIdOf({ account_id: account, code, host })}`,
          `${account} ${code} on ${host}`,
        ]),
      ),
      ...hours.map((hour) => [`cnt#${account}#h#${hour.slice(0, 13)}`, `${account} ${hour.slice(0, 13)}`]),
    ];
    const found = await views.counters(
      rows.map(([row = '']) => row),
      { consistent: true },
    );
    for (const [row = '', title = ''] of rows)
      for (const [name, count] of found.get(row) ?? []) if (name !== 'v:') add(counts, `${title} ${name}`, count);
  }
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function add(counts: Counts, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Compares counters, rows and the product's own recount with the logs. */
async function expectExact(log: EventLog, views: Views, streams: readonly string[], operations: number): Promise<void> {
  const { counts, fates } = await counted(log, streams);
  const ends = new Set([...fates.values()].map(({ status, deleted }) => (deleted ? 'deleted' : status)));
  expect(ends).toEqual(
    new Set(['scheduled', 'queued', 'running', 'retrying', 'succeeded', 'failed', 'resolved', 'deleted']),
  );
  expect(await stored(views, T0 + operations * 20_000), `seed ${SEED}`).toEqual(counts);
  const rows = await views.get(streams, { consistent: true });
  for (const [id, { status, deleted, version }] of fates) {
    const row = rows.get(id);
    expect(row?.v, `${id}, seed ${SEED}`).toBe(version);
    // No body, and no key of an index by which jobs are listed or counted.
    if (deleted)
      for (const name of ['b', 'ga', 'gt', 'gc', 'gb', 'gs', 'ge', 's']) expect(row).not.toHaveProperty(name);
    else expect(row && jobOf(row)?.status).toBe(status);
  }
  for (const account of ACCOUNTS) expect(await recount(views, account), `seed ${SEED}`).toEqual(new Map());
}

describe('the counters equal a count of the logs', () => {
  it.each(['kept', 'swapped'] as const)(
    'after 10,000 operations whose records came repeatedly, from several shards, with failures, with their order %s',
    async (order) => {
      const log = memoryEventLog();
      const table = memoryViews();
      const counters = memoryCounters();
      let known = 0;
      const stream = countedStream(
        counters,
        async () => {
          const news = table.changes.slice(known).map((change, at) => recordOf(change, String(95 + known + at)));
          known = table.changes.length;
          return news;
        },
        randomFrom(SEED + 3),
      );
      const views = { ...table, counters: countsIn(counters) };
      const { streams, met } = await happen(log, views, stream, { order, operations: 10_000 });
      expect(log.all).toHaveLength(10_000);
      expect(streams.length).toBeGreaterThan(2000);
      // Without these the test would prove nothing.
      expect(met.dropped).toBeGreaterThan(1000);
      expect(met.conflicts).toBeGreaterThan(50);
      expect(met.failed).toBeGreaterThan(20);
      expect(stream.met).toMatchObject({ splits: 2 });
      expect(stream.met.repeated).toBeGreaterThan(1000);
      expect(stream.met.failed).toBeGreaterThan(50);
      expect(met.gapsFilled).toBeGreaterThan(order === 'swapped' ? 200 : 0);
      await expectExact(log, views, streams, 10_000);
      // The revision rose once for each change of a row that lists show, however often its record came.
      const shown = table.changes.filter(({ before, after }) => (before?.b ?? after.b) !== undefined);
      const own = ACCOUNTS.flatMap((account) => SHARES.map((share) => `cnt#${account}#${share}`));
      const revisions = [...(await views.counters(own, { consistent: true })).values()].map(
        (row) => row.get('v:') ?? 0,
      );
      expect(revisions.reduce((sum, each) => sum + each, 0)).toBe(shown.length);
    },
  );

  it('after 500 such operations on the real engine', async () => {
    const tables = await engine.createTables();
    const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
    const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
    const counters = dynamoCounters(engine.client, tables.VIEWS_TABLE, Date.now);
    let known = 0;
    const stream = countedStream(
      counters,
      async () => {
        const news = (await viewsRecords(engine, tables.VIEWS_TABLE)).slice(known);
        known += news.length;
        return news.map(fromEngine);
      },
      randomFrom(SEED + 3),
    );
    const { streams } = await happen(log, views, stream, { order: 'swapped', operations: 500 });
    await expectExact(log, views, streams, 500);
  });
});
