import { describe, expect, it } from 'vitest';
import type { CredentialEvent } from '../../functions/domain/credential/events.ts';
import type { FailureCode } from '../../functions/domain/failure/catalogue.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { waitForPlace } from '../../functions/sharing/account-share.ts';
import { claim } from '../../functions/worker/attempt/claim.ts';
import { blockedBy, resendIn } from '../../functions/worker/credential/admission.ts';
import { noteFailure, noteLogin, noteSuccess } from '../../functions/worker/credential/credential-health.ts';
import { credentialState } from '../../functions/worker/credential/credential-state.ts';
import { ACCOUNT, workerWorld } from '../fixtures/worker-world.ts';

const done = async () => ({ kind: 'succeeded' as const, result: {} });
const failure = (code: FailureCode) => ({ code, detail: 'why', retryAfterMs: null, outcomeUnknown: false });
const iso = (ms: number): string => new Date(ms).toISOString();
const verified: CredentialEvent = { type: 'CredentialVerified', data: { by: 'test' } };
const refused: CredentialEvent = {
  type: 'CredentialRefused',
  data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
};

/** A credential with these events, and ports whose first `conflicts` appends find another event. */
async function credentialWith(conflicts: number, ...events: CredentialEvent[]) {
  const world = workerWorld(done);
  const id = await world.addCredential();
  for (const [at, event] of events.entries()) await world.append(id, at + 2, event);
  let left = conflicts;
  let appends = 0;
  const audits: (boolean | undefined)[] = [];
  const ports: typeof world.ports = {
    ...world.ports,
    log: {
      ...world.ports.log,
      async append(all) {
        appends += 1;
        audits.push(...all.map(({ audited }) => audited));
        left -= 1;
        return left >= 0 ? { kind: 'conflict', streamId: id } : world.log.append(all);
      },
    },
  };
  const state = await credentialState(id, ports.log);
  const credential = await state.read();
  if (credential === null) throw new Error('no credential');
  return {
    world,
    state,
    ports,
    id,
    credential,
    appends: () => appends,
    audited: () => audits,
    last: async () => (await world.log.read(id)).at(-1),
  };
}

