import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { toBulkResource } from '../../functions/api/bulk-operations/resource.ts';
import type { BulkPorts } from '../../functions/bulk/bulk-ports.ts';
import { type BulkTurn, runBulk } from '../../functions/bulk/run-bulk.ts';
import { type Bulk, foldBulk } from '../../functions/domain/bulk/bulk.ts';
import { BULK_ACTIONS, type BulkEvent, type BulkResult, bulkEventSchema } from '../../functions/domain/bulk/events.ts';
import type { Connection } from '../../functions/domain/credential/connection.ts';
import type { DomainEvent, Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import type { Job, JobStatus } from '../../functions/domain/job/job.ts';
import type { JobFilter } from '../../functions/domain/search/job-filter.ts';
import type { BulkMessage } from '../../functions/ports/bulk-queue.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { passMarks } from '../../functions/projector/marks.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { jobServers } from '../../functions/queries/servers-of-jobs.ts';
import { shareKey } from '../../functions/sharing/account-share.ts';
import { shardOf } from '../../local/engines/shard-layout.ts';
import { ACCOUNT, CREDENTIAL, failedWith, iso, requested, started, succeeded, T0 } from '../domain/job/job-stream.ts';
import { connectionTo } from '../fixtures/connections.ts';
import { memoryEventLog, memoryViews, shardedMarks } from '../fixtures/in-memory.ts';
import { memorySlots } from '../fixtures/in-memory-slots.ts';
import { runSlices } from '../fixtures/run-slices.ts';
import { memoryLeases } from '../fixtures/worker-world.ts';

const SHARDS = 4;
const RECEIPT = T0 + 3_600_000;
const SETTLED = RECEIPT + 1_000;
const TOMORROW = iso(RECEIPT + 24 * 3_600_000);

type Asked = Partial<Extract<BulkEvent, { type: 'BulkRequested' }>['data']>;
/** Called at each call of a port (counted from 1), before and after it is carried out. */
type Watch = {
  before?(call: number, name: string, on: string): void | Promise<void>;
  after?(call: number, name: string, on: string): void;
  /** Called before the clock moves. */
  paused?(ms: number): void | Promise<void>;
  remainingMs?(): number;
};

const LIVES: Readonly<Record<JobStatus, readonly JobEvent[]>> = {
  scheduled: [requested({ run_at: TOMORROW })],
  queued: [requested()],
  running: [requested(), started()],
  retrying: [requested(), started(), failedWith('connection_closed', TOMORROW)],
  succeeded: [requested(), started(), succeeded],
  failed: [requested(), started(), failedWith('auth_failed', null)],
  resolved: [requested(), { type: 'JobResolved', data: { note: null } }],
};

/** The runner with everything around it in memory, and a clock that moves when the runner pauses. */
function bulkWorld() {
  const log = memoryEventLog();
  const views = memoryViews();
  const leases = memoryLeases();
  const clock = { now: RECEIPT };
  const slots = memorySlots();
  /** The connection fields of credentials. */
  const servers = new Map<string, Connection>();
  const broken: string[] = [];
  const ended: string[] = [];
  let made = 0;
  let projected = 0;
  let projecting = Promise.resolve();
  const backlog: Envelope[][] = Array.from({ length: SHARDS }, () => []);
  /** Shards of the log's stream that are not projected. */
  const held = new Set<number>();
  const later: number[] = [];

  function project(): Promise<void> {
    projecting = projecting.then(async () => {
      const news = log.all.slice(projected);
      projected += news.length;
      for (const event of news) backlog[shardOf(event.stream_id, SHARDS)]?.push(event);
      for (const [shard, waiting] of backlog.entries()) {
        if (held.has(shard)) continue;
        const records = waiting.splice(0);
        const { failed } = await projectOnce(records, { log, views, pause: async () => {} });
        if (failed.length > 0) throw failed[0]?.error;
        await passMarks(records, new Set(), views);
      }
    });
    return projecting;
  }

  const append: EventLog['append'] = async (events) => {
    const appended = await log.append(events);
    if (appended.kind === 'appended') await project();
    return appended;
  };

  async function put(streamId: string, event: DomainEvent, at = clock.now, accountId = ACCOUNT): Promise<void> {
    const version = (await log.read(streamId)).length + 1;
    const actor = { kind: 'user', id: 'ann' } as const;
    const credentialId = CREDENTIAL;
    await log.append([{ streamId, version, accountId, actor, at: iso(at), event, credentialId }]);
  }

  function ports(watch: Watch): BulkPorts {
    let calls = 0;
    const watched =
      <Arguments extends [unknown?, ...unknown[]], Answer>(
        name: string,
        call: (...given: Arguments) => Promise<Answer>,
      ) =>
      async (...given: Arguments): Promise<Answer> => {
        calls += 1;
        const number = calls;
        const on = JSON.stringify(given[0]);
        await watch.before?.(number, name, on);
        const answer = await call(...given);
        watch.after?.(number, name, on);
        return answer;
      };
    return {
      log: {
        read: watched('log.read', log.read),
        current: watched('log.current', log.current),
        append: watched('log.append', append),
      },
      views: {
        get: watched('views.get', views.get),
        page: watched('views.page', views.page),
        counters: watched('views.counters', views.counters),
        write: views.write,
        counterRows: views.counterRows,
        reschedule: views.reschedule,
      },
      leases: { read: watched('leases.read', leases.read), take: watched('leases.take', leases.take) },
      slots,
      serversOf: jobServers({ connections: async () => servers }),
      random: () => 0,
      accountBulks: 3,
      projection: shardedMarks(SHARDS, { log: { append: watched('mark', append) }, views, now: () => clock.now }),
      ids,
      now: () => clock.now,
      pause: async (ms) => {
        await watch.paused?.(ms);
        clock.now += ms;
      },
      async runLater(_, delayMs) {
        later.push(delayMs);
      },
      ended: async ({ id }) => {
        ended.push(id);
      },
      failed: (jobId) => broken.push(jobId),
      remainingMs: watch.remainingMs ?? (() => 300_000),
    };
  }

  return {
    log,
    views,
    leases,
    slots,
    servers,
    clock,
    broken,
    ended,
    held,
    later,
    put,
    project,
    append,
    /** A job that was made one second after the previous one, with its events a moment apart. */
    async addJob(
      status: JobStatus,
      {
        labels = [],
        accountId = ACCOUNT,
        at = T0 + made * 1000,
      }: Partial<Pick<Job, 'labels'>> & {
        accountId?: string;
        at?: number;
      } = {},
    ): Promise<string> {
      made += 1;
      const id = ids.derive('job', [String(made)]);
      for (const [step, event] of LIVES[status].entries()) {
        const labelled = event.type === 'JobRequested' ? { ...event, data: { ...event.data, labels } } : event;
        await put(id, labelled, at + step, accountId);
      }
      return id;
    },
    async addJobs(count: number, status: JobStatus = 'failed', labels: string[] = []): Promise<readonly string[]> {
      const added: string[] = [];
      for (let n = 0; n < count; n += 1) added.push(await this.addJob(status, { labels }));
      return added;
    },
    /** The operation as the API appends it: the filter has absolute times, and excludes jobs made after the request. */
    async ask(filter: JobFilter | null, asked: Asked = {}, accountId = ACCOUNT): Promise<string> {
      const id = ids.derive('blk', [String(log.all.length)]);
      const receipt = iso(clock.now);
      const event: BulkEvent = {
        type: 'BulkRequested',
        data: {
          action: 'delete',
          filter: filter === null ? null : { ...filter, created_at: { lt: receipt } },
          job_ids: null,
          created_before: receipt,
          limit: null,
          reason: 'tidying up',
          rate_per_second: 50,
          expected: null,
          ...asked,
        },
      };
      await put(id, event, clock.now, accountId);
      await project();
      return id;
    },
    /** One slice: what the function does with one message. */
    turn: (message: BulkMessage, watch: Watch = {}) => runBulk(message, ports(watch)),
    /** Runs slice after slice; the delay between two slices moves the clock. */
    run(bulkId: string, watch: Watch = {}) {
      const own = ports(watch);
      return runSlices({ bulk_id: bulkId }, own, own.pause);
    },
    async operation(bulkId: string): Promise<Bulk> {
      const bulk = foldBulk(await log.read(bulkId));
      if (bulk === null) throw new Error('no such operation');
      return bulk;
    },
    async job(id: string): Promise<Job | null> {
      return foldJob(await log.read(id));
    },
    async abort(bulkId: string): Promise<void> {
      const { status, aborting } = await this.operation(bulkId);
      if (status === 'running' && !aborting) await put(bulkId, { type: 'BulkAbortRequested', data: { reason: null } });
    },
    results: (bulkId: string): readonly BulkResult[] => resultsIn(log, bulkId),
    touched: (bulkId: string, jobId: string): number => {
      const commandId = ids.digest(['bulk', bulkId, jobId]);
      return log.all.filter((event) => event.stream_id === jobId && event.command_id === commandId).length;
    },
    /** The rules that no crash, race or abort may break; returns the results by job. */
    async consistent(bulkId: string): Promise<ReadonlyMap<string, BulkResult>> {
      const results = resultsIn(log, bulkId);
      const { matched, done, skipped, failed } = await this.operation(bulkId);
      const byJob = new Map(results.map((result) => [result.job_id, result]));
      expect(byJob.size, 'each job is told once').toBe(results.length);
      expect({ matched, sum: done + skipped + failed }).toEqual({ matched: results.length, sum: results.length });
      expect(done).toBe(results.filter(({ outcome }) => outcome === 'done').length);
      const events = new Map<string, number>();
      for (const event of log.all) {
        if (!event.stream_id.startsWith('job_')) continue;
        const ours = event.command_id === ids.digest(['bulk', bulkId, event.stream_id]);
        if (ours) events.set(event.stream_id, (events.get(event.stream_id) ?? 0) + 1);
        const { bulk_id: part }: { bulk_id?: string } = Object(event.data);
        expect(part === bulkId, 'the event names its operation').toBe(ours);
      }
      for (const { job_id: id, outcome } of results)
        expect({ id, outcome, events: events.get(id) ?? 0 }).toEqual({
          id,
          outcome,
          events: outcome === 'done' ? 1 : 0,
        });
      for (const id of events.keys()) expect(byJob.has(id), 'whatever was touched is told').toBe(true);
      return byJob;
    },
  };
}
type World = ReturnType<typeof bulkWorld>;

function resultsIn(log: World['log'], bulkId: string): readonly BulkResult[] {
  return log.all.flatMap((event) => {
    if (event.stream_id !== bulkId || event.type !== 'BulkChunkApplied') return [];
    const parsed = bulkEventSchema.parse(event);
    return parsed.type === 'BulkChunkApplied' ? parsed.data.results : [];
  });
}

const eventTypes = (world: World, streamId: string): readonly string[] =>
  world.log.all.filter((event) => event.stream_id === streamId).map(({ type }) => type);

/** Runs once, directly after the first chunk was stored and before any of its jobs is changed. */
function afterSelection(world: World, bulkId: string, act: () => Promise<void>): Watch {
  let acted = false;
  return {
    async before(_, name, on) {
      if (acted || name !== 'log.read' || !on.includes('job_')) return;
      if (!eventTypes(world, bulkId).includes('BulkChunkSelected')) return;
      acted = true;
      await act();
    },
  };
}

const skips = (results: ReadonlyMap<string, BulkResult>, jobId: string) => results.get(jobId);
const skipped = (code: string) => ({ outcome: 'skipped', code });

describe('a bulk operation', () => {
  const after = { retry: 'queued', trigger: 'queued', cancel: 'resolved', resolve: 'resolved', delete: null } as const;

  it.each(BULK_ACTIONS)('%s: applies to every job of a filter, and to no other', async (action) => {
    const world = bulkWorld();
    const status = action === 'cancel' ? 'scheduled' : 'failed';
    const meant = await world.addJobs(7, status);
    const others = [...(await world.addJobs(3, 'succeeded')), await world.addJob(status, { accountId: 'acc_two' })];
    const bulkId = await world.ask({ status: [status] }, { action });
    expect(await world.run(bulkId)).toBe('over');
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 7, done: 7 });
    const results = await world.consistent(bulkId);
    expect([...results.keys()]).toEqual(meant);
    for (const id of meant) {
      const job = await world.job(id);
      expect(job).toMatchObject(
        after[action] === null ? { deleted: true } : { status: after[action], bulk_id: bulkId },
      );
      expect(world.log.all.filter((event) => event.stream_id === id).at(-1)).toMatchObject({
        actor: { kind: 'user', id: 'ann' },
        data: { [action === 'resolve' ? 'note' : 'reason']: 'tidying up', bulk_id: bulkId },
      });
    }
    for (const id of others) expect(world.touched(bulkId, id)).toBe(0);
  });

  it('named jobs: unknown ones, deleted ones and those of another account give the same result', async () => {
    const world = bulkWorld();
    const own = await world.addJob('failed');
    const foreign = await world.addJob('failed', { accountId: 'acc_two' });
    const deleted = await world.addJob('failed');
    await world.put(deleted, { type: 'JobDeleted', data: { reason: null } });
    const missing = ids.derive('job', ['missing']);
    const named = [foreign, own, deleted, missing];
    const bulkId = await world.ask(null, { action: 'retry', job_ids: named });
    await world.run(bulkId);
    const results = await world.consistent(bulkId);
    expect([...results.keys()]).toEqual(named);
    expect(results.get(own)).toMatchObject({ outcome: 'done', code: null });
    for (const id of [foreign, deleted, missing]) expect(results.get(id)).toMatchObject(skipped('not_found'));
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 4, done: 1, skipped: 3 });
  });

  it('a thousand named jobs are taken chunk by chunk', async () => {
    const world = bulkWorld();
    const named = await world.addJobs(250, 'scheduled');
    const bulkId = await world.ask(null, { action: 'resolve', job_ids: [...named], rate_per_second: 500 });
    await world.run(bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(named);
    expect(eventTypes(world, bulkId).filter((type) => type === 'BulkChunkSelected')).toHaveLength(3);
  });

  it('no job matches: the operation completes at once', async () => {
    const world = bulkWorld();
    await world.addJobs(3, 'succeeded');
    const bulkId = await world.ask({ status: ['failed'] });
    expect(await world.run(bulkId)).toBe('over');
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 0 });
  });

  it('a limit selects the oldest jobs', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(12);
    const bulkId = await world.ask({ status: ['failed'] }, { limit: 7, rate_per_second: 1 });
    await world.run(bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(all.slice(0, 7));
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 7, done: 7 });
  });

  it('a run of an unknown or ended operation does nothing', async () => {
    const world = bulkWorld();
    await world.addJobs(2);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId);
    const before = world.log.all.length;
    expect(await world.run(bulkId)).toBe('over');
    expect(await world.run(ids.derive('blk', ['none']))).toBe('over');
    expect(world.log.all).toHaveLength(before);
  });
});

