import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { workerActor } from '../../../functions/domain/event/actors.ts';
import { LEASE_MS, LEASE_RENEWAL_MS, MUTATION_MARGIN_MS, MUTATION_MS } from '../../../functions/domain/job/due.ts';
import { type Attempt, PROGRESS_AFTER_MS, startHeartbeat } from '../../../functions/worker/attempt/heartbeat.ts';
import { mutationOf } from '../../../functions/worker/attempt/mutation.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import { withinShare, workerWorld } from '../../fixtures/worker-world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A job whose attempt by this worker has just started, and a clock that also moves the timers. */
async function running(ports: (of: WorkerPorts) => WorkerPorts = (of) => of) {
  const world = workerWorld(async () => ({ kind: 'succeeded', result: {} }));
  const credential = await world.addCredential();
  const { job_id: jobId } = await world.addJob(credential);
  const started = { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'lease-a' } };
  await world.append(jobId, 2, started, credential);
  const attempt: Attempt = { jobId, version: 2, leaseId: 'lease-a', leaseStart: world.clock.now };
  const heartbeat = startHeartbeat(attempt, ports(world.ports));
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      world.clock.now += Math.min(left, 1_000);
      await vi.advanceTimersByTimeAsync(Math.min(left, 1_000));
    }
  };
  const own = (version: number, event: { type: string; data: unknown }) => {
    const at = new Date(world.clock.now).toISOString();
    const actor = workerActor(world.ports.workerId);
    return world.log.append([{ streamId: jobId, version, accountId: 'acc_one', actor, at, event }]);
  };
  return { world, jobId, attempt, heartbeat, pass, own };
}

describe('a heartbeat', () => {
  it('keeps the lease as long as it beats', async () => {
    const { world, heartbeat, pass } = await running();
    await pass(10 * LEASE_MS);
    expect(heartbeat.alive()).toBe(true);
    expect(await world.leases.take('lease-a', world.clock.now)).toBe(false);
    await heartbeat.stop();
  });

  it('stops the attempt when another writer has changed its job', async () => {
    const { world, jobId, heartbeat, pass } = await running();
    await world.append(jobId, 3, { type: 'JobResolved', data: { note: null } });
    await pass(LEASE_RENEWAL_MS);
    expect(heartbeat.signal.aborted).toBe(true);
    expect(heartbeat.alive()).toBe(false);
  });

  it("does not stop the attempt because of the attempt's own events", async () => {
    const { heartbeat, pass, own } = await running();
    await own(3, { type: 'MutationPlanned', data: { plan: {} } });
    await pass(LEASE_RENEWAL_MS);
    await own(4, { type: 'AttemptSucceeded', data: { result: {} } });
    await pass(LEASE_RENEWAL_MS);
    expect(heartbeat.signal.aborted).toBe(false);
    await heartbeat.stop();
  });

  it('stops the attempt when its lease was taken', async () => {
    const { world, heartbeat, pass } = await running();
    await world.leases.take('lease-a', world.clock.now + LEASE_MS);
    await pass(LEASE_RENEWAL_MS);
    expect(heartbeat.signal.aborted).toBe(true);
  });

  it('tolerates a store that does not answer for a while, but not longer than the lease', async () => {
    const { heartbeat, pass } = await running((ports) => ({
      ...ports,
      leases: { ...ports.leases, renew: () => Promise.reject(new Error('down')) },
    }));
    await pass(LEASE_MS - 1_000);
    expect(heartbeat.alive()).toBe(true);
    await pass(LEASE_RENEWAL_MS);
    expect(heartbeat.signal.aborted).toBe(true);
  });

  it('reports nothing after it is stopped, even if a renewal is still running', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { heartbeat, pass } = await running((ports) => ({
      ...ports,
      leases: { ...ports.leases, renew: () => answer.promise },
    }));
    await pass(LEASE_RENEWAL_MS);
    let stopped = false;
    const end = heartbeat.stop().then(() => {
      stopped = true;
    });
    await pass(1_000);
    expect(stopped).toBe(false);
    answer.resolve(false);
    await end;
    expect(heartbeat.signal.aborted).toBe(false);
  });
});