describe('the health of a credential', () => {
  it('records a refused login with its cause, its job and its worker', async () => {
    const { ports, credential, last, audited } = await credentialWith(0, verified);
    await noteFailure(credential, 'job_1', failure('auth_failed'), null, ports);
    expect(await last()).toMatchObject({
      type: 'CredentialRefused',
      version: 3,
      actor: { kind: 'worker', id: 'worker-test' },
      data: { code: 'auth_failed', category: 'authentication', detail: 'why', job_id: 'job_1' },
    });
    expect(audited()).toEqual([true]);
  });

  it('records a rate limit until the time of the retry, and none without a retry', async () => {
    const { ports, credential, last } = await credentialWith(0, verified);
    const until = iso(Date.now());
    await noteFailure(credential, 'job_1', failure('rate_limited'), null, ports);
    expect(await last()).toMatchObject({ type: 'CredentialVerified' });
    await noteFailure(credential, 'job_1', failure('rate_limited'), until, ports);
    expect(await last()).toMatchObject({ type: 'CredentialRateLimited', data: { until, code: 'rate_limited' } });
  });

  it('records nothing for a failure of the job alone', async () => {
    const { ports, credential, appends } = await credentialWith(0);
    for (const code of ['mailbox_not_found', 'provider_timeout', 'permission_denied'] as const)
      await noteFailure(credential, 'job_1', failure(code), iso(Date.now()), ports);
    expect(appends()).toBe(0);
  });

  it.each<[string, CredentialEvent]>([
    ['was refused already', refused],
    ['was found good', verified],
    ['got another secret', { type: 'CredentialRotated', data: { generation: 1 } }],
    ['was changed', { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } }],
  ])('ignores a refusal when the credential %s since the login began', async (_, news) => {
    const { world, ports, id, credential, appends } = await credentialWith(0);
    await world.append(id, 2, news);
    await noteFailure(credential, 'job_1', failure('auth_failed'), null, ports);
    expect(appends()).toBe(0);
    await noteFailure(credential, 'job_1', failure('rate_limited'), iso(Date.now()), ports);
    expect(appends(), 'a rate limit is news all the same').toBe(1);
  });

  it('records a refusal when only something else has happened', async () => {
    const { world, ports, id, credential, last } = await credentialWith(0);
    await world.append(id, 2, { type: 'CredentialPaused', data: { reason: null, until: null } });
    await noteFailure(credential, 'job_1', failure('auth_failed'), null, ports);
    expect(await last()).toMatchObject({ type: 'CredentialRefused', version: 3 });
  });

  it('records nothing for a deleted credential', async () => {
    const { ports, credential, state, appends } = await credentialWith(0, {
      type: 'CredentialDeleted',
      data: { force: true },
    });
    await noteFailure(credential, 'job_1', failure('auth_failed'), null, ports);
    expect(await noteLogin(state, credential, 'login', ports)).toMatchObject({ deleted: true, status: 'unverified' });
    await noteSuccess({ ...credential, limits: 1 }, state, ports);
    expect(appends()).toBe(0);
  });

  it('is recorded in the third try when others write in between, and then dropped', async () => {
    const third = await credentialWith(2);
    await noteFailure(third.credential, 'job_1', failure('auth_failed'), null, third.ports);
    expect([third.appends(), (await third.last())?.type]).toEqual([3, 'CredentialRefused']);
    const never = await credentialWith(9);
    await noteFailure(never.credential, 'job_1', failure('auth_failed'), null, never.ports);
    expect(never.appends()).toBe(3);
    const login = await credentialWith(9);
    expect(await noteLogin(login.state, login.credential, 'login', login.ports)).toMatchObject({
      status: 'unverified',
    });
    expect(login.appends()).toBe(3);
  });

  it('becomes valid after a successful login, with its author, once', async () => {
    const { ports, credential, state, last, appends } = await credentialWith(0, refused);
    expect(await noteLogin(state, credential, 'probe', ports)).toMatchObject({ status: 'valid', strikes: 0 });
    expect(await last()).toMatchObject({ type: 'CredentialVerified', data: { by: 'probe' } });
    expect(await noteLogin(state, credential, 'login', ports)).toMatchObject({ status: 'valid' });
    expect(appends()).toBe(1);
  });

  it('is not proven by a login with its previous secret or server', async () => {
    const { ports, credential, state, appends } = await credentialWith(0, {
      type: 'CredentialUpdated',
      data: { generation: 2, fields: ['host'] },
    });
    const admitted = { ...credential, generation: 1 };
    expect(await noteLogin(state, admitted, 'login', ports)).toMatchObject({ status: 'unverified', generation: 2 });
    expect(appends()).toBe(0);
  });

  it('resets its rate limits when a job has succeeded since, not when another one came meanwhile', async () => {
    const limit = (ms: number): CredentialEvent => ({
      type: 'CredentialRateLimited',
      data: { until: iso(Date.parse('2026-11-01T00:00:00Z') + ms), code: 'rate_limited' },
    });
    const limited = await credentialWith(0, verified, limit(0));
    await noteSuccess({ ...limited.credential, limits: 0 }, limited.state, limited.ports);
    await noteSuccess({ ...limited.credential, limits: 2 }, limited.state, limited.ports);
    const unlimited = await credentialWith(0, verified);
    await noteSuccess(unlimited.credential, unlimited.state, unlimited.ports);
    expect(unlimited.appends(), 'nothing to forget').toBe(0);
    expect(limited.appends()).toBe(0);
    await noteSuccess(limited.credential, limited.state, limited.ports);
    expect(await limited.state.read()).toMatchObject({ limits: 0, status: 'valid' });
    const gone = await credentialWith(0, verified, limit(0), { type: 'CredentialDeleted', data: { force: true } });
    await noteSuccess(gone.credential, gone.state, gone.ports);
    expect(gone.appends()).toBe(0);
    const suspect = await credentialWith(0, verified, limit(0), refused);
    await noteSuccess(suspect.credential, suspect.state, suspect.ports);
    expect(suspect.appends()).toBe(0);
  });
});

describe('a claim', () => {
  it('is tried three times against other writers, and then left to the next message', async () => {
    const { world, ports, id, appends } = await credentialWith(2);
    const { job_id: jobId } = await world.addJob(id);
    expect(await claim(jobId, ports)).toMatchObject({
      kind: 'claimed',
      leaseStart: world.clock.now,
      job: { id: jobId, status: 'running', version: 2, attempt_count: 1, part: 1 },
    });
    expect(appends()).toBe(3);
    const never = await credentialWith(9);
    const other = await never.world.addJob(never.id);
    expect(await claim(other.job_id, never.ports)).toEqual({ kind: 'drop' });
    expect(never.appends()).toBe(3);
  });

  it('gives the job the lease that its event names', async () => {
    const { world, ports, id } = await credentialWith(0);
    const { job_id: jobId } = await world.addJob(id);
    const claimed = await claim(jobId, ports);
    const [, started] = await world.log.read(jobId);
    expect(claimed.kind === 'claimed' && [claimed.leaseId, claimed.job.lease_id]).toEqual(
      Array(2).fill((await world.job(jobId)).lease_id),
    );
    expect(started).toMatchObject({ type: 'AttemptStarted', actor: { kind: 'worker', id: 'worker-test' } });
    expect(await claim('job_nowhere', ports)).toEqual({ kind: 'drop' });
  });
});