describe('a job that changed after the selection is skipped with a reason', () => {
  it('when it no longer matches the filter, or was deleted', async () => {
    const world = bulkWorld();
    const [resolved = '', removed = '', meant = ''] = await world.addJobs(3);
    const bulkId = await world.ask({ status: ['failed'] }, { action: 'retry' });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, async () => {
        await world.put(resolved, { type: 'JobResolved', data: { note: null } });
        await world.put(removed, { type: 'JobDeleted', data: { reason: null } });
      }),
    );
    const results = await world.consistent(bulkId);
    expect(skips(results, resolved)).toMatchObject(skipped('filter_no_longer_matches'));
    expect(skips(results, removed)).toMatchObject(skipped('not_found'));
    expect(skips(results, meant)).toMatchObject({ outcome: 'done' });
    expect((await world.job(resolved))?.status).toBe('resolved');
  });

  it('when it was retried and failed by another error: the filter is checked on the current job', async () => {
    const world = bulkWorld();
    const [changed = '', meant = ''] = await world.addJobs(2);
    const bulkId = await world.ask({ last_error_code: ['auth_failed'] }, { action: 'retry' });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, async () => {
        await world.put(changed, { type: 'JobRetryRequested', data: { reason: null } });
        await world.put(changed, started(2));
        await world.put(changed, failedWith('connection_closed', null));
      }),
    );
    const results = await world.consistent(bulkId);
    expect(results.get(changed)).toMatchObject(skipped('filter_no_longer_matches'));
    expect(results.get(meant)).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['delete', 'running', 'job_running'],
    ['trigger', 'running', 'job_running'],
    ['retry', 'running', 'job_not_retryable'],
    ['retry', 'succeeded', 'job_not_retryable'],
    ['resolve', 'succeeded', 'job_already_succeeded'],
    ['resolve', 'resolved', 'job_already_resolved'],
  ] as const)('when its status changed: %s of a job that is %s: %s', async (action, status, code) => {
    const world = bulkWorld();
    const all = await world.addJobs(3, 'failed', ['batch']);
    const [changed = '', ...meant] = all;
    const bulkId = await world.ask({ label: ['batch'] }, { action });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, async () => {
        if (status === 'resolved') return world.put(changed, { type: 'JobResolved', data: { note: null } });
        await world.put(changed, { type: 'JobRetryRequested', data: { reason: null } });
        await world.put(changed, started(2));
        if (status === 'succeeded') await world.put(changed, succeeded);
      }),
    );
    const results = await world.consistent(bulkId);
    expect(results.get(changed)).toMatchObject(skipped(code));
    for (const id of meant) expect(results.get(id)).toMatchObject({ outcome: 'done' });
    expect(await world.operation(bulkId)).toMatchObject({ done: 2, skipped: 1, failed: 0, matched: 3 });
  });

  it('when it has ended: cancel gives job_not_cancellable', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(3, 'queued', ['batch']);
    const [changed = '', ...meant] = all;
    const bulkId = await world.ask({ label: ['batch'] }, { action: 'cancel' });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, async () => {
        await world.put(changed, started());
        await world.put(changed, succeeded);
      }),
    );
    const results = await world.consistent(bulkId);
    expect(results.get(changed)).toMatchObject(skipped('job_not_cancellable'));
    for (const id of meant) expect(results.get(id)).toMatchObject({ outcome: 'done' });
  });

  it('when it is no longer stalled, because a worker has found it', async () => {
    const world = bulkWorld();
    const stalled = await world.addJobs(3, 'queued');
    const found = await world.addJob('queued');
    const bulkId = await world.ask({ stalled: true }, { action: 'trigger' });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, () => world.put(found, started())),
    );
    const results = await world.consistent(bulkId);
    expect(results.get(found)).toMatchObject(skipped('filter_no_longer_matches'));
    for (const id of stalled) expect(results.get(id)).toMatchObject({ outcome: 'done' });
  });

  it('a filter by host selects only jobs whose credential is on that mail server', async () => {
    for (const [host, matched] of [
      ['IMAP.example.com', 2],
      ['imap.example.com:993', 2],
      ['imap.example.com:143', 0],
      ['example.com', 0],
    ] as const) {
      const world = bulkWorld();
      world.servers.set(CREDENTIAL, connectionTo(CREDENTIAL, ACCOUNT, 'imap.example.com', 993));
      await world.addJobs(2, 'failed');
      const bulkId = await world.ask({ host: [host] }, { action: 'retry' });
      await world.run(bulkId);
      expect(await world.operation(bulkId), host).toMatchObject({ status: 'completed', matched, done: matched });
    }
  });

  it('a job whose credential moves to another mail server before its chunk is skipped', async () => {
    const world = bulkWorld();
    world.servers.set(CREDENTIAL, connectionTo(CREDENTIAL, ACCOUNT, 'imap.example.com', 993));
    const [job = ''] = await world.addJobs(1, 'failed');
    const bulkId = await world.ask({ host: ['imap.example.com'] }, { action: 'retry' });
    await world.run(
      bulkId,
      afterSelection(world, bulkId, async () => {
        world.servers.set(CREDENTIAL, connectionTo(CREDENTIAL, ACCOUNT, 'imap.elsewhere.example', 993));
      }),
    );
    expect((await world.consistent(bulkId)).get(job)).toMatchObject(skipped('filter_no_longer_matches'));
  });

  it('a filter by host finds no jobs of a credential of another account or one that cannot be read', async () => {
    const world = bulkWorld();
    world.servers.set(CREDENTIAL, connectionTo(CREDENTIAL, 'acc_two', 'imap.example.com', 993));
    await world.addJobs(2, 'failed');
    const bulkId = await world.ask({ host: ['imap.example.com'] }, { action: 'retry' });
    await world.run(bulkId);
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 0 });
  });

  it('a running job that lost its worker is triggered after its lease was taken', async () => {
    const world = bulkWorld();
    const lost = await world.addJob('running');
    const bulkId = await world.ask(null, { action: 'trigger', job_ids: [lost] });
    await world.run(bulkId);
    expect((await world.consistent(bulkId)).get(lost)).toMatchObject({ outcome: 'done' });
    expect(world.leases.taken).toEqual(new Set(['lease-1-1']));
  });

  it('a job made after the operation was received is not selected, even while the operation runs', async () => {
    const world = bulkWorld();
    const meant = await world.addJobs(8);
    const bulkId = await world.ask({ status: ['failed'] }, { rate_per_second: 1 });
    const late: string[] = [await world.addJob('failed', { at: RECEIPT })];
    await world.project();
    await world.run(bulkId, {
      async paused() {
        late.push(await world.addJob('failed', { at: world.clock.now }));
        await world.project();
      },
    });
    expect(late.length).toBeGreaterThan(2);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(meant);
    for (const id of late) expect(await world.job(id)).toMatchObject({ status: 'failed', deleted: false });
  });

  it('a job whose view is behind is decided by its log', async () => {
    const world = bulkWorld();
    const [changed = '', meant = ''] = await world.addJobs(2);
    const bulkId = await world.ask({ status: ['failed'] });
    // The views catch up, but no view contains the event: the operation ends before it is projected.
    const retry = async (_: number, name: string): Promise<void> => {
      if (name !== 'views.page' || (await world.log.read(changed)).length > 3) return;
      await world.log.append([
        {
          streamId: changed,
          version: 4,
          accountId: ACCOUNT,
          actor: { kind: 'user', id: 'ann' },
          at: iso(RECEIPT),
          event: { type: 'JobRetryRequested', data: { reason: null } },
        },
      ]);
    };
    await world.run(bulkId, { before: retry });
    const results = await world.consistent(bulkId);
    expect(results.get(changed)).toMatchObject(skipped('filter_no_longer_matches'));
    expect(results.get(meant)).toMatchObject({ outcome: 'done' });
  });

  it('an operation waits for views that are seconds behind, and misses no job', async () => {
    const world = bulkWorld();
    await world.project();
    const meant = await world.addJobs(3);
    const bulkId = ids.derive('blk', ['late views']);
    await world.put(bulkId, {
      type: 'BulkRequested',
      data: {
        action: 'delete',
        filter: { status: ['failed'], created_at: { lt: iso(RECEIPT) } },
        job_ids: null,
        created_before: iso(RECEIPT),
        limit: null,
        reason: null,
        rate_per_second: 50,
        expected: null,
      },
    });
    await world.run(bulkId, {
      async paused() {
        if (world.clock.now > RECEIPT + 6_000) await world.project();
      },
    });
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(meant);
  });
});

