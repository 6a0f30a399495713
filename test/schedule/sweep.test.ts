import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { nextDue } from '../../functions/domain/schedule/schedule.ts';
import type { JobMessage } from '../../functions/ports/work-queue.ts';
import { type SweepPorts, sweepOnce } from '../../functions/schedule/sweep.ts';
import { projectOnce } from '../../functions/stream/project.ts';
import { CREDENTIAL, failedWith, iso, requested, started, succeeded, T0 } from '../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

const MINUTE = 60_000;

async function world() {
  const tables = await engine.createTables();
  const log = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  const views = dynamoViews(engine.client, tables.VIEWS_TABLE);
  const leases = dynamoLeases(engine.client, tables.LEASES_TABLE);
  const sent: JobMessage[] = [];
  const bulksSent: string[] = [];
  const probes: string[] = [];
  const clock = { now: T0 };
  const ports: SweepPorts = {
    log,
    views,
    leases,
    ids,
    coalescing: memoryCoalescing(),
    runs: dynamoScheduleRuns(engine.client, { leases: tables.LEASES_TABLE, events: tables.EVENTS_TABLE }, ids),
    pause: async () => {},
    queue: {
      send: async (messages) => {
        for (const { message } of messages) {
          if ('job_id' in message) sent.push(message);
          else probes.push(message.credential_id);
        }
        return [];
      },
    },
    bulks: {
      send: async (bulkId) => {
        bulksSent.push(bulkId);
      },
    },
    now: () => clock.now,
    everyMs: MINUTE,
    remainingMs: () => 50_000,
  };
  const project = (records: readonly Envelope[]) =>
    projectOnce(records, { log, views, shard: 0, pause: async () => {} });
  return {
    bulksSent,
    probes,
    leases,
    sent,
    clock,
    ports,
    log,
    project,
    async put(streamId: string, at: number, ...events: { type: string; data: unknown }[]) {
      let version = (await log.read(streamId)).length;
      for (const event of events) {
        version += 1;
        await log.append([
          {
            streamId,
            version,
            accountId: 'acc_one',
            actor: { kind: 'system', id: 'test' },
            at: iso(at),
            credentialId: CREDENTIAL,
            event,
          },
        ]);
      }
      await project(await log.read(streamId));
    },
    types: async (id: string) => (await log.read(id)).map(({ type }) => type),
    status: async (id: string) => foldJob(await log.read(id))?.status,
  };
}

const SCHEDULE = { every: '1d' };
const addedCredential = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
const createdTask = {
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_mailboxes',
    target_credential_id: CREDENTIAL,
    payload: {},
    priority: 0,
    labels: [],
    schedule: SCHEDULE,
  },
};
const reason = { reason: null };

const running: JobEvent[] = [requested(), started(1, 1, 'lease-a')];

