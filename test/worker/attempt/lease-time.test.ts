/** Slow calls: a lease counts from before the call that took or renewed it, never from its answer. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEASE_MS, LEASE_RENEWAL_MS, MUTATION_MARGIN_MS, MUTATION_MS } from '../../../functions/domain/job/due.ts';
import { leaseEnd } from '../../../functions/domain/job/waiting.ts';
import { claim } from '../../../functions/worker/attempt/claim.ts';
import { startHeartbeat } from '../../../functions/worker/attempt/heartbeat.ts';
import { mutationOf } from '../../../functions/worker/attempt/mutation.ts';
import { takeConnectionSlot } from '../../../functions/worker/credential/connection-slot.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import { START, withinShare, workerWorld } from '../../fixtures/worker-world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SLOW = 10_000;

/** A claimed job, and how long each append and each renewal takes, ms. */
async function claimed({ append = 0, renew = 0 }: { append?: number; renew?: number }) {
  const world = workerWorld(async () => ({ kind: 'succeeded', result: {} }));
  const message = await world.addJob(await world.addCredential());
  const expiries: number[] = [];
  const ports: WorkerPorts = {
    ...world.ports,
    log: {
      ...world.log,
      async append(events) {
        world.clock.now += append;
        return world.log.append(events);
      },
    },
    leases: {
      ...world.leases,
      async renew(leaseId, now, expiresAt, progress) {
        expiries.push(expiresAt);
        const renewed = await world.leases.renew(leaseId, now, expiresAt, progress);
        world.clock.now += renew;
        return renewed;
      },
    },
  };
  const taken = await claim(message.job_id, ports);
  if (taken.kind !== 'claimed') throw new Error(taken.kind);
  const attempt = {
    jobId: message.job_id,
    version: taken.job.version,
    leaseId: taken.leaseId,
    leaseStart: taken.leaseStart,
  };
  const heartbeat = startHeartbeat(attempt, ports);
  return { world, attempt, heartbeat, expiries, ports, job: () => world.job(message.job_id) };
}

describe('a lease', () => {
  it('counts from before the append of the start, for the worker and for the sweeper', async () => {
    const { world, attempt, heartbeat, job } = await claimed({ append: SLOW });
    expect(world.clock.now).toBe(START + SLOW);
    expect(attempt.leaseStart).toBe(START);
    expect(leaseEnd(await job(), null)).toBe(START + LEASE_MS);
    world.clock.now = START + LEASE_MS - 1;
    expect(heartbeat.alive()).toBe(true);
    world.clock.now = START + LEASE_MS;
    expect(heartbeat.alive()).toBe(false);
    await heartbeat.stop();
  });

  it('counts from before its renewal, for the worker and in the store', async () => {
    const { world, heartbeat, expiries } = await claimed({ renew: SLOW });
    const renewedAt = START + LEASE_RENEWAL_MS;
    world.clock.now = renewedAt;
    await vi.advanceTimersByTimeAsync(LEASE_RENEWAL_MS);
    expect(world.clock.now).toBe(renewedAt + SLOW);
    expect(expiries).toEqual([renewedAt + LEASE_MS]);
    world.clock.now = renewedAt + LEASE_MS - 1;
    expect(heartbeat.alive()).toBe(true);
    world.clock.now = renewedAt + LEASE_MS;
    expect(heartbeat.alive()).toBe(false);
    await heartbeat.stop();
  });

  it('is too short for a mutating command if its renewal took too long', async () => {
    const needed = MUTATION_MS + MUTATION_MARGIN_MS;
    for (const [renew, starts] of [
      [LEASE_MS - needed, true],
      [LEASE_MS - needed + 1, false],
    ] as const) {
      const { world, attempt, heartbeat, ports, job } = await claimed({ renew });
      const { mutate } = mutationOf(await job(), attempt, withinShare(heartbeat), ports);
      world.clock.now += LEASE_MS - needed + 1;
      const outcome = await mutate(async () => 'started').catch(() => 'refused');
      expect(outcome, `after a renewal of ${renew} ms`).toBe(starts ? 'started' : 'refused');
      await heartbeat.stop();
    }
  });

  it('that has expired is not renewed, even if nobody has taken it: the attempt is lost', async () => {
    const { world, heartbeat, expiries } = await claimed({});
    world.clock.now = START + LEASE_MS;
    await vi.advanceTimersByTimeAsync(LEASE_RENEWAL_MS);
    expect(expiries).toEqual([]);
    expect(heartbeat.signal.aborted).toBe(true);
    expect(await heartbeat.outlasts(1)).toBe(false);
    await heartbeat.stop();
  });

  it('whose renewal is answered after its former end counts from the request', async () => {
    const { world, heartbeat } = await claimed({ renew: LEASE_MS - 1 });
    world.clock.now = START + LEASE_MS - 1;
    expect(await heartbeat.outlasts(2)).toBe(false);
    expect(heartbeat.alive()).toBe(true);
    world.clock.now += 1;
    expect(heartbeat.alive()).toBe(false);
    await heartbeat.stop();
  });
});

describe('a slot for a connection', () => {
  it('counts from before the calls that take and renew it', async () => {
    const world = workerWorld(async () => ({ kind: 'succeeded', result: {} }));
    const ends: number[] = [];
    const ports: WorkerPorts = {
      ...world.ports,
      slots: {
        ...world.slots,
        async take(...given) {
          ends.push(given[4]);
          world.clock.now += SLOW;
          return world.slots.take(...given);
        },
        async renew(...given) {
          ends.push(given[2]);
          world.clock.now += SLOW;
          return world.slots.renew(...given);
        },
      },
    };
    const slot = await takeConnectionSlot('pc_1', 3, ports);
    await vi.advanceTimersByTimeAsync(LEASE_RENEWAL_MS);
    expect(ends).toEqual([START + LEASE_MS, START + SLOW + LEASE_MS]);
    await slot?.release({});
  });
});