describe('a lagging shard of the log’s stream', () => {
  const LAGGING = 2;
  /** Runs the operation again each time that its message is due, for at most a day and a half. */
  async function runOn(world: World, bulkId: string): Promise<void> {
    const end = world.clock.now + 36 * 3_600_000;
    for (let delay = world.later.shift(); delay !== undefined && world.clock.now < end; delay = world.later.shift()) {
      world.clock.now += delay;
      expect(await world.run(bulkId)).toBe('over');
    }
  }

  it.each(['retry', 'delete'] as const)(
    'makes a bulk %s wait, which it shows, and no job is left out',
    async (action) => {
      const world = bulkWorld();
      await world.project();
      world.held.add(LAGGING);
      const meant = await world.addJobs(60);
      const lagging = meant.filter((id) => shardOf(id, SHARDS) === LAGGING);
      expect(lagging.length).toBeGreaterThan(5);
      const bulkId = await world.ask({ status: ['failed'] }, { action });
      expect(await world.run(bulkId)).toBe('over');
      expect(await world.operation(bulkId)).toMatchObject({ status: 'running', matched: 0 });
      expect(toBulkResource(await world.operation(bulkId), world.clock.now)).toMatchObject({
        waiting_on: 'views',
        waiting_since: iso(RECEIPT + 15_000),
      });
      for (const id of meant) expect(world.touched(bulkId, id)).toBe(0);

      world.clock.now += world.later.shift() ?? 0;
      await world.run(bulkId);
      expect(await world.operation(bulkId)).toMatchObject({
        status: 'running',
        awaiting: { since: iso(RECEIPT + 15_000) },
      });

      world.held.clear();
      await world.project();
      await runOn(world, bulkId);
      expect([...(await world.consistent(bulkId)).keys()]).toEqual(meant);
      const done = await world.operation(bulkId);
      expect(done).toMatchObject({ status: 'completed', done: 60 });
      expect(toBulkResource(done, world.clock.now)).toMatchObject({ waiting_on: null, waiting_since: null });
    },
  );

  it('that catches up within seconds delays the operation by as much', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    const meant = await world.addJobs(20);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId, {
      async paused() {
        if (world.clock.now < RECEIPT + 6_000) return;
        world.held.clear();
        await world.project();
      },
    });
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(meant);
    expect(world.later).toEqual([]);
  });

  it('for a day fails the operation with the reason, before it selected any job', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    const meant = await world.addJobs(20);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId);
    world.clock.now = RECEIPT + 24 * 3_600_000;
    await world.run(bulkId);
    expect(await world.operation(bulkId)).toMatchObject({ status: 'running' });
    world.clock.now += 1;
    await world.run(bulkId);
    const failed = await world.operation(bulkId);
    expect(failed).toMatchObject({ status: 'failed', matched: 0 });
    expect(toBulkResource(failed, world.clock.now)).toMatchObject({ status: 'failed', waiting_on: 'views' });
    for (const id of meant) expect(world.touched(bulkId, id)).toBe(0);
    expect(world.clock.now - RECEIPT).toBeGreaterThan(24 * 3_600_000);
  });

  it('does not delay an abort beyond the next check', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    await world.addJobs(20);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId);
    await world.abort(bulkId);
    world.clock.now += world.later.shift() ?? 0;
    await world.run(bulkId);
    const aborted = await world.operation(bulkId);
    expect(aborted).toMatchObject({ status: 'aborted', matched: 0 });
    expect(toBulkResource(aborted, world.clock.now).waiting_on).toBeNull();
  });

  it('whose marks are lost gets new marks, which end the wait', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    const meant = await world.addJobs(20);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId);
    const { awaiting } = await world.operation(bulkId);
    world.held.clear();
    await world.project();
    for (const mark of awaiting?.marks ?? []) world.views.rows.delete(mark);
    await runOn(world, bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(meant);
  });

  it('causes only one next message, even if a message arrives early or twice', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    await world.addJobs(20);
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId);
    const before = world.log.all.length;
    await world.run(bulkId);
    await world.run(bulkId);
    expect(world.log.all).toHaveLength(before);
    expect(world.later).toHaveLength(1);
  });

  it('does not delay an operation on named jobs, which are read from the log', async () => {
    const world = bulkWorld();
    await world.project();
    world.held.add(LAGGING);
    const named = await world.addJobs(20);
    const bulkId = await world.ask(null, { job_ids: [...named], action: 'retry' });
    await world.run(bulkId);
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', done: 20 });
  });
});

