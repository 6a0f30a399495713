import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { LEASE_MS, LEASE_RENEWAL_MS } from '../../../functions/domain/job/due.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import { takeConnectionSlot } from '../../../functions/worker/credential/connection-slot.ts';
import { credentialSession } from '../../../functions/worker/credential/credential-session.ts';
import { credentialState } from '../../../functions/worker/credential/credential-state.ts';
import { probeCredential } from '../../../functions/worker/credential/probe-credential.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import { runBatch } from '../../../functions/worker/run-batch.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import { batchOf } from '../../fixtures/sqs-batch.ts';
import { sessionOf, withLogin, workerWorld } from '../../fixtures/worker-world.ts';

const succeeded: AttemptOutcome = { kind: 'succeeded', result: { done: 1 } };
describe('a connection slot', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is kept until it is released, although the store sometimes fails to answer', async () => {
    const world = workerWorld(async () => succeeded);
    const ends: number[] = [];
    const renew: WorkerPorts['slots']['renew'] = async (_slot, _now, until) => {
      ends.push(until);
      if (ends.length === 1) throw new Error('down');
      return true;
    };
    const slot = await takeConnectionSlot('pc_1', 3, { ...world.ports, slots: { ...world.slots, renew } });
    world.clock.now += 5;
    await vi.advanceTimersByTimeAsync(2 * LEASE_RENEWAL_MS);
    expect(ends).toEqual([world.clock.now + LEASE_MS, world.clock.now + LEASE_MS]);
    await slot?.release({});
    await vi.advanceTimersByTimeAsync(2 * LEASE_RENEWAL_MS);
    expect(ends).toHaveLength(2);
  });
});

describe('the session of a credential', () => {
  it('stores when it was last used and synced, and nothing when it was not', async () => {
    const world = workerWorld(async (context) => {
      await context.session();
      return succeeded;
    });
    const credential = await world.addCredential();
    const at = new Date(world.clock.now).toISOString();
    await runCredential(credential, [await world.addJob(credential)], world.ports);
    world.clock.now += 1_000;
    await runCredential(credential, [], world.ports);
    expect(await world.ports.slots.lastUses([credential])).toEqual(new Map([[credential, { lastUsedAt: at }]]));
    world.clock.now -= 1_000;
    const session = await sessionOf(credential, world.ports);
    session.synced();
    expect(session.use()).toEqual({ lastSyncedAt: at });
  });

  it('does not log in again when the credential has changed since its connection was lost', async () => {
    let isUp = true;
    const world = workerWorld(async () => succeeded);
    const credential = await world.addCredential();
    const ports: WorkerPorts = {
      ...world.ports,
      provider: {
        async connect(settings, options) {
          const connected = await world.ports.provider.connect(settings, options);
          return Object.defineProperty({ ...connected }, 'usable', { get: () => isUp });
        },
      },
    };
    const session = await sessionOf(credential, ports);
    const { signal } = new AbortController();
    await session.fit(await world.credential(credential));
    await session.open(signal);
    isUp = false;
    await world.append(credential, 3, { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } });
    await expect(session.open(signal)).rejects.toMatchObject({
      failure: { code: 'connection_closed', retryAfterMs: null, outcomeUnknown: false },
    });
    await world.append(credential, 4, { type: 'CredentialDeleted', data: { force: true } });
    await expect(session.open(signal)).rejects.toMatchObject({ failure: { code: 'credential_not_found' } });
    expect(world.logins.open).toBe(1);
  });

  it('does not log in before it has read the credential', async () => {
    const world = workerWorld(async () => succeeded);
    const credential = await world.addCredential();
    const session = await sessionOf(credential, world.ports);
    await expect(session.open(new AbortController().signal)).rejects.toMatchObject({
      failure: { code: 'connection_closed' },
    });
    expect(world.logins.open).toBe(0);
  });

  it('reads the credential once for a login that directly follows its job', async () => {
    const world = workerWorld(async () => succeeded);
    const id = await world.addCredential();
    await world.append(id, 2, { type: 'CredentialVerified', data: { by: 'test' } });
    let reads = 0;
    const log: WorkerPorts['log'] = {
      ...world.log,
      current(streamId) {
        reads += 1;
        return world.log.current(streamId);
      },
    };
    const session = await sessionOf(id, { ...world.ports, log });
    await session.fit(await world.credential(id));
    await session.open(new AbortController().signal);
    expect(reads).toBe(1);
  });

  /** A session whose connections can be ended, with the signals they were made with. */
  async function cuttable(atClose: () => void = () => {}) {
    const world = workerWorld(async () => succeeded);
    const id = await world.addCredential();
    const connections: { usable: boolean; readonly signal: AbortSignal }[] = [];
    const ports: WorkerPorts = {
      ...world.ports,
      provider: {
        async connect(settings, options) {
          const connected = await world.ports.provider.connect(settings, options);
          const state = { usable: true, signal: options.signal };
          connections.push(state);
          return Object.defineProperty(
            {
              ...connected,
              async close() {
                atClose();
                await connected.close();
              },
            },
            'usable',
            { get: () => state.usable },
          );
        },
      },
    };
    const session = await sessionOf(id, ports);
    const refit = async () => session.fit(await world.credential(id));
    await refit();
    return { world, session, connections, refit };
  }

  it('is cut by the attempt that uses it, and by no earlier one', async () => {
    const { world, session, connections, refit } = await cuttable();
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    await session.open(first.signal);
    await session.open(second.signal);
    first.abort(new Error('first'));
    expect(connections[0]?.signal.aborted, 'the one before').toBe(false);
    await refit();
    second.abort(new Error('second'));
    expect(connections[0]?.signal.aborted, 'of the job before').toBe(false);
    await session.open(third.signal);
    third.abort(new Error('third'));
    expect(connections[0]?.signal).toMatchObject({ aborted: true, reason: new Error('third') });
    expect(world.logins.open).toBe(1);
  });

  it('is not cut after it is closed', async () => {
    const { session, connections } = await cuttable();
    const attempt = new AbortController();
    await session.open(attempt.signal);
    await session.close();
    attempt.abort();
    expect(connections[0]?.signal.aborted).toBe(false);
    expect(session.isOpen()).toBe(false);
  });

  it('does not connect again for an attempt that ended while the lost connection was closed', async () => {
    const attempt = new AbortController();
    const { world, session, connections } = await cuttable(() => attempt.abort());
    await session.open(attempt.signal);
    for (const each of connections) each.usable = false;
    await expect(session.open(attempt.signal)).rejects.toMatchObject({
      failure: { code: 'deadline_exceeded', retryAfterMs: null, outcomeUnknown: false },
    });
    await expect(session.open(attempt.signal), 'nor later').rejects.toMatchObject({
      failure: { code: 'deadline_exceeded' },
    });
    expect(world.logins.open).toBe(1);
  });

  it('cannot be opened if the credential has no stored row', async () => {
    const world = workerWorld(async () => succeeded);
    const credential = await world.addCredential();
    const session = await sessionOf(credential, withLogin(world.ports, { settings: async () => null }));
    await session.fit(await world.credential(credential));
    await expect(session.open(new AbortController().signal)).rejects.toMatchObject({
      failure: { code: 'credential_not_found' },
    });
    expect(world.logins.open).toBe(0);
  });
});

