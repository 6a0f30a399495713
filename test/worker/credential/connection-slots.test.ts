import { describe, expect, it } from 'vitest';
import { waitForPlace } from '../../../functions/sharing/account-share.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import { withLogin, workerWorld } from '../../fixtures/worker-world.ts';

const HOUR = 3_600_000;
const done = { kind: 'succeeded' as const, result: {} };
const refusal = { code: 'auth_failed' as const, detail: '', retryAfterMs: null, outcomeUnknown: false };

describe('connection slots', () => {
  it('limit the logins of a credential to its connections, and defer the other jobs', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const world = workerWorld(async (context) => {
      running += 1;
      most = Math.max(most, running);
      await context.session();
      await gate.promise;
      running -= 1;
      return done;
    });
    const ports = withLogin(world.ports, { maxConnections: 2 });
    const credential = await world.addCredential();
    const jobs = await Promise.all(Array.from({ length: 5 }, () => world.addJob(credential)));
    const runs = jobs.map((job) => runCredential(credential, [job], ports));
    const settled = await Promise.all(runs.map((run) => Promise.race([run, Promise.resolve(null)])));
    expect(settled).toHaveLength(5);
    await expect.poll(() => world.sent.length).toBe(3);
    await expect.poll(() => running).toBe(2);
    gate.resolve();
    const reports = (await Promise.all(runs)).flat();
    expect(reports.map(({ did }) => did).sort()).toEqual(['no_slot', 'no_slot', 'no_slot', 'ran', 'ran']);
    expect(most).toBe(2);
    expect(world.sent.map(({ message }) => message.deferred)).toEqual([1, 1, 1]);
    expect(world.sent.every(({ delayMs }) => delayMs >= 1_000)).toBe(true);
    for (const { message } of world.sent) expect(await world.events(message.job_id)).toEqual(['JobRequested']);
  });

  it('are released, so that deferred jobs find one', async () => {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    for (let turn = 0; turn < 5; turn += 1) {
      const [report] = await runCredential(credential, [await world.addJob(credential)], world.ports);
      expect(report?.did).toBe('ran');
    }
  });

  it('are released when the work throws', async () => {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    const one = withLogin(world.ports, { maxConnections: 1 });
    const broken = {
      ...one,
      log: { ...world.ports.log, current: () => Promise.reject(new Error('down')) },
    };
    await expect(runCredential(credential, [await world.addJob(credential)], broken)).rejects.toThrow('down');
    const [report] = await runCredential(credential, [await world.addJob(credential)], one);
    expect(report?.did).toBe('ran');
  });

  it('are waited for longer each time, up to two minutes', () => {
    expect([0, 1, 2, 20].map((deferred) => waitForPlace(deferred, 0, 120_000))).toEqual([1_000, 2_000, 4_000, 60_000]);
    expect(waitForPlace(20, 0.999999, 120_000)).toBeLessThanOrEqual(120_000);
  });
});

describe('a probe', () => {
  async function parked() {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    const data = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    await world.append(credential, 2, { type: 'CredentialRefused', data });
    await world.append(credential, 3, { type: 'CredentialRefused', data });
    const probe = { probe: true as const, credential_id: credential };
    return { world, credential, probe };
  }

  it('logs in when it is due, and makes the credential valid', async () => {
    const { world, credential, probe } = await parked();
    world.clock.now += HOUR;
    await runCredential(credential, [probe], world.ports);
    expect(await world.credential(credential)).toMatchObject({ status: 'valid', strikes: 0 });
    expect((await world.events(credential)).slice(3)).toEqual(['CredentialProbeStarted', 'CredentialVerified']);
    expect(world.logins).toMatchObject({ open: 1, closed: 1 });
  });

  it('counts a refusal, and schedules the next one hours later', async () => {
    const { world, credential, probe } = await parked();
    world.logins.refuse = refusal;
    world.clock.now += HOUR;
    await runCredential(credential, [probe], world.ports);
    expect(await world.credential(credential)).toMatchObject({ status: 'parked', probes: 1 });
    await runCredential(credential, [probe], world.ports);
    expect(world.logins.open).toBe(1);
    world.clock.now += 5 * HOUR;
    await runCredential(credential, [probe], world.ports);
    expect(world.logins.open).toBe(2);
  });

  it('is made by only one of two workers', async () => {
    const { world, credential, probe } = await parked();
    world.clock.now += HOUR;
    await Promise.all([1, 2].map(() => runCredential(credential, [probe], world.ports)));
    expect(world.logins.open).toBe(1);
  });

  it('is not made early, nor for a valid credential', async () => {
    const { world, credential, probe } = await parked();
    await runCredential(credential, [probe], world.ports);
    const well = await world.addCredential();
    await runCredential(well, [{ probe: true, credential_id: well }], world.ports);
    expect(world.logins.open).toBe(0);
  });
});

describe('a paused account', () => {
  it('blocks its jobs, except those that an operator triggers', async () => {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    const [waiting, forced] = [await world.addJob(credential), await world.addJob(credential)];
    const account = (await world.job(waiting.job_id)).account_id;
    await world.append(account, 1, { type: 'AccountPaused', data: { reason: null, until: null } });
    await world.append(forced.job_id, 2, { type: 'JobTriggered', data: { reason: null, force: false } });
    const reports = await runCredential(credential, [waiting, forced], world.ports);
    expect(reports.map(({ did }) => did)).toEqual(['waits', 'ran']);
  });
});