describe('the pace of an operation', () => {
  it.each([
    [7, 1],
    [30, 5],
    [230, 20],
    [400, 50],
    [1_000, 500],
  ])('gives %i jobs at %i per second their expected time, at most a second ahead', async (count, rate) => {
    const world = bulkWorld();
    await world.addJobs(count, 'scheduled');
    const bulkId = await world.ask({ status: ['scheduled'] }, { rate_per_second: rate });
    await world.run(bulkId);
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', done: count });
    const took = (world.clock.now - SETTLED) / 1000;
    expect(took).toBeGreaterThanOrEqual(count / rate - 1);
    expect(took).toBeLessThanOrEqual(Math.ceil(count / rate));
    const times = world.log.all.flatMap(({ type, at }) => (type === 'JobDeleted' ? [Date.parse(at)] : []));
    for (const [before, at] of times.entries()) expect(before).toBeLessThan(((at - SETTLED) / 1000 + 1) * rate);
  });

  it('counts the time that the work takes', async () => {
    const world = bulkWorld();
    await world.addJobs(400, 'scheduled');
    const bulkId = await world.ask({ status: ['scheduled'] });
    await world.run(bulkId, {
      after: (_, name) => {
        if (name === 'log.append') world.clock.now += 10;
      },
    });
    const took = (world.clock.now - SETTLED) / 1000;
    // 400 jobs and 18 events of the operation at 10 ms each, in chunks that begin at least a second apart.
    expect(took).toBeGreaterThanOrEqual(7);
    expect(took).toBeLessThanOrEqual(13);
  });

  it('is kept by delayed messages: no run sleeps, and each ends after a chunk', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(23, 'scheduled');
    const bulkId = await world.ask(null, { job_ids: [...all], rate_per_second: 1 });
    const rests: number[] = [];
    let message: BulkMessage | null = { bulk_id: bulkId };
    while (message !== null) {
      const before = world.clock.now;
      const met = (await world.operation(bulkId)).matched;
      const turn: BulkTurn = await world.turn(message);
      expect(world.clock.now, 'it did not sleep').toBe(before);
      expect((await world.operation(bulkId)).matched - met).toBeLessThanOrEqual(1);
      message = turn === 'over' ? null : turn.message;
      if (turn !== 'over') rests.push(turn.delayMs);
      world.clock.now += rests.at(-1) ?? 0;
    }
    expect(rests).toEqual(Array.from({ length: 22 }, () => 1_000));
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(all);
  });

  it('is not doubled by a repeated or an old message', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(20, 'scheduled');
    const bulkId = await world.ask(null, { job_ids: [...all], rate_per_second: 1 });
    const first = await world.turn({ bulk_id: bulkId });
    if (first === 'over') throw new Error('it was over at once');
    expect(first.message).toEqual({ bulk_id: bulkId, account_id: ACCOUNT, after: 1 });
    world.clock.now += first.delayMs;
    const [second, again] = [await world.turn(first.message), await world.turn(first.message)];
    expect(second).toMatchObject({ message: { after: 2 } });
    expect(again).toBe('over');
    expect((await world.operation(bulkId)).matched).toBe(2);
  });

  it('does not delay an abort beyond the next message', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(20, 'scheduled');
    const bulkId = await world.ask(null, { job_ids: [...all], rate_per_second: 1 });
    const turn = await world.turn({ bulk_id: bulkId });
    await world.abort(bulkId);
    if (turn !== 'over') expect(await world.turn(turn.message)).toBe('over');
    expect(await world.operation(bulkId)).toMatchObject({ status: 'aborted', matched: 1 });
  });

  it('lets other operations run after ten seconds even when it is behind, and before the time of its function ends', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(400, 'scheduled');
    const slow: Watch = {
      after: (_, name, on) => {
        if (name === 'log.append' && on.includes('JobDeleted')) world.clock.now += 60;
      },
    };
    const bulkId = await world.ask(null, { job_ids: [...all], rate_per_second: 500 });
    const first = await world.turn({ bulk_id: bulkId }, slow);
    expect(first).toMatchObject({ message: { after: 200 }, delayMs: 0 });
    const late = await world.turn({ bulk_id: bulkId }, { ...slow, remainingMs: () => 19_999 });
    expect(late).toMatchObject({ message: { after: 200 }, delayMs: 0 });
    await world.run(bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(all);
  });
});

