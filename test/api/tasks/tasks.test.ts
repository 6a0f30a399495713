import { Cron } from 'croner';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { updateTask } from '../../../functions/api/tasks/commands.ts';
import { getTask, listTasks, searchTasks } from '../../../functions/api/tasks/read-tasks.ts';
import { syncMailboxes, syncMessages } from '../../../functions/api/tasks/sync.ts';
import type { TaskPorts } from '../../../functions/api/tasks/task-ports.ts';
import { triggerTask } from '../../../functions/api/tasks/trigger-task.ts';
import type { DomainEvent } from '../../../functions/domain/event/event.ts';
import { categoryOf } from '../../../functions/domain/failure/catalogue.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { nextDue } from '../../../functions/domain/schedule/schedule.ts';
import { TASK_STATUSES } from '../../../functions/domain/task/task.ts';
import type { Endpoint, RawRequest } from '../../../functions/http/endpoint.ts';
import { projectOnce } from '../../../functions/projector/project.ts';
import { fromViews } from '../../../functions/streams/current.ts';
import { fireTask } from '../../../functions/sweeper/duties/fire-task.ts';
import type { Json } from '../../fixtures/api.ts';
import { noServers } from '../../fixtures/connections.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memoryRuns } from '../../fixtures/in-memory-runs.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const ACCOUNT = 'acc_tasks';
const T0 = Date.parse('2026-11-02T08:00:00Z');
const CREDENTIAL = ids.derive('pc', ['tasks']);
const EVERY = { every: '1h' };
afterEach(() => vi.restoreAllMocks());

/** The task routes with in-memory models of the log and the views. */
async function world() {
  const log = memoryEventLog();
  const views = memoryViews();
  const runs = memoryRuns(log);
  const clock = { now: T0 };
  const ports: TaskPorts = {
    quotas: noQuotas,
    serversOf: noServers,
    log,
    views,
    runs,
    ids,
    leases: { renew: async () => true, take: async () => true, read: async () => null },
    slots: memorySlots(),
    accountWaits: 10,
    mail: { mailboxes: async () => [] },
    cursors: {
      seal: async (position) => JSON.stringify(position),
      open: async (cursor) => JSON.parse(cursor),
      fingerprint: async (text) => text,
    },
    fingerprint: async (text) => text,
  };
  const call = async (made: Endpoint, more: Partial<RawRequest>): Promise<Json> => {
    const headers = { idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs: 0 };
    const caller = { actor: { uid: 'u', role: 'owner' as const }, accounts: [ACCOUNT], accountId: ACCOUNT, headers };
    const raw = {
      requestId: 'r',
      now: clock.now,
      path: '/',
      origin: 'http://x',
      params: { account_id: ACCOUNT },
      query: new Map(),
    };
    const { data } = await made.run({ ...caller, ...raw, body: {}, ...more });
    return data as Json;
  };
  const put = async (streamId: string, ...events: DomainEvent[]): Promise<void> => {
    for (const event of events) {
      const version = (await log.read(streamId)).length + 1;
      const at = new Date(clock.now).toISOString();
      await log.append([{ streamId, version, accountId: ACCOUNT, actor: { kind: 'user', id: 'u' }, at, event }]);
    }
  };
  const create = (task: string, schedule: object | null, labels: string[] = []) =>
    put(task, {
      type: 'TaskCreated',
      data: {
        task_type: 'imap_sync_mailboxes',
        target_credential_id: CREDENTIAL,
        payload: {},
        priority: 0,
        labels,
        schedule,
      },
    });
  await put(CREDENTIAL, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } });
  return {
    ports,
    clock,
    call,
    put,
    create,
    fire: (task: string) => fireTask(task, { log, views, ids, runs, now: () => clock.now }),
    /** The task as each of the three routes shows it; its status is the one under which it is found. */
    async shown(task: string): Promise<readonly Json[]> {
      await projectOnce(log.all, { log, views, pause: async () => {} });
      const one = await call(getTask(ports), { params: { task_id: task } });
      const listed = await call(listTasks(ports), {});
      const found = await Promise.all(
        TASK_STATUSES.map((status) => call(searchTasks(ports), { body: { filter: { status } } })),
      );
      return [one, ...[listed, found.flat()].map((tasks) => tasks.find(({ id }: Json) => id === task))];
    },
  };
}