describe('a probe', () => {
  it('ignores a credential that does not exist, and passes on errors other than mailbox failures', async () => {
    const world = workerWorld(async () => succeeded);
    const probe = async (id: string, ports: WorkerPorts) => {
      const state = await credentialState(id, ports.log);
      await probeCredential(state, credentialSession(state, await ports.login(id, null), ports, 'probe'), ports);
    };
    await probe('pc_nowhere', world.ports);
    expect(world.logins.open).toBe(0);
    const credential = await world.addCredential();
    const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    for (const version of [2, 3]) await world.append(credential, version, { type: 'CredentialRefused', data: refused });
    world.clock.now += 3_600_000;
    const broken = withLogin(world.ports, { settings: () => Promise.reject(new Error('down')) });
    await expect(probe(credential, broken)).rejects.toThrow('down');
    expect(await world.credential(credential)).toMatchObject({ strikes: 2 });
  });
});

it('a batch runs the jobs of each credential with that credential', async () => {
  const seen: string[] = [];
  const world = workerWorld(async (context) => {
    seen.push(`${context.jobId} ${context.credentialId}`);
    await context.session();
    return succeeded;
  });
  const credentials = [await world.addCredential(), await world.addCredential()];
  const jobs = await Promise.all(credentials.map((credential) => world.addJob(credential)));
  const connected: string[] = [];
  const ports: WorkerPorts = {
    ...world.ports,
    login(id, version) {
      connected.push(id);
      return world.ports.login(id, version);
    },
  };
  await runBatch(batchOf(jobs.map((job, at) => ({ MessageId: `${at}`, Body: JSON.stringify(job) }))), ports);
  expect(connected.toSorted()).toEqual(credentials.toSorted());
  expect(seen.toSorted()).toEqual(jobs.map((job) => `${job.job_id} ${job.credential_id}`).toSorted());
});

it('a batch whose credential fails is delivered again completely, and unknown messages are not', async () => {
  const world = workerWorld(async () => {
    throw new MailboxFailure({ code: 'unknown', detail: '', retryAfterMs: null, outcomeUnknown: false });
  });
  const job = await world.addJob(await world.addCredential());
  const bodies = [JSON.stringify(job), 'no JSON', JSON.stringify({ job_id: 5 })];
  const batch = batchOf(bodies.map((Body, at) => ({ MessageId: `${at}`, Body })));
  const broken: WorkerPorts = { ...world.ports, login: () => Promise.reject(new Error('down')) };
  expect(await runBatch(batch, broken)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
  expect(await runBatch(batch, world.ports)).toEqual({ batchItemFailures: [] });
});