describe('a blocked job', () => {
  it('waits for another trial when a second worker has started the one that was due', async () => {
    const { world, ports, id, credential } = await credentialWith(1, refused);
    world.clock.now += 600_000;
    const job = await world.job((await world.addJob(id)).job_id);
    expect(await blockedBy(credential, job, ports)).toEqual({ on: 'credential_suspect', until: null });
    expect(await blockedBy(credential, job, ports), 'nobody else came').toBeNull();
    expect(await blockedBy({ ...credential, deleted: true }, job, ports)).toBeNull();
  });

  it('that would not start anyway uses up no trial of its credential', async () => {
    const { world, ports, id, credential, appends } = await credentialWith(0, refused);
    world.clock.now += 600_000;
    const job = await world.job((await world.addJob(id)).job_id);
    await world.append(job.id, 2, { type: 'JobResolved', data: { note: null } }, id);
    expect(await blockedBy(credential, await world.job(job.id), ports)).toBeNull();
    expect(appends()).toBe(0);
    expect(await blockedBy(credential, job, ports), 'one that would start').toBeNull();
    expect(appends()).toBe(1);
  });

  it('waits for its account while that is paused', async () => {
    const { world, ports, id, credential } = await credentialWith(0);
    const job = await world.job((await world.addJob(id)).job_id);
    const until = iso(world.clock.now + 60_000);
    await world.append(ACCOUNT, 1, { type: 'AccountPaused', data: { reason: null, until } });
    expect(await blockedBy(credential, job, ports)).toEqual({ on: 'account_paused', until });
    expect(await blockedBy(credential, null, ports), 'a job that does not exist').toBeNull();
    await world.append(ACCOUNT, 2, { type: 'AccountPaused', data: { reason: null, until: null } });
    expect(await blockedBy(credential, job, ports)).toEqual({ on: 'account_paused', until: null });
  });

  it('gets an end time only from a rate limit', async () => {
    const { world, ports, id } = await credentialWith(0);
    const job = await world.job((await world.addJob(id)).job_id);
    const until = iso(world.clock.now + 600_000);
    expect(await resendIn(job, { on: 'credential_suspect', until }, ports)).toBe(20_000);
    expect(await resendIn(job, { on: 'rate_limited', until: null }, ports)).toBe(20_000);
  });

  it("returns when a rate limit is over, spread over ten seconds, within the queue's maximum delay", async () => {
    const { world, ports, id } = await credentialWith(0);
    const job = await world.job((await world.addJob(id)).job_id);
    const again = (ms: number) => resendIn(job, { on: 'rate_limited', until: iso(world.clock.now + ms) }, ports);
    expect([await again(30_000), await again(895_000), await again(3_600_000)]).toEqual([35_000, 900_000, 900_000]);
  });

  it('returns every 20 s until the views have it at its version', async () => {
    const { world, ports, id } = await credentialWith(0);
    const job = await world.job((await world.addJob(id)).job_id);
    const again = () => resendIn(job, { on: 'credential_parked', until: null }, ports);
    expect(await again()).toBe(20_000);
    world.clock.now += 600_000;
    expect(await again()).toBe(20_000);
    await projectOnce(world.log.all, { log: world.log, views: world.views, pause: async () => {} });
    expect(await again()).toBeNull();
    expect(await resendIn(null, { on: 'credential_parked', until: null }, ports)).toBeNull();
  });

  it('returns while the views show its previous version, read consistently', async () => {
    const { world, ports, id } = await credentialWith(0);
    const job = await world.job((await world.addJob(id)).job_id);
    await projectOnce(world.log.all, { log: world.log, views: world.views, pause: async () => {} });
    const reads: boolean[] = [];
    const views: typeof ports.views = {
      ...world.views,
      get(ids, options) {
        reads.push(options.consistent);
        return world.views.get(ids, options);
      },
    };
    const again = async () =>
      resendIn(await world.job(job.id), { on: 'credential_parked', until: null }, { ...ports, views });
    world.clock.now += 19_999;
    expect(await again(), 'too young to be looked for').toBe(20_000);
    expect(reads).toEqual([]);
    world.clock.now += 1;
    expect(await again()).toBeNull();
    await world.append(job.id, 2, { type: 'JobUpdated', data: { changes: { labels: ['x'] } } }, id);
    world.clock.now += 20_000;
    expect(await again(), 'its row is behind').toBe(20_000);
    expect(reads).toEqual([true, true]);
  });

  it('waits for a slot for half to all of a time that doubles up to two minutes', () => {
    const waits = [0, 1, 2, 5, 6, 7, 50];
    const spread = (random: number) => waits.map((deferred) => waitForPlace(deferred, random, 120_000) / 1000);
    expect(spread(0)).toEqual([1, 2, 4, 32, 60, 60, 60]);
    expect(spread(0.5)).toEqual([1.5, 3, 6, 48, 90, 90, 90]);
  });
});