const failed = (retryAt: string | null): DomainEvent => ({
  type: 'AttemptFailed',
  data: {
    code: 'connection_closed',
    category: categoryOf('connection_closed'),
    detail: '',
    retry_at: retryAt,
    outcome_unknown: false,
  },
});
const started: DomainEvent = { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } };
const LATER = '2026-11-03T00:00:00.000Z';
const LIVES: readonly [string, string, readonly DomainEvent[]][] = [
  ['active', 'it waits', []],
  ['active', 'it runs', [started]],
  ['active', 'it is to be retried', [started, failed(LATER)]],
  ['failed', 'it has failed', [started, failed(null)]],
  ['succeeded', 'it has succeeded', [started, { type: 'AttemptSucceeded', data: { result: {} } }]],
  ['active', 'somebody retries it', [started, failed(null), { type: 'JobRetryRequested', data: { reason: null } }]],
  ['idle', 'somebody resolves it', [started, failed(null), { type: 'JobResolved', data: { note: null } }]],
  ['idle', 'somebody deletes it', [started, failed(null), { type: 'JobDeleted', data: { reason: null } }]],
];

describe.each([
  [
    'a trigger',
    async ({ ports, call }: World, task: string) =>
      (await call(triggerTask(ports), { params: { task_id: task }, body: {} })).id,
  ],
  [
    'its schedule',
    async ({ clock, fire, ports }: World, task: string) => {
      clock.now = nextDue(EVERY, task, clock.now) ?? 0;
      expect(await fire(task)).toBe('fired');
      return (await ports.runs.read([task], { consistent: true })).get(task)?.run?.job_id ?? '';
    },
  ],
  [
    'a sync',
    async ({ ports, call }: World) =>
      (await call(syncMailboxes(ports), { body: { credential_id: CREDENTIAL } })).job_id,
  ],
] satisfies [string, (world: World, task: string) => Promise<string>][])('the status of a task after %s', (_, make) => {
  it.each(LIVES)('is %s when %s', async (status, _when, life) => {
    const all = await world();
    const synced = ids.derive('tsk', [ACCOUNT, CREDENTIAL, 'imap_sync_mailboxes', '{}']);
    await all.create(synced, EVERY);
    expect((await all.shown(synced)).map((task) => task.status)).toEqual(['idle', 'idle', 'idle']);
    const job = await make(all, synced);
    await all.put(job, ...life);
    for (const task of await all.shown(synced)) expect(task).toMatchObject({ status, last_job_id: job });
  });
});

it('a sync does the requested work, although the payload of its task was changed', async () => {
  const { ports, call } = await world();
  const sync = () => call(syncMessages(ports), { body: { credential_id: CREDENTIAL, folder: null } });
  const { task_id: task } = await sync();
  await call(updateTask(ports), { params: { task_id: task }, body: { payload: { folder: 'INBOX' } } });
  const { job_id: job } = await sync();
  expect(foldJob(await ports.log.read(job))).toMatchObject({ task_id: task, payload: { folder: null } });
});

it('a trigger reads the same number of events of its task’s log, however often the task has been triggered', async () => {
  const all = await world();
  const task = ids.derive('tsk', ['often']);
  await all.create(task, null);
  const triggers = () => all.call(triggerTask(all.ports), { params: { task_id: task }, body: {} });
  for (let n = 0; n < 30; n += 1) await triggers();
  await all.shown(task);
  await triggers();
  const read = vi.spyOn(all.ports.log, 'read');
  const current = vi.spyOn(all.ports.log, 'current');
  // As the deployed function reads it.
  const ports = { ...all.ports, log: fromViews(all.ports.log, all.ports.views) };
  const job = await all.call(triggerTask(ports), { params: { task_id: task }, body: {} });
  const events = await Promise.all(read.mock.results.map(({ value }) => value));
  // The newest event of the row, and no other.
  expect(events.flat().filter(({ stream_id: id }) => id === task)).toHaveLength(1);
  // No read is repeated: the task, its credential and its account are each read once.
  const streams = [...read.mock.calls, ...current.mock.calls].map(([stream]) => stream);
  expect(streams).toEqual([task, CREDENTIAL, ACCOUNT]);
  expect((await all.call(getTask(all.ports), { params: { task_id: task } })).last_job_id).toBe(job.id);
});

it('300 concurrent triggers of one task create 300 jobs, each by one audited event with its reason, and nothing in the task’s log', async () => {
  const all = await world();
  const task = ids.derive('tsk', ['crowd']);
  await all.create(task, null);
  const append = vi.spyOn(all.ports.log, 'append');
  const trigger = () => all.call(triggerTask(all.ports), { params: { task_id: task }, body: { reason: 'now' } });
  const jobs = await Promise.all(Array.from({ length: 300 }, trigger));
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(300);
  expect(append).toHaveBeenCalledTimes(300);
  for (const [events] of append.mock.calls) {
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ audited: true, event: { data: { task_id: task, reason: 'now' } } });
  }
  const [one] = await all.shown(task);
  expect(one).toMatchObject({ version: 1, status: 'active' });
  expect(jobs.map(({ id }) => id)).toContain(one?.last_job_id);
});

