import { DeleteCommand, GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyCursorKey } from '../../functions/adapters/dynamodb/cursor-key.ts';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { hasViews, streamIds } from '../../functions/adapters/dynamodb/log-scan.ts';
import { pauseWithJitter } from '../../functions/adapters/dynamodb/pause.ts';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { BulkEvent } from '../../functions/domain/bulk/events.ts';
import type { CredentialEvent } from '../../functions/domain/credential/events.ts';
import { SYSTEM, userActor } from '../../functions/domain/event/actors.ts';
import type { Actor, DomainEvent, Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { TaskEvent } from '../../functions/domain/task/task.ts';
import { REVISION } from '../../functions/domain/views/counters.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { MARK_EVENT, markStream } from '../../functions/domain/views/mark.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { readReplayOptions, UsageError } from '../../functions/upkeep/options.ts';
import { recount } from '../../functions/upkeep/recount.ts';
import { type ReplayPorts, type ReplayReport, replay } from '../../functions/upkeep/replay.ts';
import {
  abandoned,
  CREDENTIAL,
  failedWith,
  iso,
  requested,
  started,
  succeeded,
  T0,
  yielded,
} from '../domain/job/job-stream.ts';
import { countViews } from '../fixtures/count-views.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { type Random, randomFrom } from '../projector/random-histories.ts';

const SEED = 20_261_124;
const ACCOUNTS = ['acc_a', 'acc_b', 'acc_c'];
const STREAMS = 120;
const HOUR = 3_600_000;

let engine: Dynoxide;
let shared: Awaited<ReturnType<typeof world>>;
beforeAll(async () => {
  engine = await startDynoxide();
  shared = await world();
});
afterAll(() => engine?.stop());

const removed: JobEvent = { type: 'JobDeleted', data: { reason: null } };
const retried: JobEvent = { type: 'JobRetryRequested', data: { reason: null, bulk_id: ids.derive('blk', ['one']) } };
const later = failedWith('connection_closed', iso(T0 + 9 * HOUR));
const ended = failedWith('auth_failed', null);
const JOBS: readonly (readonly JobEvent[])[] = [
  [requested(), started(), succeeded],
  [requested(), started(), yielded, started(1, 2), abandoned('lease-1-2'), started(1, 3), ended, retried, started(2)],
  [requested({ run_at: iso(T0 + 90 * HOUR), task_id: ids.derive('tsk', ['one']) }), { type: 'JobReleased', data: {} }],
  [requested({ action: 'imap_sync_mailboxes' }), started(), later, started(2), ended, removed],
  [requested(), { type: 'JobResolved', data: { note: 'by hand' } }, removed],
];
const task: TaskEvent = {
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_messages',
    target_credential_id: CREDENTIAL,
    payload: {},
    schedule: null,
    priority: 0,
    labels: ['a'],
  },
};
const triggered: TaskEvent = { type: 'TaskTriggered', data: { job_id: ids.derive('job', ['one']), reason: null } };
const refused = { code: 'auth_failed', category: 'authentication', detail: '' } as const;
const CREDENTIALS: readonly CredentialEvent[] = [
  { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
  { type: 'CredentialRefused', data: { ...refused, job_id: ids.derive('job', ['one']) } },
  { type: 'CredentialVerified', data: { by: 'test' } },
  { type: 'CredentialRotated', data: { generation: 2 } },
  { type: 'CredentialDeleted', data: { force: true } },
];
const result = { job_id: ids.derive('job', ['one']), outcome: 'done', code: null } as const;
const BULKS: readonly BulkEvent[] = [
  {
    type: 'BulkRequested',
    data: {
      action: 'retry',
      filter: null,
      job_ids: [result.job_id],
      created_before: iso(T0),
      limit: null,
      reason: 'test',
      rate_per_second: 50,
      expected: 1,
    },
  },
  { type: 'BulkChunkSelected', data: { job_ids: [result.job_id], position: '1', last: true } },
  { type: 'BulkChunkApplied', data: { results: [result] } },
  { type: 'BulkFinished', data: { outcome: 'completed' } },
];

/** A random prefix of one of the lives. */
function life(random: Random): {
  readonly prefix: 'job' | 'tsk' | 'pc' | 'blk';
  readonly events: readonly DomainEvent[];
} {
  const begun = (events: readonly DomainEvent[]) => events.slice(0, 1 + random.below(events.length));
  switch (random.below(10)) {
    case 0:
      return { prefix: 'tsk', events: begun([task, triggered, triggered]) };
    case 1:
      return { prefix: 'pc', events: begun(CREDENTIALS) };
    case 2:
      return { prefix: 'blk', events: begun(BULKS) };
    default:
      return { prefix: 'job', events: begun(random.pick(JOBS)) };
  }
}

/** A log of random lives, and a views table that a projector has kept up to date. */
async function world() {
  const random = randomFrom(SEED);
  const { EVENTS_TABLE: events, VIEWS_TABLE: live } = await engine.createTables();
  const log = dynamoEventLog(engine.client, events, ids);
  const records: Envelope[] = [];
  for (let n = 0; n < STREAMS; n += 1) {
    const { prefix, events: lived } = life(random);
    const streamId = ids.derive(prefix, [`${n}`]);
    const accountId = random.pick(ACCOUNTS);
    const actor: Actor = random.chance(0.5) ? userActor('ann') : { kind: 'system', id: 'test' };
    const begin = T0 + random.below(72 * HOUR);
    for (const [at, event] of lived.entries())
      await log.append([
        { streamId, version: at + 1, accountId, actor, at: iso(begin + at * 1000), credentialId: CREDENTIAL, event },
      ]);
    records.push(...(await log.read(streamId)));
  }
  const project = async (table: string): Promise<void> => {
    const views = dynamoViews(engine.client, table);
    const shuffled = [...records, ...records.slice(0, 50)]
      .map((record) => ({ record, place: random.below(1_000_000) }))
      .sort((one, other) => one.place - other.place)
      .map(({ record }) => record);
    for (let start = 0; start < shuffled.length; start += 40) {
      const batch = shuffled.slice(start, start + 40);
      expect((await projectOnce(batch, { log, views, pause: pauseWithJitter })).failed).toEqual([]);
    }
  };
  await project(live);
  const into = (table: string, more: Partial<ReplayPorts> = {}): ReplayPorts => ({
    log,
    views: dynamoViews(engine.client, table),
    streamIds: (part, parts) => streamIds(engine.client, events, { part, parts }),
    hasViews: () => hasViews(engine.client, table),
    pause: pauseWithJitter,
    now: () => Date.now(),
    onProgress: () => {},
    ...more,
  });
  return { log, records, live, events, into, project, empty: async () => (await engine.createTables()).VIEWS_TABLE };
}

const FRESH = { parts: 4, resume: false };

/** Rows by id, and the counters when all is counted, with their shards added up, without zeros. */
async function contents(table: string) {
  await countViews(engine, table);
  const { Items = [], LastEvaluatedKey } = await engine.client.send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  expect(LastEvaluatedKey).toBeUndefined();
  const rows = new Map<string, unknown>();
  const counters = new Map<string, number>();
  for (const { id, ...row } of Items) {
    if (!String(id).startsWith('cnt#')) rows.set(String(id), row);
    else
      for (const [name, count] of Object.entries(row)) {
        // The revision counts changes of rows, and a replay changes them less often. A row whose counts are zero has a
        // ttl.
        if (typeof count !== 'number' || name === REVISION || name === 'ttl') continue;
        const sum = `${String(id).replace(/#\d$/, '')} ${name}`;
        counters.set(sum, (counters.get(sum) ?? 0) + count);
      }
  }
  return { rows, counters: new Map([...counters].filter(([, count]) => count !== 0)) };
}

async function expectLike(table: string, live: string): Promise<void> {
  const [replayed, projected] = await Promise.all([contents(table), contents(live)]);
  expect(replayed).toEqual(projected);
  expect(replayed.rows.size).toBe(STREAMS);
  expect(replayed.counters.size).toBeGreaterThan(50);
  for (const account of ACCOUNTS) expect(await recount(dynamoViews(engine.client, table), account)).toEqual(new Map());
}

describe('a replay', () => {
  it.each([1, 4])('in %i parts gives the rows and counters of the projector', async (parts) => {
    const { into, live, empty, records } = shared;
    const table = await empty();
    const told: ReplayReport[] = [];
    const report = await replay(into(table, { onProgress: (soFar) => told.push(soFar) }), { parts, resume: false });
    const all = { streams: STREAMS, events: records.length, written: STREAMS, unchanged: 0, failed: 0, failures: [] };
    expect(report).toEqual(all);
    expect(told.length).toBeGreaterThanOrEqual(STREAMS / 30);
    expect(told.at(-1)).toEqual(report);
    await expectLike(table, live);
  });

  it('writes the rows of earlier marks, so that retention can erase them, unless a stream failed', async () => {
    const { log, into, empty } = await world();
    const began = T0 + 100 * HOUR;
    const put = async (token: string, at: number): Promise<string> => {
      const streamId = markStream(token);
      const event = { type: MARK_EVENT, data: {} } as const;
      await log.append([{ streamId, version: 1, accountId: 'acc_a', actor: SYSTEM.bulk, at: iso(at), event }]);
      return streamId;
    };
    const old = await put('old', began - HOUR);
    const fresh = await put('fresh', began - 1_000);
    const marksIn = async (table: string): Promise<readonly string[]> =>
      [...(await contents(table)).rows.keys()].filter((id) => [old, fresh].includes(id));
    const failing = { ...log, read: (id: string) => (id === old ? log.read(id) : Promise.reject(new Error('x'))) };
    const [whole, broken] = [await empty(), await empty()];
    expect(await replay(into(whole, { now: () => began }), FRESH)).toMatchObject({ failed: 0 });
    expect(await marksIn(whole)).toEqual([old]);
    await replay(into(broken, { now: () => began, log: failing }), FRESH);
    expect(await marksIn(broken)).toEqual([]);
  });

  it('refuses a table that has rows, and writes nothing into it', async () => {
    const { into, live } = shared;
    const before = await contents(live);
    await expect(replay(into(live), FRESH)).rejects.toMatchObject({ name: 'ViewsNotEmpty' });
    expect(await contents(live)).toEqual(before);
  });

  it('accepts a table with only the cursor key as empty', async () => {
    const { into, empty } = shared;
    const [live, table] = [await empty(), await empty()];
    const key = { [VIEWS.partitionKey]: VIEWS.cursorKey, box: { ct: 'sealed' } };
    await engine.client.send(new PutCommand({ TableName: live, Item: key }));
    expect(await copyCursorKey(engine.client, { from: live, to: table })).toBe('copied');
    expect(await copyCursorKey(engine.client, { from: live, to: table })).toBe('copied');
    expect(await replay(into(table), FRESH)).toMatchObject({ written: STREAMS });
    const { Item } = await engine.client.send(new GetCommand({ TableName: table, Key: { id: VIEWS.cursorKey } }));
    expect(Item).toEqual(key);
  });

  it('never overwrites another cursor key', async () => {
    const { empty } = shared;
    const [none, one, other] = [await empty(), await empty(), await empty()];
    expect(await copyCursorKey(engine.client, { from: none, to: one })).toBe('none');
    for (const [table, ct] of [
      [one, 'a'],
      [other, 'b'],
    ] as const)
      await engine.client.send(
        new PutCommand({ TableName: table, Item: { [VIEWS.partitionKey]: VIEWS.cursorKey, box: { ct } } }),
      );
    expect(await copyCursorKey(engine.client, { from: one, to: other })).toBe('other');
    const { Item } = await engine.client.send(new GetCommand({ TableName: other, Key: { id: VIEWS.cursorKey } }));
    expect(Item?.box).toEqual({ ct: 'b' });
  });

  it('that was killed is refused a second time, and completed with `resume`', async () => {
    const { into, live, empty } = shared;
    const table = await empty();
    const sound = into(table);
    let left = 70;
    const killed = into(table, {
      async *streamIds(part, parts) {
        for await (const id of sound.streamIds(part, parts)) {
          left -= 1;
          if (left < 0) throw new Error('killed');
          yield id;
        }
      },
    });
    await expect(replay(killed, { parts: 1, resume: false })).rejects.toThrow('killed');
    await expect(replay(sound, FRESH)).rejects.toMatchObject({ name: 'ViewsNotEmpty' });
    const report = await replay(sound, { parts: 4, resume: true });
    expect(report).toMatchObject({ written: STREAMS - 60, unchanged: 60, failed: 0 });
    await expectLike(table, live);
    expect(await replay(sound, { parts: 2, resume: true })).toMatchObject({ written: 0, unchanged: STREAMS });
    await expectLike(table, live);
  });

  it('may run beside a projector of the same table', async () => {
    const { into, live, empty, project } = shared;
    const table = await empty();
    await Promise.all([project(table), replay(into(table), { parts: 4, resume: true })]);
    await expectLike(table, live);
  });

  it('adds what a projector had failed to write', async () => {
    const { into, live, empty, records, log } = shared;
    const table = await empty();
    const views = dynamoViews(engine.client, table);
    const lost = new Set(records.filter((_, at) => at % 3 === 0));
    const reached = records.filter((record) => !lost.has(record));
    for (const record of reached) {
      const truncated = {
        ...log,
        read: async (id: string, after = 0) =>
          (await log.read(id, after)).filter((event) => event.version <= record.version),
      };
      await projectOnce([record], { log: truncated, views, pause: pauseWithJitter });
    }
    expect(await contents(table)).not.toEqual(await contents(live));
    await replay(into(table), { parts: 3, resume: true });
    await expectLike(table, live);
  });

  it('folds rows again that an earlier release made without an event it did not know, and counts them once', async () => {
    const { log, into, live: table } = await world();
    const views = dynamoViews(engine.client, table);
    const cancelled = ids.derive('job', ['cancelled']);
    const origin = { streamId: cancelled, accountId: 'acc_a', actor: userActor('ann'), at: iso(T0) };
    const first = { ...origin, version: 1, event: requested() };
    const unknown = { ...origin, version: 2, event: { type: 'JobCancelled', data: { reason: null } } };
    await log.append([first]);
    await projectOnce(await log.read(cancelled), { log, views, pause: pauseWithJitter });
    await log.append([unknown]);
    const before = (await views.get([cancelled], { consistent: true })).get(cancelled);
    if (before === undefined) throw new Error('no row');
    // What an earlier projector makes of the unknown event: it counts as a version.
    await views.write({ row: { ...before, v: 2, f: 2 }, replaces: 1 });

    await Promise.all([1, 2, 3].map((parts) => replay(into(table), { parts, resume: true })));

    const row = (await views.get([cancelled], { consistent: true })).get(cancelled);
    expect(row).toEqual(jobRow(foldJob(await log.read(cancelled)) ?? expect.fail('no job')));
    expect(row?.gs).toBe('acc_a#resolved');
    await countViews(engine, table);
    for (const account of ACCOUNTS) expect(await recount(views, account)).toEqual(new Map());
    expect(await replay(into(table), { parts: 2, resume: true })).toMatchObject({ written: 0 });
  });

  it('names the streams that it cannot read or write, and projects all others', async () => {
    const { into, empty, log, events } = await world();
    const malformed = ids.derive('job', ['malformed']);
    const unreadable = ids.derive('tsk', ['unreadable']);
    const event = { type: 'JobRequested', data: { nonsense: true } };
    const origin = { version: 1, accountId: 'acc_a', actor: userActor('ann'), at: iso(T0) };
    await log.append([{ ...origin, streamId: malformed, event }]);
    await engine.client.send(new PutCommand({ TableName: events, Item: { stream_id: unreadable, version: 1 } }));
    const report = await replay(into(await empty()), FRESH);
    expect(report).toMatchObject({ streams: STREAMS + 2, written: STREAMS, unchanged: 0, failed: 2 });
    expect(report.failures.map(({ streamId }) => streamId).sort()).toEqual([malformed, unreadable].sort());
  });

  it('ignores the remaining events of a stream that is being erased', async () => {
    const { into, empty, log, events } = await world();
    const id = ids.derive('job', ['erased']);
    const origin = { streamId: id, accountId: 'acc_a', actor: userActor('ann'), at: iso(T0) };
    await log.append([{ ...origin, version: 1, event: requested() }]);
    await log.append([{ ...origin, version: 2, event: removed }]);
    await engine.client.send(new DeleteCommand({ TableName: events, Key: { stream_id: id, version: 1 } }));
    const table = await empty();
    expect(await replay(into(table), FRESH)).toMatchObject({ streams: STREAMS, written: STREAMS });
    expect((await contents(table)).rows.has(id)).toBe(false);
  });
});

describe('the flags of replay', () => {
  it('may come from the environment', () => {
    const environment = { EVENTS_TABLE: 'E', VIEWS_TABLE: 'V' };
    expect(readReplayOptions([], environment)).toEqual({ events: 'E', views: 'V', resume: false, parts: 4 });
    const args = ['--views', 'W', '--key-from', 'V', '--resume', '--parts', '8'];
    expect(readReplayOptions(args, environment)).toEqual({
      events: 'E',
      views: 'W',
      'key-from': 'V',
      resume: true,
      parts: 8,
    });
  });

  it.each([
    [[], /--events or EVENTS_TABLE/],
    [['--events', 'E'], /--views or VIEWS_TABLE/],
    [['--events', 'E', '--views', 'V', '--parts', '0'], /--parts/],
    [['--events', 'E', '--views', 'V', 'more'], /more/],
    [['--force'], /--force/],
  ])('are refused with a sentence: %j', (args, sentence) => {
    expect(() => readReplayOptions(args, {})).toThrow(UsageError);
    expect(() => readReplayOptions(args, {})).toThrow(sentence);
  });
});
