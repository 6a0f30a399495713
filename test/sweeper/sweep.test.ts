import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../../functions/adapters/dynamodb/leases.ts';
import { dynamoScanCycleStore } from '../../functions/adapters/dynamodb/scan-cycles.ts';
import { dynamoScheduleRuns } from '../../functions/adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { Envelope } from '../../functions/domain/event/event.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { nextDue } from '../../functions/domain/schedule/schedule.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import { foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import { foldSilence, silenceStream } from '../../functions/domain/webhook/silence.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import type { JobMessage } from '../../functions/ports/work-queue.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { logger } from '../../functions/runtime/logger.ts';
import { sweepOnce } from '../../functions/sweeper/sweep.ts';
import type { SweepPorts } from '../../functions/sweeper/sweep-ports.ts';
import { CREDENTIAL, failedWith, iso, requested, started, succeeded, T0 } from '../domain/job/job-stream.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryCoalescing } from '../fixtures/in-memory-coalescing.ts';

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());
afterEach(() => vi.restoreAllMocks());

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
  const waiting = { work: 0, priority: 0 };
  const ports: SweepPorts = {
    backlog: { waiting: async () => waiting },
    log,
    views,
    leases,
    ids,
    coalescing: memoryCoalescing(),
    runs: dynamoScheduleRuns(engine.client, { leases: tables.LEASES_TABLE, events: tables.EVENTS_TABLE }, ids),
    pause: async () => {},
    wait: async (ms) => {
      clock.now += ms;
    },
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
      send: async ({ bulk_id: bulkId }) => {
        bulksSent.push(bulkId);
      },
    },
    now: () => clock.now,
    cycles: dynamoScanCycleStore(engine.client, tables.LEASES_TABLE),
    everyMs: MINUTE,
    most: 1_000,
    remainingMs: () => 50_000,
  };
  const project = (records: readonly Envelope[]) => projectOnce(records, { log, views, pause: async () => {} });
  return {
    waiting,
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
  it('releases jobs that were due later than the queue can delay, once for any number of sweepers', async () => {
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

  it.each([
    ['work', 'priority'],
    ['priority', 'work'],
  ] as const)('sends no message of the %s queue again in 16 minutes while it holds a thousand', async (full, other) => {
    const { put, clock, ports, waiting, sent } = await world();
    const jobs = { work: ids.next('job'), priority: ids.next('job') };
    await put(jobs.work, T0, requested());
    await put(jobs.priority, T0, { ...requested(), data: { ...Object(requested().data), priority: 1 } });
    waiting[full] = 1_000;
    const minutes = new Map<string, number[]>();
    for (let minute = 0; minute <= 40; minute += 1) {
      clock.now = T0 + minute * MINUTE + 1;
      await sweepOnce(ports);
      for (const { job_id: id } of sent.splice(0)) minutes.set(id, [...(minutes.get(id) ?? []), minute]);
    }
    expect(minutes.get(jobs[full])).toEqual([16, 32]);
    expect(minutes.get(jobs[other])).toEqual([2, 4, 8, 16, 32]);
  });

  it('sends messages again at their usual times when it cannot learn how much waits', async () => {
    const { put, clock, ports } = await world();
    await put(ids.next('job'), T0, requested());
    clock.now = T0 + 2 * MINUTE + 1;
    const backlog = { waiting: () => Promise.reject(new Error('no answer')) };
    expect(await sweepOnce({ ...ports, backlog })).toMatchObject({ resent: 1, complete: true });
  });

  it('leaves a running job alone while its lease is renewed, and abandons it within two minutes after that', async () => {
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

  it('rescues a job that changes a mailbox after its last command, within two minutes of the last renewal', async () => {
    const job = ids.next('job');
    for (let phase = 0; phase < 60; phase += 11) {
      const { put, log, clock, ports, leases } = await world();
      await put(job, T0, requested({ action: 'imap_move_messages' }), started(1, 1, 'lease-a'));
      const lastSign = T0 + phase * 1_000;
      await leases.renew('lease-a', lastSign, lastSign + 40_000, null);
      for (let minute = 1; minute <= 3; minute += 1) {
        clock.now = T0 + minute * MINUTE;
        await sweepOnce(ports);
      }
      const lost = (await log.read(job)).find(({ type }) => type === 'AttemptAbandoned');
      const after = Date.parse(lost?.at ?? '') - lastSign;
      expect(after, `phase ${phase}`).toBeGreaterThanOrEqual(70_000);
      expect(after, `phase ${phase}`).toBeLessThan(101_000);
    }
  });

  it('leaves the rescue to the next sweep when it has no time to wait', async () => {
    const { put, clock, ports, leases } = await world();
    const job = ids.next('job');
    await put(job, T0, requested({ action: 'imap_move_messages' }), started(1, 1, 'lease-a'));
    await leases.renew('lease-a', T0, T0 + 40_000, null);
    clock.now = T0 + 45_000;
    expect(await sweepOnce({ ...ports, remainingMs: () => 20_000 })).toMatchObject({ examined: 1, rescued: 0 });
    expect(clock.now).toBe(T0 + 45_000);
    clock.now = T0 + 70_000;
    expect(await sweepOnce(ports)).toMatchObject({ rescued: 1 });
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

  it('leaves an ended attempt alone when the view still shows it as running', async () => {
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

  it('abandons nothing when the view shows a lease that the log has replaced', async () => {
    const { put, log, clock, ports, leases, types, status } = await world();
    const job = ids.next('job');
    await put(job, T0, ...running);
    const later = [failedWith('deadline_exceeded', iso(T0 + 60_000)), started(2, 1, 'lease-b')];
    for (const [at, event] of later.entries()) {
      const actor = { kind: 'worker', id: 'w' } as const;
      const stored = { streamId: job, version: 3 + at, accountId: 'acc_one', actor, at: iso(T0 + 70_000) };
      await log.append([{ ...stored, credentialId: CREDENTIAL, event }]);
    }
    await leases.renew('lease-b', T0 + 70_000, T0 + 110_000, null);
    clock.now = T0 + 80_000;
    expect(await sweepOnce(ports)).toMatchObject({ examined: 1, rescued: 0 });
    expect(await types(job)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptFailed', 'AttemptStarted']);
    expect(await status(job)).toBe('running');
    expect(await leases.renew('lease-b', clock.now, clock.now + 40_000, null)).toBe(true);
  });

  it('leaves jobs of a parked credential alone, and resends them two minutes after it is valid again', async () => {
    const { put, clock, ports, sent } = await world();
    const refused = {
      type: 'CredentialRefused',
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
    expect(await sweepOnce(ports), 'the dispatcher has').toMatchObject({ resent: 0 });
    clock.now = T0 + 11 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ resent: 1 });
    expect(sent).toHaveLength(1);
  });

  it('sends a waiting job of a suspect credential when its ten minutes are over', async () => {
    const { put, clock, ports } = await world();
    const refused = {
      type: 'CredentialRefused',
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

  it('resumes a bulk operation whose log has no new event for long, not one whose view is behind', async () => {
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
    const wait = { type: 'BulkViewsAwaited', data: { marks: ['mark#a'], until: iso(T0 + 80_000) } };
    await log.append([{ streamId: bulk, version: 2, ...by, event: wait }]);
    clock.now = T0 + 109_999;
    expect(await sweepOnce(ports), 'it waits for the views, and its own message comes').toMatchObject({
      bulksResumed: 0,
    });
    clock.now = T0 + 110_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 1 });
    const chunk = { type: 'BulkChunkSelected', data: { job_ids: [], position: null, last: true } };
    await log.append([{ streamId: bulk, version: 3, ...by, at: iso(T0 + 110_000), event: chunk }]);
    clock.now = T0 + 120_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 0 });
    await log.append([
      { streamId: bulk, version: 4, ...by, event: { type: 'BulkFinished', data: { outcome: 'completed' } } },
    ]);
    await project(await log.read(bulk));
    clock.now = T0 + 190_000;
    expect(await sweepOnce(ports)).toMatchObject({ bulksResumed: 0 });
  });

  it('requests the probe of a parked credential when it is due', async () => {
    const { put, clock, ports, probes } = await world();
    const credential = ids.next('pc');
    const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    await put(
      credential,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      { type: 'CredentialRefused', data: refused },
      { type: 'CredentialRefused', data: refused },
    );
    clock.now = T0 + 60 * MINUTE - 1;
    expect(await sweepOnce(ports)).toMatchObject({ probed: 0 });
    clock.now = T0 + 60 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ probed: 1 });
    expect(probes).toEqual([credential]);
  });

  it('fails a job that its credential has blocked for a day', async () => {
    const { put, clock, ports, types, status } = await world();
    const job = ids.next('job');
    const refused = { code: 'app_password_required', category: 'authentication', detail: '', job_id: null };
    await put(
      CREDENTIAL,
      T0,
      { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } },
      { type: 'CredentialRefused', data: refused },
      { type: 'CredentialRefused', data: refused },
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

describe('a sweep with errors', () => {
  const endpointOf = (silentAfter: string | null) => ({
    type: 'WebhookEndpointCreated',
    data: {
      provider: 'standard',
      target: { credential_id: CREDENTIAL },
      action: 'imap_sync_mailboxes',
      payload: {},
      event_types: null,
      enabled: true,
      silent_after: silentAfter,
    },
  });
  const deliveryTo = (endpoint: string) => ({
    type: 'DeliveryReceived',
    data: {
      endpoint_id: endpoint,
      event_id: 'e',
      event_type: 'mail',
      event_at: null,
      request: { credential_id: CREDENTIAL, generation: 1, action: 'imap_sync_mailboxes', payload: {} },
      reason: null,
    },
  });

  /** Two due entries of each kind; the first one cannot be read. */
  async function twoOfEach() {
    const all = await world();
    const pairOf = (prefix: 'job' | 'tsk' | 'dlv' | 'whk') => [ids.derive(prefix, ['1']), ids.derive(prefix, ['2'])];
    const [jobs, tasks, deliveries, endpoints] = [pairOf('job'), pairOf('tsk'), pairOf('dlv'), pairOf('whk')];
    await all.put(CREDENTIAL, T0, addedCredential);
    for (const job of jobs) await all.put(job, T0, requested({ run_at: iso(T0 + 20 * MINUTE) }));
    for (const task of tasks)
      await all.put(task, T0, { ...createdTask, data: { ...createdTask.data, schedule: { every: '20m' } } });
    for (const delivery of deliveries) await all.put(delivery, T0, deliveryTo('whk_x'));
    for (const endpoint of endpoints) await all.put(endpoint, T0, endpointOf('20m'));
    all.clock.now = T0 + 41 * MINUTE;
    const broken = new Set([jobs, tasks, deliveries, endpoints].map(([first]) => first ?? ''));
    const log: EventLog = {
      ...all.log,
      read: async (...args) => {
        if (broken.has(args[0])) throw new Error('cannot be read');
        return all.log.read(...args);
      },
      current: async (id: string) => log.read(id),
    };
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    return { ...all, broken, ports: { ...all.ports, log }, jobs, tasks, deliveries, endpoints, warned };
  }

  it('handles all other entries, and then reports the failed ones', async () => {
    const { ports, broken, status, log, jobs, tasks, deliveries, endpoints, warned } = await twoOfEach();
    const failed = await sweepOnce(ports).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    for (const id of broken) expect(String(failed)).toContain(id);
    expect(failed).toMatchObject({ result: { released: 1, fired: 1, delivered: 1, silenced: 1, complete: true } });
    expect(await status(jobs[1] ?? '')).toBe('queued');
    expect(foldDelivery(await log.read(deliveries[1] ?? ''))?.job_id).not.toBeNull();
    expect(foldSilence(await log.read(silenceStream(endpoints[1] ?? '')))?.silent_since).toEqual(expect.any(String));
    expect(warned.mock.calls).toEqual([
      ['webhook endpoint fell silent', { silenced: 1, webhook_endpoint_id: endpoints[1] }],
    ]);
    broken.clear();
    expect(await sweepOnce(ports)).toMatchObject({ released: 1, delivered: 1, silenced: 1 });
    expect(tasks).toHaveLength(2);
  });

  it('handles the other partitions when some cannot be read', async () => {
    const { ports, broken } = await twoOfEach();
    broken.clear();
    const page: typeof ports.views.page = async (query) => {
      if (/^(open|schedule|delivery)/.test(query.key)) throw new Error('throttled');
      return ports.views.page(query);
    };
    const failed = await sweepOnce({ ...ports, views: { ...ports.views, page } }).catch((error: unknown) => error);
    expect(String(failed)).toContain('open#');
    expect(failed).toMatchObject({ result: { silenced: 2, fired: 0 } });
  });

  it('reads rows one by one when they cannot be read together', async () => {
    const { ports, jobs, broken } = await twoOfEach();
    broken.clear();
    const get: typeof ports.views.get = async (wanted, options) => {
      if (wanted.includes(jobs[0] ?? '')) throw new Error('malformed row');
      return ports.views.get(wanted, options);
    };
    const failed = await sweepOnce({ ...ports, views: { ...ports.views, get } }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ result: { released: 1 } });
    expect(String(failed)).toContain(jobs[0]);
  });

  it('records that a silent endpoint gets deliveries again', async () => {
    const { ports, broken, put, endpoints, clock, log } = await twoOfEach();
    broken.clear();
    await sweepOnce(ports);
    const [endpoint = ''] = endpoints;
    await put(ids.derive('dlv', ['3']), clock.now, deliveryTo(endpoint));
    clock.now += MINUTE;
    await sweepOnce(ports);
    expect((await log.read(silenceStream(endpoint))).map(({ type }) => type)).toEqual([
      'WebhookEndpointFellSilent',
      'WebhookEndpointHeardAgain',
    ]);
  });

  it('leaves deliveries to the dispatcher until they are late', async () => {
    const { put, ports, clock } = await world();
    await put(ids.next('dlv'), T0, deliveryTo('whk_x'));
    clock.now = T0 + MINUTE - 1;
    expect(await sweepOnce(ports)).toMatchObject({ delivered: 0 });
    clock.now += 1;
    expect(await sweepOnce(ports)).toMatchObject({ delivered: 1 });
    expect(await sweepOnce(ports)).toMatchObject({ delivered: 0 });
  });
});

describe('more blocked jobs than a sweep may check', () => {
  const COUNT = 12;
  async function held() {
    const all = await world();
    const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    const strike = { type: 'CredentialRefused', data: refused };
    await all.put(CREDENTIAL, T0, addedCredential, strike, strike);
    const jobs = Array.from({ length: COUNT }, (_, at) => ids.derive('job', ['held', String(at)]));
    for (const job of jobs) await all.put(job, T0, requested());
    all.clock.now = T0 + 60 * MINUTE;
    const looked: string[] = [];
    const get: typeof all.ports.views.get = async (wanted, options) => {
      looked.push(...wanted.filter((id) => jobs.includes(id)));
      return all.ports.views.get(wanted, options);
    };
    const sweep = async () => {
      all.clock.now += MINUTE;
      looked.length = 0;
      const result = await sweepOnce({ ...all.ports, most: 1, views: { ...all.ports.views, get } });
      return { result, looked: [...looked] };
    };
    return { ...all, jobs, sweep };
  }

  it('are all checked in turn, a limited number per sweep', async () => {
    const { jobs, sweep } = await held();
    const seen = new Set<string>();
    for (let minute = 0; minute < COUNT; minute += 1) {
      const { looked } = await sweep();
      expect(looked.length).toBeLessThanOrEqual(4);
      for (const id of looked) seen.add(id);
    }
    expect(seen).toEqual(new Set(jobs));
  });

  it('do not delay jobs that have just become due', async () => {
    const { sweep, put, clock, status } = await held();
    await sweep();
    const job = ids.next('job');
    await put(job, clock.now, requested({ run_at: iso(clock.now + 20 * MINUTE) }));
    clock.now += 20 * MINUTE;
    expect((await sweep()).result.released).toBe(1);
    expect(await status(job)).toBe('queued');
  });

  it('are all sent in turn when their credential is valid again', async () => {
    const { jobs, sweep, put, clock, sent } = await held();
    for (let minute = 0; minute < 5; minute += 1) await sweep();
    await put(CREDENTIAL, clock.now, { type: 'CredentialVerified', data: { by: 'test' } });
    for (let minute = 0; minute < COUNT; minute += 1) await sweep();
    expect(new Set(sent.map(({ job_id: id }) => id))).toEqual(new Set(jobs));
  });
});

describe('a scheduled task in the open index', () => {
  /** A task with a daily schedule, which the sweeper finds when it is due. */
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
  ])('is still run when it changes between its due time and the sweep: $type', async (event) => {
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
  ])('does not run for a time before it was resumed or rescheduled: %j', async (...events) => {
    const { put, clock, ports, task, due } = await scheduled();
    await put(task, due + 1, ...events);
    clock.now = due + 2;
    expect(await sweepOnce(ports)).toMatchObject({ fired: 0 });
  });

  it('is suspended after three permanent failures in a row, and leaves the index', async () => {
    const { put, clock, ports, log, task, project, due } = await scheduled();
    const failing = failedWith('imap_disabled', null);
    for (let day = 0; day < 3; day += 1) {
      clock.now = due + day * 24 * 60 * MINUTE;
      expect(await sweepOnce(ports)).toMatchObject({ fired: 1 });
      const job = ids.derive('job', ['schedule', task, iso(clock.now)]);
      await put(job, clock.now + 1, started(), failing);
    }
    clock.now = due + 3 * 24 * 60 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ suspended: 1, fired: 0 });
    const events = await log.read(task);
    expect(foldTask(events)?.suspended).toMatchObject({ code: 'imap_disabled' });
    await project(events);
    clock.now += 24 * 60 * MINUTE;
    expect(await sweepOnce(ports)).toMatchObject({ suspended: 0, fired: 0, skipped: 0 });
  });
});