describe('the bulk runners that accounts share', () => {
  /**
   * One runner and its queue: messages are handled in the order of their due times. Returns the operations in the order
   * of their ends.
   */
  async function runAll(world: World, bulkIds: readonly string[]): Promise<readonly string[]> {
    const queue = bulkIds.map((bulk_id): { message: BulkMessage; at: number } => ({
      message: { bulk_id },
      at: world.clock.now,
    }));
    const ended: string[] = [];
    while (queue.length > 0) {
      queue.sort((one, other) => one.at - other.at);
      const next = queue.shift();
      if (next === undefined) break;
      world.clock.now = Math.max(world.clock.now, next.at);
      const turn = await world.turn(next.message);
      if (turn === 'over') ended.push(next.message.bulk_id);
      else queue.push({ message: turn.message, at: world.clock.now + turn.delayMs });
    }
    return ended;
  }

  it.each([
    ['of one job', 1],
    ['of seven jobs', 7],
  ])('run an operation %s before twelve slower ones that began earlier', async (_, count) => {
    const world = bulkWorld();
    const busy: string[] = [];
    for (let n = 0; n < 12; n += 1)
      busy.push(await world.ask(null, { job_ids: [...(await world.addJobs(20, 'scheduled'))], rate_per_second: 1 }));
    const jobs: string[] = [];
    for (let n = 0; n < count; n += 1) jobs.push(await world.addJob('scheduled', { accountId: 'acc_two' }));
    const quiet = await world.ask(null, { job_ids: jobs, rate_per_second: 50 }, 'acc_two');
    const ended = await runAll(world, [...busy, quiet]);
    expect(ended[0]).toBe(quiet);
    expect(new Set(ended)).toEqual(new Set([...busy, quiet]));
    for (const id of [...busy, quiet]) await world.consistent(id);
    expect(await world.operation(quiet)).toMatchObject({ status: 'completed', done: count });
  });

  it('serve one account only up to its share; its other operations wait and lose nothing', async () => {
    const world = bulkWorld();
    for (const n of [1, 2, 3])
      await world.slots.take(shareKey('bulks', ACCOUNT), `run-${n}`, 3, world.clock.now, world.clock.now + 40_000);
    const all = await world.addJobs(3, 'scheduled');
    const bulkId = await world.ask(null, { job_ids: [...all] });
    const own = await world.addJob('scheduled', { accountId: 'acc_two' });
    const other = await world.ask(null, { job_ids: [own] }, 'acc_two');

    const first = await world.turn({ bulk_id: bulkId });
    expect(first).toEqual({
      message: { bulk_id: bulkId, account_id: ACCOUNT, after: 0, deferred: 1 },
      delayMs: 1_000,
    });
    if (first !== 'over')
      expect(await world.turn(first.message)).toMatchObject({ message: { deferred: 2 }, delayMs: 2_000 });
    expect(await world.turn({ bulk_id: bulkId, swept: true }), 'one message of its own is enough').toBe('over');
    expect(await world.turn({ bulk_id: other })).toBe('over');
    expect(world.ended, 'what runs no longer is told, once').toEqual([other]);
    expect(await world.operation(other)).toMatchObject({ status: 'completed', done: 1 });
    expect(await world.operation(bulkId)).toMatchObject({ status: 'running', matched: 0 });

    world.clock.now += 40_000;
    await world.run(bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual(all);
  });
});

describe('a large scan', () => {
  it('of pages without a match continues from its last position, and ends', async () => {
    const world = bulkWorld();
    await world.addJobs(2_300, 'queued');
    const [wanted = ''] = await world.addJobs(1, 'queued', ['wanted']);
    await world.addJobs(1_200, 'queued');
    const bulkId = await world.ask({ label: ['wanted'] });
    await world.run(bulkId);
    expect([...(await world.consistent(bulkId)).keys()]).toEqual([wanted]);
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 1, done: 1 });
    const positions = world.log.all.flatMap((event) => {
      const parsed = event.stream_id === bulkId ? bulkEventSchema.parse(event) : null;
      return parsed?.type === 'BulkChunkSelected' ? [{ ...parsed.data, job_ids: parsed.data.job_ids.length }] : [];
    });
    expect(positions.map(({ job_ids: found, last }) => [found, last])).toEqual([
      [0, false],
      [0, false],
      [1, false],
      [0, true],
    ]);
    const passed = positions.flatMap(({ position }) => position ?? []);
    expect(passed).toEqual([...new Set(passed)].sort());
  });
});