describe('the progress of an attempt', () => {
  const progress = (done: number) => ({ done, total: 9, unit: 'messages' as const });

  /** As `running`, and the stored value of each renewal. */
  async function watched(behindMs = 0) {
    const stored: unknown[] = [];
    const of = await running((ports) => ({
      ...ports,
      monotonic: () => ports.monotonic() - behindMs,
      leases: {
        ...ports.leases,
        renew: (...asked) => {
          stored.push(asked[3]);
          return ports.leases.renew(...asked);
        },
      },
    }));
    return { ...of, stored };
  }

  it('is stored after three seconds, by one write, and from then on with the renewals', async () => {
    const { heartbeat, pass, stored } = await watched();
    heartbeat.report(progress(1));
    heartbeat.report(progress(2));
    await pass(PROGRESS_AFTER_MS);
    expect(stored).toEqual([progress(2)]);
    for (const done of [3, 4, 5]) heartbeat.report(progress(done));
    await pass(LEASE_RENEWAL_MS - PROGRESS_AFTER_MS - 1_000);
    expect(stored).toEqual([progress(2)]);
    await pass(1_000);
    expect(stored).toEqual([progress(2), progress(5)]);
    await heartbeat.stop();
  });

  it('is stored then also if a timer fires a fraction of a millisecond too early', async () => {
    const { heartbeat, pass, stored } = await watched(0.4);
    heartbeat.report(progress(1));
    await pass(PROGRESS_AFTER_MS);
    expect(stored).toEqual([progress(1)]);
    await heartbeat.stop();
  });

  it('is stored at once when the first report comes after three seconds', async () => {
    const { heartbeat, pass, stored } = await watched();
    await pass(PROGRESS_AFTER_MS + 2_000);
    expect(stored).toEqual([]);
    heartbeat.report(progress(1));
    await pass(0);
    await vi.waitFor(() => expect(stored).toEqual([progress(1)]));
    await heartbeat.stop();
  });

  it('needs no write in an attempt of less than three seconds, nor in one without progress', async () => {
    const short = await watched();
    short.heartbeat.report(progress(9));
    await short.pass(PROGRESS_AFTER_MS - 1);
    await short.heartbeat.stop();
    await short.pass(LEASE_RENEWAL_MS);
    expect(short.stored).toEqual([]);
    const without = await watched();
    await without.pass(LEASE_RENEWAL_MS - 1);
    expect(without.stored).toEqual([]);
    await without.heartbeat.stop();
  });

  it('that cannot be stored early waits for the next renewal, and is not retried with each report', async () => {
    let tries = 0;
    const { heartbeat, pass } = await running((ports) => ({
      ...ports,
      leases: {
        ...ports.leases,
        renew: () => {
          tries += 1;
          return Promise.reject(new Error('down'));
        },
      },
    }));
    heartbeat.report(progress(1));
    await pass(PROGRESS_AFTER_MS);
    for (const done of [2, 3, 4]) heartbeat.report(progress(done));
    await pass(LEASE_RENEWAL_MS - PROGRESS_AFTER_MS - 1_000);
    expect(tries).toBe(1);
    await heartbeat.stop();
  });
});

describe('a command that changes a mailbox', () => {
  async function mutating(ports?: Parameters<typeof running>[0]) {
    const of = await running(ports);
    const job = await of.world.job(of.jobId);
    const { mutate, record } = mutationOf(job, of.attempt, withinShare(of.heartbeat), of.world.ports);
    return { ...of, mutate, record };
  }
  const NEEDED = MUTATION_MS + MUTATION_MARGIN_MS;

  it('starts at once while the lease lasts longer than its deadline plus five seconds', async () => {
    const { mutate, world, heartbeat } = await mutating();
    world.clock.now += LEASE_MS - NEEDED;
    expect(await mutate(async () => 'done')).toBe('done');
    expect(world.leases.progress.has('lease-a'), 'renewed').toBe(false);
    await heartbeat.stop();
  });

  it('renews a lease that would end earlier, and then starts', async () => {
    const { mutate, world, heartbeat } = await mutating();
    world.clock.now += LEASE_MS - NEEDED + 1;
    expect(await mutate(async () => 'done')).toBe('done');
    expect(world.leases.progress.has('lease-a'), 'renewed').toBe(true);
    await heartbeat.stop();
  });

  it('does not start when the lease cannot be renewed', async () => {
    const { mutate, world, heartbeat } = await mutating((ports) => ({
      ...ports,
      leases: { ...ports.leases, renew: () => Promise.reject(new Error('down')) },
    }));
    world.clock.now += LEASE_MS - NEEDED + 1;
    let started = false;
    const command = async () => {
      started = true;
    };
    await expect(mutate(command)).rejects.toMatchObject({
      failure: { code: 'deadline_exceeded', outcomeUnknown: false },
    });
    expect(started).toBe(false);
    await heartbeat.stop();
  });

  it('does not start when another writer has changed the job since', async () => {
    const { record, world, jobId, heartbeat } = await mutating();
    await world.append(jobId, 3, { type: 'JobResolved', data: { note: null } });
    await expect(record({ step: 1 })).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    await heartbeat.stop();
  });
});
