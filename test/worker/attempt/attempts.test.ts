import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { failureOf } from '../../../functions/domain/failure/failure.ts';
import { LEASE_MS } from '../../../functions/domain/job/due.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { withinTime } from '../../../functions/worker/attempt/attempt-deadline.ts';
import { claim } from '../../../functions/worker/attempt/claim.ts';
import { type Attempt, startHeartbeat } from '../../../functions/worker/attempt/heartbeat.ts';
import { mutationOf } from '../../../functions/worker/attempt/mutation.ts';
import { endAttempt, runAction } from '../../../functions/worker/attempt/run-attempt.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import { sessionOf, withinShare, workerWorld } from '../../fixtures/worker-world.ts';

const succeeded: AttemptOutcome = { kind: 'succeeded', result: { done: 1 } };
const failed = (code: FailureCode, outcomeUnknown = false): AttemptOutcome => ({
  kind: 'failed',
  failure: { code, detail: 'by the action', retryAfterMs: null, outcomeUnknown },
});

/** A job that this worker has claimed, its attempt, and a heartbeat that never beats by itself. */
async function claimed(run: Parameters<typeof workerWorld>[0] = async () => succeeded) {
  const world = workerWorld(run);
  const credential = await world.addCredential();
  const { job_id: jobId } = await world.addJob(credential);
  const got = await claim(jobId, world.ports);
  if (got.kind !== 'claimed') throw new Error('not claimed');
  const { job, leaseId, leaseStart } = got;
  const attempt: Attempt = { jobId, version: job.version, leaseId, leaseStart };
  return { world, credential, jobId, job, leaseId, attempt };
}

describe('the time limit of an attempt', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** The outcome of an attempt of this action that ends in this way when it is cut off, or at once. */
  async function limited(outcome: AttemptOutcome, cut: boolean, action = 'imap_sync_messages') {
    const { job } = await claimed();
    const ended = withinTime({ ...job, action }, 1_000, (limit) =>
      cut
        ? new Promise((resolve) => limit.addEventListener('abort', () => resolve(outcome)))
        : Promise.resolve(outcome),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    return ended;
  }

  it.each([true, false])(
    'reports in its own words that it ended the attempt; an answer is missing: %s',
    async (unknown) => {
      expect(await limited(failed('deadline_exceeded', unknown), true)).toEqual({
        kind: 'failed',
        failure: {
          code: 'deadline_exceeded',
          detail: expect.stringContaining('time limit'),
          retryAfterMs: null,
          outcomeUnknown: unknown,
        },
      });
    },
  );

  it('does not change an attempt that ended for another reason, or just in time', async () => {
    for (const outcome of [failed('mailbox_not_found'), succeeded])
      expect(await limited(outcome, true)).toEqual(outcome);
    const own = failed('deadline_exceeded');
    expect(await limited(own, false)).toEqual(own);
  });

  it.each([
    ['imap_sync_messages', false],
    ['imap_move_messages', true],
  ])('abandons an attempt of %s three seconds later, its outcome unknown: %s', async (action, unknown) => {
    const { job } = await claimed();
    let outcome: AttemptOutcome | null = null;
    void withinTime({ ...job, action }, 1_000, () => new Promise(() => {})).then((ended) => {
      outcome = ended;
    });
    await vi.advanceTimersByTimeAsync(3_999);
    expect(outcome).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toMatchObject({ failure: { code: 'deadline_exceeded', outcomeUnknown: unknown } });
  });
});