describe('an abort', () => {
  const JOBS = 12;

  /** Twelve jobs in chunks of five, and an abort just before the call of that number. */
  async function abortedAt(call: number): Promise<{ world: World; bulkId: string; reached: boolean }> {
    const world = bulkWorld();
    await world.addJobs(JOBS);
    const bulkId = await world.ask({ status: ['failed'] }, { rate_per_second: 5 });
    let reached = false;
    await world.run(bulkId, {
      async before(number) {
        if (number !== call) return;
        reached = true;
        await world.abort(bulkId);
      },
    });
    return { world, bulkId, reached };
  }

  it('at any point stops the operation before the next chunk, and the results so far are shown', async () => {
    const outcomes = new Set<string>();
    const doneCounts = new Set<number>();
    let points = 0;
    for (let call = 1; ; call += 1) {
      const { world, bulkId, reached } = await abortedAt(call);
      const results = await world.consistent(bulkId);
      const { status, done } = await world.operation(bulkId);
      const types = eventTypes(world, bulkId);
      outcomes.add(status);
      doneCounts.add(done);
      const aborted = types.indexOf('BulkAbortRequested');
      expect(status).toBe(aborted < 0 ? 'completed' : 'aborted');
      if (aborted >= 0) expect(types.slice(aborted)).not.toContain('BulkChunkSelected');
      for (const { outcome, code } of results.values()) expect(outcome === 'done' ? null : 'bulk_aborted').toBe(code);
      if (!reached) break;
      points += 1;
    }
    expect(points).toBeGreaterThan(40);
    expect(outcomes).toEqual(new Set(['aborted', 'completed']));
    expect([...doneCounts].sort((one, other) => one - other)).toEqual([0, 5, 10, 12]);
  });

  it('during a chunk keeps the results of that chunk, with their reasons', async () => {
    const world = bulkWorld();
    const busy = await world.addJob('running', { labels: ['batch'] });
    const others = await world.addJobs(JOBS, 'failed', ['batch']);
    const bulkId = await world.ask({ label: ['batch'] }, { rate_per_second: 5 });
    await world.run(bulkId, {
      async before(_, name, on) {
        if (name === 'log.append' && on.includes('BulkChunkApplied')) await world.abort(bulkId);
      },
    });
    expect(eventTypes(world, bulkId)).toEqual([
      'BulkRequested',
      'BulkChunkSelected',
      'BulkAbortRequested',
      'BulkChunkApplied',
      'BulkFinished',
    ]);
    const results = await world.consistent(bulkId);
    expect([...results.keys()]).toEqual([busy, ...others.slice(0, 4)]);
    expect(results.get(busy)).toMatchObject(skipped('job_running'));
    expect(await world.operation(bulkId)).toMatchObject({ status: 'aborted', matched: 5, done: 4, skipped: 1 });
  });

  it('after a runner crashed in a chunk shows the changed jobs and leaves the others unchanged', async () => {
    for (let lost = 1; lost <= 5; lost += 1) {
      const world = bulkWorld();
      await world.addJobs(JOBS);
      const bulkId = await world.ask({ status: ['failed'] }, { rate_per_second: 5 });
      await expect(world.run(bulkId, killedAtJobEvent(lost))).rejects.toThrow('killed');
      await world.abort(bulkId);
      await world.run(bulkId);
      const results = [...(await world.consistent(bulkId)).values()];
      expect(await world.operation(bulkId)).toMatchObject({
        status: 'aborted',
        matched: 5,
        done: lost - 1,
        skipped: 6 - lost,
      });
      expect(results.filter(({ code }) => code === 'bulk_aborted')).toHaveLength(6 - lost);
    }
  });
});

