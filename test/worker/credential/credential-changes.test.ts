import { describe, expect, it } from 'vitest';
import type { MailboxProvider } from '../../../functions/ports/mailbox.ts';
import { projectOnce } from '../../../functions/projector/project.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import { sessionOf, withLogin, workerWorld } from '../../fixtures/worker-world.ts';

const done = { kind: 'succeeded' as const, result: {} };
const elsewhere = { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } };
const deleted = { type: 'CredentialDeleted', data: { force: true } };
const refused = { code: 'auth_failed' as const, detail: '', retryAfterMs: null, outcomeUnknown: false };

/** Jobs of which the first one calls `first` after its login. */
async function jobsOf(count: number, first: (world: ReturnType<typeof workerWorld>) => Promise<unknown>) {
  let ran = 0;
  const world = workerWorld(async (context: ActionContext) => {
    await context.session();
    ran += 1;
    if (ran === 1) await first(world);
    return done;
  });
  const credential = await world.addCredential();
  const jobs = await Promise.all(Array.from({ length: count }, () => world.addJob(credential)));
  return { world, credential, jobs, ran: () => ran };
}
const nextVersion = async (world: ReturnType<typeof workerWorld>, credential: string) =>
  ((await world.credential(credential))?.version ?? 0) + 1;

describe('a session whose credential', () => {
  it('now leads elsewhere is closed: the next job logs in again', async () => {
    let credential = '';
    const set = await jobsOf(3, async (world) =>
      world.append(credential, await nextVersion(world, credential), elsewhere),
    );
    credential = set.credential;
    const reports = await runCredential(credential, set.jobs, set.world.ports);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(set.world.logins).toMatchObject({ open: 2, closed: 2 });
  });

  it('was deleted runs no further job: the next job ends, and the rest is not drained', async () => {
    let credential = '';
    const set = await jobsOf(3, async (world) =>
      world.append(credential, await nextVersion(world, credential), deleted),
    );
    credential = set.credential;
    const { log, views } = set.world;
    await projectOnce(log.all, { log, views, pause: async () => {} });
    const reports = await runCredential(credential, set.jobs.slice(0, 2), set.world.ports);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['succeeded', 'credential_not_found']);
    expect(set.ran()).toBe(1);
    expect(set.world.logins).toMatchObject({ open: 1, closed: 1 });
  });

  it.each([
    ['was changed while it logged in is not used, and its job is tried again', elsewhere, 'retrying'],
    ['was deleted while it logged in is not used, and its job fails', deleted, 'failed'],
  ])('%s', async (_, change, status) => {
    let used = 0;
    const world = workerWorld(async (context) => {
      await context.session();
      used += 1;
      return done;
    });
    const credential = await world.addCredential();
    const provider: MailboxProvider = {
      async connect(settings, options) {
        if (world.logins.open === 0) await world.append(credential, await nextVersion(world, credential), change);
        return world.ports.provider.connect(settings, options);
      },
    };
    const job = await world.addJob(credential);
    await runCredential(credential, [job], { ...world.ports, provider });
    expect(await world.job(job.job_id)).toMatchObject({ status });
    expect(used).toBe(0);
    expect(world.logins).toMatchObject({ open: 1, closed: 1 });
  });
});

describe('a change whose event is stored and whose fields are not yet', () => {
  it('is waited for, because the old fields lead to the previous mailbox', async () => {
    const world = workerWorld(async (context) => {
      await context.session();
      return done;
    });
    const credential = await world.addCredential();
    await world.append(credential, 2, { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } });
    const job = await world.addJob(credential);
    let generation = 1;
    const ports = withLogin(world.ports, {
      async settings(id) {
        const settings = await (await world.ports.login(id, null)).settings(null, null);
        return settings === null ? null : { ...settings, generation };
      },
    });
    await runCredential(credential, [job], ports);
    expect(await world.job(job.job_id)).toMatchObject({ status: 'retrying', last_error_code: 'connection_closed' });
    expect(world.logins.open).toBe(0);
    generation = 2;
    world.clock.now += 3_600_000;
    await runCredential(credential, [job], ports);
    expect(await world.job(job.job_id)).toMatchObject({ status: 'succeeded' });
    expect(world.logins.open).toBe(1);
  });
});