it('40 concurrent syncs create their task once, and each has its job', async () => {
  const all = await world();
  const sync = () => all.call(syncMessages(all.ports), { body: { credential_id: CREDENTIAL, folder: null } });
  const made = await Promise.all(Array.from({ length: 40 }, sync));
  expect(new Set(made.map(({ task_id: id }) => id)).size).toBe(1);
  expect(new Set(made.map(({ job_id: id }) => id)).size).toBe(40);
  for (const { job_id: id } of made) expect(foldJob(await all.ports.log.read(id))?.status).toBe('queued');
});

it('a change without If-Match is decided again until it succeeds, and one with a stale If-Match is refused', async () => {
  const all = await world();
  const task = ids.derive('tsk', ['contended']);
  await all.create(task, null);
  const append = all.ports.log.append;
  // Another writer is faster, more often than any fixed number of tries would allow.
  let rivals = 12;
  vi.spyOn(all.ports.log, 'append').mockImplementation(async (events) => {
    if (rivals > 0) {
      rivals -= 1;
      const [{ version }] = events;
      const event = { type: 'TaskUpdated', data: { changes: { labels: [`rival-${rivals}`] } } };
      await append([{ ...events[0], version, event }]);
    }
    return append(events);
  });
  const update = (ifMatch: number | null) =>
    all.call(updateTask(all.ports), {
      params: { task_id: task },
      body: { priority: 5 },
      headers: { idempotencyKey: null, ifMatch, ifNoneMatch: null, waitMs: 0 },
    });
  expect(await update(null)).toMatchObject({ priority: 5, labels: ['rival-0'], version: 14 });
  rivals = 1;
  await expect(update(14)).rejects.toMatchObject({ code: 'version_conflict' });
});

it('a trigger that an earlier release wrote into its task’s log counts until a later one', async () => {
  const all = await world();
  const task = ids.derive('tsk', ['old']);
  const job = ids.derive('job', ['old']);
  await all.create(task, null);
  await all.put(task, { type: 'TaskTriggered', data: { job_id: job, reason: null } });
  for (const shown of await all.shown(task)) if (shown !== undefined) expect(shown.last_job_id).toBe(job);
  all.clock.now += 1;
  const { id } = await all.call(triggerTask(all.ports), { params: { task_id: task }, body: {} });
  for (const shown of await all.shown(task)) expect(shown).toMatchObject({ last_job_id: id, status: 'active' });
});

describe('a task whose schedule is removed', () => {
  it('still shows its last run in every read', async () => {
    const all = await world();
    const task = ids.derive('tsk', ['x']);
    await all.create(task, EVERY);
    all.clock.now = nextDue(EVERY, task, T0) ?? 0;
    await all.fire(task);
    await all.call(updateTask(all.ports), { params: { task_id: task }, body: { schedule: null } });
    for (const shown of await all.shown(task)) expect(shown).toMatchObject({ status: 'active', next_runs: [] });
  });
});

describe('a search for tasks', () => {
  let all: World;
  beforeEach(async () => {
    all = await world();
    for (let n = 0; n < 50; n += 1)
      await all.create(ids.derive('tsk', [`${n}`]), { cron: '0 9 * * *', time_zone: 'UTC' }, n === 7 ? ['wanted'] : []);
    await all.shown(ids.derive('tsk', ['7']));
  });

  it.each([{ label: 'wanted' }, { label: 'wanted', status: 'idle' }])(
    'by %j computes only what it shows',
    async (filter) => {
      const next = vi.spyOn(Cron.prototype, 'nextRun');
      const views = vi.spyOn(all.ports.views, 'get');
      const found = await all.call(searchTasks(all.ports), { body: { filter } });
      expect(found).toHaveLength(1);
      expect(found[0].next_runs).toHaveLength(5);
      expect(next.mock.calls.length).toBeLessThanOrEqual(25);
      // The rows of the list, and the joined data of the task that is shown.
      expect(views.mock.calls.map(([wanted]) => wanted.length).filter((count) => count > 0)).toEqual([50, 1]);
    },
  );

  it('for one page computes no more than the page', async () => {
    const next = vi.spyOn(Cron.prototype, 'nextRun');
    expect(await all.call(searchTasks(all.ports), { body: { limit: 2 } })).toHaveLength(2);
    expect(next.mock.calls.length).toBeLessThanOrEqual(50);
  });
});

type World = Awaited<ReturnType<typeof world>>;