describe('a job whose command throws', () => {
  it('counts as failed after some tries, and stops no other', async () => {
    const world = bulkWorld();
    const all = await world.addJobs(12);
    const [, , bad = ''] = all;
    const bulkId = await world.ask({ status: ['failed'] });
    await world.run(bulkId, {
      before(_, name, on) {
        if (name === 'log.read' && on.includes(bad)) throw new Error('unreadable');
      },
    });
    const results = await world.consistent(bulkId);
    expect(results.get(bad)).toEqual({ job_id: bad, outcome: 'failed', code: 'internal_error' });
    expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 12, done: 11, failed: 1 });
    expect(world.broken).toEqual([bad]);
  });

  it('once is tried again and succeeds', async () => {
    const world = bulkWorld();
    await world.addJobs(3);
    const bulkId = await world.ask({ status: ['failed'] });
    const thrown = new Set<string>();
    await world.run(bulkId, {
      before(_, name, on) {
        if (name !== 'log.read' || !on.includes('job_') || thrown.has(on)) return;
        thrown.add(on);
        throw new Error('a moment of bad luck');
      },
    });
    expect(thrown.size).toBe(3);
    await world.consistent(bulkId);
    expect(await world.operation(bulkId)).toMatchObject({ done: 3, failed: 0 });
    expect(world.broken).toEqual([]);
  });
});