describe('a heartbeat', () => {
  it('recognises its own events by kind and name of their author', async () => {
    for (const actor of [
      { kind: 'worker' as const, id: 'another' },
      { kind: 'user' as const, id: 'worker-test' },
    ]) {
      const { world, attempt, jobId } = await claimed();
      const heartbeat = startHeartbeat(attempt, world.ports);
      const event: JobEvent = { type: 'MutationPlanned', data: { plan: {} } };
      const at = new Date(world.clock.now).toISOString();
      await world.log.append([{ streamId: jobId, version: 3, accountId: 'acc_one', actor, at, event }]);
      expect(await heartbeat.outlasts(LEASE_MS + 1)).toBe(false);
      expect(heartbeat.signal.aborted).toBe(true);
      await heartbeat.stop();
    }
  });

  it('does not renew an expired lease, even if the store would allow it', async () => {
    const { world, attempt } = await claimed();
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      return true;
    };
    const heartbeat = startHeartbeat(attempt, { ...world.ports, leases: { ...world.leases, renew } });
    world.clock.now += LEASE_MS - 1;
    expect(heartbeat.alive()).toBe(true);
    world.clock.now += 1;
    expect(heartbeat.alive()).toBe(false);
    expect(await heartbeat.outlasts(1)).toBe(false);
    expect([renewals, heartbeat.signal.aborted]).toEqual([0, true]);
    await heartbeat.stop();
  });

  it('stops the attempt at the end of its lease if the store has not answered by then', async () => {
    const { world, attempt } = await claimed();
    const renew = async () => {
      world.clock.now += 20_000;
      throw new Error('down');
    };
    const heartbeat = startHeartbeat(attempt, { ...world.ports, leases: { ...world.leases, renew } });
    expect(await heartbeat.outlasts(LEASE_MS + 1)).toBe(false);
    expect(heartbeat.signal.aborted).toBe(false);
    expect(await heartbeat.outlasts(LEASE_MS + 1)).toBe(false);
    expect(heartbeat.signal.aborted).toBe(true);
    await heartbeat.stop();
  });

  it('sends nothing to the store once it is stopped, or its attempt has ended', async () => {
    for (const end of ['stopped', 'job lost']) {
      const { world, attempt, jobId } = await claimed();
      let renewals = 0;
      const renew: WorkerPorts['leases']['renew'] = (...asked) => {
        renewals += 1;
        return world.leases.renew(...asked);
      };
      const heartbeat = startHeartbeat(attempt, { ...world.ports, leases: { ...world.leases, renew } });
      if (end === 'stopped') await heartbeat.stop();
      else {
        await world.append(jobId, 3, { type: 'JobResolved', data: { note: null } });
        await heartbeat.outlasts(LEASE_MS + 1);
      }
      const before = renewals;
      await heartbeat.outlasts(LEASE_MS + 1);
      expect(renewals - before, end).toBe(0);
      await heartbeat.stop();
    }
  });

  it('stores the progress of the attempt', async () => {
    const { world, attempt } = await claimed();
    const heartbeat = startHeartbeat(attempt, world.ports);
    heartbeat.report({ done: 3, total: 9, unit: 'messages' });
    expect(await heartbeat.outlasts(LEASE_MS + 1)).toBe(false);
    expect(world.leases.progress.get(attempt.leaseId)).toEqual({ done: 3, total: 9, unit: 'messages' });
    await heartbeat.stop();
  });
});

describe('the plan of an attempt', () => {
  it('is in the log before anything is changed, and the attempt continues after it', async () => {
    const { world, attempt, job, jobId } = await claimed();
    const heartbeat = startHeartbeat(attempt, world.ports);
    const { record } = mutationOf(job, attempt, withinShare(heartbeat), world.ports);
    await record({ target: 'A' });
    await record({ target: 'A', done: 2 });
    await heartbeat.stop();
    expect(await world.events(jobId)).toEqual(['JobRequested', 'AttemptStarted', 'MutationPlanned', 'MutationPlanned']);
    expect(await world.job(jobId)).toMatchObject({ plan: { target: 'A', done: 2 }, status: 'running' });
    expect((await world.log.read(jobId)).at(-1)?.actor).toEqual({ kind: 'worker', id: 'worker-test' });
    expect(attempt.version).toBe(4);
  });
});