describe('the sweeper', () => {
  it('releases what is due beyond the reach of the queue, once however many sweepers there are', async () => {
    const { put, clock, ports, types } = await world();
    const job = ids.next('job');
    await put(job, T0, requested({ run_at: iso(T0 + 20 * MINUTE) }));
    clock.now = T0 + 19 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ released: 0 });
    clock.now = T0 + 20 * MINUTE;
    const results = await Promise.all([sweepOnce(ports), sweepOnce(ports), sweepOnce(ports)]);
    expect(results.reduce((sum, { released }) => sum + released, 0)).toBe(1);
    expect(await types(job)).toEqual(['JobRequested', 'JobReleased']);
  });

  it('releases a retry whose delayed message was lost', async () => {
    const { put, clock, ports, status } = await world();
    const job = ids.next('job');
    await put(job, T0, requested(), started(), failedWith('connection_closed', iso(T0 + MINUTE)));
    clock.now = T0 + MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ examined: 0 });
    clock.now = T0 + 3 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ released: 1 });
    expect(await status(job)).toBe('queued');
  });

  it('sends a lost message again after 2, 4 and 8 minutes, and appends nothing for it', async () => {
    const { put, clock, ports, sent, types } = await world();
    const job = ids.next('job');
    await put(job, T0, requested());
    const minutes: number[] = [];
    for (let minute = 0; minute <= 10; minute += 1) {
      clock.now = T0 + minute * MINUTE + 1;
      if ((await sweepOnce(ports)).resent > 0) minutes.push(minute);
    }
    expect(minutes).toEqual([2, 4, 8]);
    expect(sent[0]).toMatchObject({ job_id: job, credential_id: CREDENTIAL });
    expect(await types(job)).toEqual(['JobRequested']);
  });

  it('leaves a running job alone while its lease is renewed, and abandons it once it is not, within two minutes', async () => {
    const { put, clock, ports, leases, types, status } = await world();
    const job = ids.next('job');
    await put(job, T0, ...running);
    await leases.renew('lease-a', T0 + 39_000, T0 + 79_000, null);
    clock.now = T0 + 60_000;
    expect(await sweepOnce(ports)).toMatchObject({ examined: 1, rescued: 0 });
    clock.now = T0 + 120_000;
    expect(await sweepOnce(ports)).toMatchObject({ rescued: 1 });
    expect(await status(job)).toBe('queued');
    expect(await leases.renew('lease-a', clock.now, clock.now + 40_000, null)).toBe(false);
    expect(await sweepOnce(ports)).toMatchObject({ rescued: 0 });
    expect(await types(job)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptAbandoned']);
  });

  it('finishes the rescue that a killed sweeper had begun', async () => {
    const { put, clock, ports, leases, status } = await world();
    const job = ids.next('job');
    await put(job, T0, ...running);
    clock.now = T0 + 60_000;
    await leases.take('lease-a', clock.now);
    expect(await sweepOnce(ports)).toMatchObject({ rescued: 1 });
    expect(await status(job)).toBe('queued');
  });

  it('does nothing to an attempt that ended although the view does not know yet', async () => {
    const { put, log, clock, ports, types } = await world();
    const job = ids.next('job');
    await put(job, T0, ...running);
    await log.append([
      {
        streamId: job,
        version: 3,
        accountId: 'acc_one',
        actor: { kind: 'worker', id: 'w' },
        at: iso(T0 + 1),
        event: succeeded,
      },
    ]);
    clock.now = T0 + 60_000;
    expect(await sweepOnce(ports)).toMatchObject({ examined: 1, rescued: 0 });
    expect(await types(job)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptSucceeded']);
  });

  it('leaves jobs of a parked credential alone, and sends them in the first sweep after it is good again', async () => {
    const { put, clock, ports, sent } = await world();
    const refused = {
      type: 'AuthenticationFailed',
      data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' },
    };
    await put(
      CREDENTIAL,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      refused,
      refused,
    );
    const job = ids.next('job');
    await put(job, T0, requested());
    for (const minute of [2, 4, 8]) {
      clock.now = T0 + minute * MINUTE + 1;
      expect(await sweepOnce(ports)).toMatchObject({ resent: 0 });
    }
    await put(CREDENTIAL, T0 + 9 * MINUTE, { type: 'CredentialVerified', data: { by: 'test' } });
    clock.now = T0 + 9 * MINUTE + 30_000;
    expect(await sweepOnce(ports)).toMatchObject({ resent: 1 });
    expect(sent).toHaveLength(1);
  });

  it('sends a waiting job of a suspect credential when its ten minutes are over', async () => {
    const { put, clock, ports } = await world();
    const refused = {
      type: 'AuthenticationFailed',
      data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' },
    };
    await put(
      CREDENTIAL,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      refused,
    );
    await put(ids.next('job'), T0, requested());
    clock.now = T0 + 9 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ resent: 0 });
    clock.now = T0 + 10 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ resent: 1 });
  });

  it('starts a bulk operation again when its own log has been silent, not when the view is behind', async () => {
    const { put, project, log, clock, ports, bulksSent } = await world();
    const bulk = ids.next('blk');
    const data = {
      action: 'retry',
      filter: { status: ['failed'] },
      job_ids: null,
      created_before: iso(T0),
      limit: null,
      reason: null,
      rate_per_second: 50,
      expected: null,
    };
    await put(bulk, T0, { type: 'BulkRequested', data });
    clock.now = T0 + 29_999;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 0 });
    clock.now = T0 + 30_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 1 });
    expect(bulksSent).toEqual([bulk]);
    const by = { accountId: 'acc_one', actor: { kind: 'system', id: 'test' }, at: iso(T0 + 30_000) } as const;
    const chunk = { type: 'BulkChunkSelected', data: { job_ids: [], position: null, last: true } };
    await log.append([{ streamId: bulk, version: 2, ...by, event: chunk }]);
    clock.now = T0 + 40_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 0 });
    await log.append([
      { streamId: bulk, version: 3, ...by, event: { type: 'BulkFinished', data: { outcome: 'completed' } } },
    ]);
    await project(await log.read(bulk));
    clock.now = T0 + 90_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 0 });
  });

  it('asks for a probe of a parked credential when its time has come', async () => {
    const { put, clock, ports, probes } = await world();
    const credential = ids.next('pc');
    const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    await put(
      credential,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      { type: 'AuthenticationFailed', data: refused },
      { type: 'AuthenticationFailed', data: refused },
    );
    clock.now = T0 + 60 * MINUTE - 1;
    expect(await sweepOnce(ports)).toMatchObject({ probed: 0 });
    clock.now = T0 + 60 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ probed: 1 });
    expect(probes).toEqual([credential]);
  });

  it('fails a job that its credential has held for a day', async () => {
    const { put, clock, ports, types, status } = await world();
    const job = ids.next('job');
    const refused = { code: 'app_password_required', category: 'authentication', detail: '', job_id: null };
    await put(
      CREDENTIAL,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      { type: 'AuthenticationFailed', data: refused },
      { type: 'AuthenticationFailed', data: refused },
    );
    await put(job, T0, requested());
    clock.now = T0 + 24 * 60 * MINUTE - 1;
    expect(await sweepOnce(ports)).toMatchObject({ givenUp: 0 });
    clock.now = T0 + 24 * 60 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ givenUp: 1 });
    expect(await types(job)).toEqual(['JobRequested', 'HoldExpired']);
    expect(await status(job)).toBe('failed');
  });
});