describe('a late refusal', () => {
  it('of a replaced password does not count against the new one', async () => {
    const world = workerWorld(async (context) => {
      await context.session();
      return done;
    });
    const credential = await world.addCredential();
    await world.append(credential, 2, { type: 'CredentialVerified', data: { by: 'test' } });
    world.logins.refuse = refused;
    const provider: MailboxProvider = {
      async connect(settings, options) {
        await world.append(credential, 3, { type: 'CredentialRotated', data: { generation: 1 } });
        await world.append(credential, 4, { type: 'CredentialVerified', data: { by: 'test' } });
        return world.ports.provider.connect(settings, options);
      },
    };
    await runCredential(credential, [await world.addJob(credential)], { ...world.ports, provider });
    expect(await world.credential(credential)).toMatchObject({ status: 'valid', strikes: 0 });
  });

  it('counts when a lost session logs in again, after a successful login of the same attempt', async () => {
    const world = workerWorld(async (context) => {
      await context.session();
      isUp = false;
      world.logins.refuse = refused;
      await context.session();
      return done;
    });
    const credential = await world.addCredential();
    let isUp = true;
    const provider: MailboxProvider = {
      async connect(settings, options) {
        const connected = await world.ports.provider.connect(settings, options);
        return Object.defineProperty({ ...connected }, 'usable', { get: () => isUp });
      },
    };
    await runCredential(credential, [await world.addJob(credential)], { ...world.ports, provider });
    expect(await world.credential(credential)).toMatchObject({ status: 'suspect', strikes: 1 });
  });
});

describe('the signal of an attempt', () => {
  it('cuts the session while the attempt uses it, and not when the next one does', async () => {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    const signals: AbortSignal[] = [];
    const provider: MailboxProvider = {
      connect(settings, options) {
        signals.push(options.signal);
        return world.ports.provider.connect(settings, options);
      },
    };
    const session = await sessionOf(credential, { ...world.ports, provider });
    const known = await world.credential(credential);
    const [first, second] = [new AbortController(), new AbortController()];
    await session.fit(known);
    await session.open(first.signal);
    await session.fit(await world.credential(credential));
    first.abort();
    expect(signals[0]?.aborted).toBe(false);
    await session.open(second.signal);
    second.abort();
    expect(signals[0]?.aborted).toBe(true);
    expect(signals).toHaveLength(1);
  });

  it('gives an abandoned attempt no connection, and leaves the next one its own', async () => {
    const world = workerWorld(async () => done);
    const credential = await world.addCredential();
    const signals: AbortSignal[] = [];
    const [asked, slow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isFirst = true;
    const ports = {
      ...withLogin(world.ports, {
        async settings(id, refused) {
          asked.resolve();
          const mustWait = isFirst;
          isFirst = false;
          if (mustWait) await slow.promise;
          return (await world.ports.login(id, null)).settings(refused, null);
        },
      }),
      provider: {
        connect: async (...args: Parameters<MailboxProvider['connect']>) => {
          args[1].signal.throwIfAborted();
          signals.push(args[1].signal);
          return world.ports.provider.connect(...args);
        },
      },
    };
    const session = await sessionOf(credential, ports);
    const [behind, next] = [new AbortController(), new AbortController()];
    await session.fit(await world.credential(credential));
    const late = session.open(behind.signal);
    await asked.promise;
    behind.abort();
    await session.fit(await world.credential(credential));
    const own = await session.open(next.signal);
    slow.resolve();
    await expect(late).rejects.toThrow();
    await expect(session.open(behind.signal)).rejects.toMatchObject({ failure: { code: 'deadline_exceeded' } });
    expect(await session.open(next.signal)).toBe(own);
    expect(signals.at(-1)?.aborted).toBe(false);
    expect(world.logins).toMatchObject({ open: 1, closed: 0 });
  });
});