describe('an action', () => {
  it.each([
    ['that this release does not know', { action: 'imap_unheard_of' }],
    ['with a payload of another action', { payload: { folder: 5 } }],
  ])('%s fails for good', async (_, wrong) => {
    const { world, attempt, job } = await claimed();
    const heartbeat = startHeartbeat(attempt, world.ports);
    const session = await sessionOf(job.credential_id, world.ports);
    const login = { generation: 1, open: session.open };
    expect(await runAction({ ...job, ...wrong }, attempt, withinShare(heartbeat), login, world.ports)).toMatchObject({
      kind: 'failed',
      failure: { code: 'invalid_payload', retryAfterMs: null, outcomeUnknown: false },
    });
    expect(await runAction({ ...job, ...wrong }, attempt, withinShare(heartbeat), login, world.ports)).toHaveProperty(
      'failure.detail',
      expect.stringContaining({ ...job, ...wrong }.action),
    );
    await heartbeat.stop();
  });

  it("that throws an unexpected error fails with only the error's name", async () => {
    for (const [thrown, detail] of [
      [new TypeError('hunter2'), 'TypeError'],
      ['hunter2', 'string'],
    ] as const) {
      const { world, attempt, job } = await claimed(async () => {
        throw thrown;
      });
      const heartbeat = startHeartbeat(attempt, world.ports);
      const session = await sessionOf(job.credential_id, world.ports);
      const outcome = await runAction(
        job,
        attempt,
        withinShare(heartbeat),
        { generation: 1, open: session.open },
        world.ports,
      );
      expect(outcome).toEqual({
        kind: 'failed',
        failure: { code: 'unknown', detail, retryAfterMs: null, outcomeUnknown: false },
      });
      await heartbeat.stop();
    }
  });
});

describe('the end of an attempt', () => {
  const folded: JobEvent = { type: 'DeliveriesFolded', data: { deliveries: { count: 1, ids: ['dlv_1'] } } };
  const resolved: JobEvent = { type: 'JobResolved', data: { note: null } };

  it('is written after events that do not concern the attempt', async () => {
    const { world, job, leaseId, jobId } = await claimed();
    await world.append(jobId, 3, folded);
    expect(await endAttempt(job, leaseId, succeeded, { limits: 0, host: null }, world.ports)).toMatchObject({
      type: 'AttemptSucceeded',
    });
    expect(await world.job(jobId)).toMatchObject({ status: 'succeeded', version: 4 });
  });

  it('keeps the mail server of a failure beside its data, which earlier releases read strictly', async () => {
    const { world, job, leaseId, jobId } = await claimed();
    const timedOut: AttemptOutcome = { kind: 'failed', failure: failureOf('provider_timeout', 'no answer') };
    await endAttempt(job, leaseId, timedOut, { limits: 0, host: `${'h'.repeat(400)}:993` }, world.ports);
    const last = (await world.log.read(jobId)).at(-1);
    expect(last).toMatchObject({ type: 'AttemptFailed', mail_server: 'h'.repeat(300) });
    expect(last?.data).not.toHaveProperty('host');
    expect(await world.job(jobId)).toMatchObject({ last_error_host: 'h'.repeat(300) });
  });

  it('is not written when the job was taken from the attempt', async () => {
    const { world, job, leaseId, jobId } = await claimed();
    await world.append(jobId, 3, resolved);
    expect(await endAttempt(job, leaseId, succeeded, { limits: 0, host: null }, world.ports)).toBeNull();
    expect(await world.job(jobId)).toMatchObject({ status: 'resolved' });
  });

  it('is tried three times, also when the job does not exist', async () => {
    const { world, job, leaseId } = await claimed();
    let appends = 0;
    const log: WorkerPorts['log'] = {
      ...world.log,
      async append() {
        appends += 1;
        return { kind: 'conflict', streamId: job.id };
      },
    };
    expect(await endAttempt(job, leaseId, succeeded, { limits: 0, host: null }, { ...world.ports, log })).toBeNull();
    expect(appends).toBe(3);
    const erased = { ...log, current: async () => [] };
    expect(
      await endAttempt(job, leaseId, succeeded, { limits: 0, host: null }, { ...world.ports, log: erased }),
    ).toBeNull();
    expect(appends).toBe(4);
  });
});