describe('a scheduled task in the open index', () => {
  /** A task that is due once a day, as the sweeper finds it. */
  async function scheduled() {
    const all = await world();
    const task = ids.next('tsk');
    await all.put(CREDENTIAL, T0, addedCredential);
    await all.put(task, T0, createdTask);
    return { ...all, task, due: nextDue(SCHEDULE, task, T0) ?? 0 };
  }

  it.each([
    { type: 'TaskUpdated', data: { changes: { labels: ['new'] } } },
    { type: 'TaskUpdated', data: { changes: { schedule: SCHEDULE } } },
    { type: 'TaskTriggered', data: { job_id: ids.next('job'), reason: null } },
    { type: 'TaskResumed', data: reason },
  ])('is due all the same when it changes between its due time and the sweep: $type', async (event) => {
    const { put, clock, ports, task, due } = await scheduled();
    await put(task, due + 30_000, event);
    clock.now = due + MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ fired: 1 });
    expect(await sweepOnce(ports)).toMatchObject({ fired: 0, skipped: 0 });
    clock.now = due + 24 * 60 * MINUTE - 1;
    expect(await sweepOnce(ports)).toMatchObject({ fired: 0, skipped: 0 });
    clock.now += 1;
    expect(await sweepOnce(ports)).toMatchObject({ skipped: 1 });
  });

  it.each([
    [
      { type: 'TaskPaused', data: reason },
      { type: 'TaskResumed', data: reason },
    ],
    [{ type: 'TaskUpdated', data: { changes: { schedule: { every: '23h' } } } }],
    [
      { type: 'TaskSuspended', data: { code: 'auth_failed', failures: 3 } },
      { type: 'TaskUpdated', data: { changes: { schedule: SCHEDULE } } },
    ],
  ])('does not do what was due before it was resumed, or given another schedule: %j', async (...events) => {
    const { put, clock, ports, task, due } = await scheduled();
    await put(task, due + 1, ...events);
    clock.now = due + 2;
    expect(await sweepOnce(ports)).toMatchObject({ fired: 0 });
  });
});