/** A process that is killed: after this moment no call is carried out. */
function dying(strikes: (name: string, on: string, phase: 'before' | 'after') => boolean): Watch {
  let dead = false;
  const check = (name: string, on: string, phase: 'before' | 'after'): void => {
    if (!dead && strikes(name, on, phase)) dead = true;
    if (dead) throw new Error('killed');
  };
  return {
    before: (_, name, on) => check(name, on, 'before'),
    after: (_, name, on) => check(name, on, 'after'),
    paused: () => {
      if (dead) throw new Error('killed');
    },
  };
}

function killedAtJobEvent(number: number): Watch {
  let seen = 0;
  return dying((name, on, phase) => {
    if (name !== 'log.append' || phase !== 'before' || !on.includes('JobDeleted')) return false;
    seen += 1;
    return seen === number;
  });
}

describe('a crash at any call', () => {
  const SKIPPED = 2;

  /** Twelve jobs that are changed and two that are not; the operation has them in three chunks. */
  const OPERATIONS = {
    'delete by a filter': async (world: World) => {
      await world.addJobs(12, 'failed', ['batch']);
      await world.addJobs(SKIPPED, 'running', ['batch']);
      return world.ask({ label: ['batch'] }, { rate_per_second: 5 });
    },
    'retry by a filter that none of them matches afterwards': async (world: World) => {
      await world.addJobs(12, 'failed');
      await world.addJobs(SKIPPED, 'retrying');
      return world.ask({ status: ['failed', 'retrying'] }, { action: 'retry', rate_per_second: 1 });
    },
    'trigger of named jobs, whose leases are taken': async (world: World) => {
      const named = await world.addJobs(12, 'running');
      const foreign = [ids.derive('job', ['none']), await world.addJob('failed', { accountId: 'acc_two' })];
      return world.ask(null, { action: 'trigger', job_ids: [...named, ...foreign], rate_per_second: 1 });
    },
  };

  /** Makes the watcher of the k-th call, which also reports whether that call came. */
  const CRASHES: Readonly<Record<string, (k: number, struck: () => void) => Watch>> = {
    'the process dies before it': (k, struck) => {
      let calls = 0;
      return dying((_, __, phase) => {
        calls += phase === 'before' ? 1 : 0;
        if (calls === k && phase === 'before') struck();
        return calls === k;
      });
    },
    'the process dies when it has been carried out': (k, struck) => {
      let calls = 0;
      return dying((_, __, phase) => {
        calls += phase === 'after' ? 1 : 0;
        if (calls === k && phase === 'after') struck();
        return calls === k;
      });
    },
    'it alone fails': (k, struck) => ({
      before(number) {
        if (number !== k) return;
        struck();
        throw new Error('killed');
      },
    }),
    'it alone is carried out and its answer is lost': (k, struck) => ({
      after(number) {
        if (number !== k) return;
        struck();
        throw new Error('killed');
      },
    }),
  };

  const cases = Object.keys(OPERATIONS).flatMap((what) => Object.keys(CRASHES).map((how) => [what, how] as const));
  it.each(cases)('%s: %s', async (what, how) => {
    const [, ask] = Object.entries(OPERATIONS).find(([name]) => name === what) ?? [];
    const crash = CRASHES[how];
    if (ask === undefined || crash === undefined) throw new Error('no such case');
    let crashes = 0;
    for (let k = 1; ; k += 1) {
      const world = bulkWorld();
      const bulkId = await ask(world);
      let struck = false;
      const first = await world
        .run(
          bulkId,
          crash(k, () => {
            struck = true;
          }),
        )
        .catch(() => 'killed');
      if (struck) {
        crashes += 1;
        world.clock.now += 60_000;
        expect(await world.run(bulkId), `after ${first} at call ${k}`).toBe('over');
      }
      const results = await world.consistent(bulkId);
      const done = what.startsWith('retry') ? 12 + SKIPPED : 12;
      expect(await world.operation(bulkId), `call ${k}`).toMatchObject({
        status: 'completed',
        matched: 12 + SKIPPED,
        done,
        skipped: 12 + SKIPPED - done,
        failed: 0,
      });
      expect(results.size).toBe(12 + SKIPPED);
      if (!struck) break;
    }
    expect(crashes).toBeGreaterThan(30);
  });
});

describe('several runners at once', () => {
  /** Lets waiting calls continue one at a time, in an order that the seed determines. */
  function interleaving(seed: number) {
    const picks = fc.sample(fc.nat(), { seed, numRuns: 1_000 });
    let turn = 0;
    const waiting: (() => void)[] = [];
    return {
      before: (): Promise<void> => new Promise((resolve) => waiting.push(resolve)),
      async drive(runs: readonly Promise<unknown>[]): Promise<void> {
        let over = false;
        const all = Promise.allSettled(runs).then(() => {
          over = true;
        });
        while (!over) {
          await new Promise((resolve) => setImmediate(resolve));
          if (waiting.length === 0) continue;
          turn += 1;
          waiting.splice((picks[turn % picks.length] ?? 0) % waiting.length, 1)[0]?.();
        }
        await all;
      },
    };
  }

  it.each(Array.from({ length: 20 }, (_, at) => at + 1))(
    'in the order of seed %i: change no job twice, and all totals are exact',
    async (seed) => {
      const world = bulkWorld();
      const action = BULK_ACTIONS[seed % BULK_ACTIONS.length] ?? 'delete';
      const status = action === 'cancel' ? 'scheduled' : 'failed';
      const all = await world.addJobs(12, status);
      const bulkId = await world.ask({ status: [status] }, { action, rate_per_second: 1 });
      const { before, drive } = interleaving(seed);
      const runs = Array.from({ length: 2 + (seed % 2) }, () => world.run(bulkId, { before }));
      await drive(runs);
      // A runner that lost a conflict has stopped. Another one continues the operation, as after a message of the
      // sweeper.
      expect(await world.run(bulkId)).toBe('over');
      const results = await world.consistent(bulkId);
      expect(results.size).toBe(12);
      expect(await world.operation(bulkId)).toMatchObject({ status: 'completed', matched: 12, done: 12 });
      for (const id of all) expect(world.touched(bulkId, id)).toBe(1);
      expect(await Promise.all(runs)).toContain('over');
    },
  );
});
