import { describe, expect, it } from 'vitest';
import type { ActionName } from '../../../functions/domain/action/catalogue.ts';
import type { Failure } from '../../../functions/domain/failure/failure.ts';
import { KeyUnavailable } from '../../../functions/ports/vault.ts';
import { projectOnce } from '../../../functions/projector/project.ts';
import { runCredential } from '../../../functions/worker/credential/run-credential.ts';
import type { WorkerPorts } from '../../../functions/worker/worker-ports.ts';
import { withLogin, workerWorld } from '../../fixtures/worker-world.ts';

const failure = (code: Failure['code'], retryAfterMs: number | null = null): Failure => ({
  code,
  detail: 'as the server said',
  retryAfterMs,
  outcomeUnknown: false,
});
const succeed = async (context: { session(): Promise<unknown> }) => {
  await context.session();
  return { kind: 'succeeded' as const, result: { mailboxes: 3 } };
};

describe('a worker with the jobs of one credential', () => {
  it('runs them over one login and logs out', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const messages = [await world.addJob(credential), await world.addJob(credential), await world.addJob(credential)];
    await runCredential(credential, messages, world.ports);
    for (const { job_id } of messages)
      expect(await world.events(job_id)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptSucceeded']);
    expect(world.logins).toMatchObject({ open: 1, closed: 1 });
    expect(await world.credential(credential)).toMatchObject({ status: 'valid' });
  });

  it('logs in again when the credential leads to another mailbox meanwhile, and gives the job the new generation', async () => {
    const seen: number[] = [];
    const world = workerWorld(async (context) => {
      await context.session();
      seen.push(context.generation);
      if (seen.length === 1) {
        const { version = 0 } = (await world.credential(credential)) ?? {};
        const data = { generation: 2, fields: ['host'] };
        await world.append(credential, version + 1, { type: 'CredentialUpdated', data });
      }
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const messages = [await world.addJob(credential), await world.addJob(credential), await world.addJob(credential)];
    await runCredential(credential, messages, world.ports);
    expect(seen).toEqual([1, 2, 2]);
    expect(world.logins).toMatchObject({ open: 2, closed: 2 });
  });

  it('runs a job once however often its message arrives', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await Promise.all([1, 2, 3].map(() => runCredential(credential, [message], world.ports)));
    await runCredential(credential, [message], world.ports);
    expect(await world.events(message.job_id)).toEqual(['JobRequested', 'AttemptStarted', 'AttemptSucceeded']);
  });

  it('fails the first job, defers the next ones, and parks the credential at the second refused password', async () => {
    const world = workerWorld(succeed);
    world.logins.refuse = failure('auth_failed');
    const credential = await world.addCredential();
    const [first, second, third] = [
      await world.addJob(credential),
      await world.addJob(credential),
      await world.addJob(credential),
    ];
    await runCredential(credential, [first, second, third], world.ports);
    expect(await world.job(first.job_id)).toMatchObject({ status: 'failed', last_error_code: 'auth_failed' });
    expect(await world.job(second.job_id)).toMatchObject({ status: 'queued', attempt_count: 0 });
    expect(await world.credential(credential)).toMatchObject({ status: 'suspect', strikes: 1 });

    world.clock.now += 600_000;
    await runCredential(credential, [second, third], world.ports);
    expect(await world.job(second.job_id)).toMatchObject({ status: 'failed' });
    expect(await world.job(third.job_id)).toMatchObject({ status: 'queued', attempt_count: 0 });
    expect(await world.credential(credential)).toMatchObject({
      status: 'parked',
      strikes: 2,
      status_reason: 'auth_failed',
    });
    expect(world.logins.open).toBe(2);
  });

  it('sends a blocked job again until the views know it, and then leaves it to the release', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    await world.append(credential, 2, { type: 'CredentialPaused', data: { reason: null, until: null } });
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    expect(world.sent).toEqual([{ message, delayMs: 20_000 }]);
    world.clock.now += 3_600_000;
    await runCredential(credential, [message], world.ports);
    expect(world.sent, 'its shard lags').toHaveLength(2);
    await projectOnce(await world.log.read(message.job_id), { ...world, pause: async () => {} });
    await runCredential(credential, [message], world.ports);
    expect(world.sent).toHaveLength(2);
  });

  it('allows exactly one job to try a suspect credential after its ten minutes', async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const world = workerWorld(async (context) => {
      await context.session();
      await held;
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    await world.append(credential, 2, {
      type: 'CredentialRefused',
      data: { ...{ code: 'auth_failed', category: 'authentication', detail: '' }, job_id: 'job_x' },
    });
    const messages = [await world.addJob(credential), await world.addJob(credential)];
    world.clock.now += 600_000;
    const runs = messages.map((message) => runCredential(credential, [message], world.ports));
    const [one] = await Promise.race(runs);
    expect(one?.did).toBe('waits');
    letGo();
    const reports = (await Promise.all(runs)).flat();
    expect(reports.map(({ did }) => did).sort()).toEqual(['ran', 'waits']);
    expect(await world.credential(credential)).toMatchObject({ status: 'valid', strikes: 0 });
  });

  it('counts simultaneous failed logins as one refusal', async () => {
    const world = workerWorld(succeed);
    world.logins.refuse = failure('auth_failed');
    const credential = await world.addCredential();
    const messages = [await world.addJob(credential), await world.addJob(credential)];
    await Promise.all(messages.map((message) => runCredential(credential, [message], world.ports)));
    expect(await world.credential(credential)).toMatchObject({ status: 'suspect', strikes: 1 });
  });

  it('blocks the whole credential until the hint of a rate limit is over, and counts no attempt', async () => {
    const world = workerWorld(async () => ({ kind: 'failed', failure: failure('rate_limited', 300_000) }));
    const credential = await world.addCredential();
    const [first, second] = [await world.addJob(credential), await world.addJob(credential)];
    const reports = await runCredential(credential, [first, second], world.ports);
    expect(reports.map(({ did }) => did)).toEqual(['ran', 'waits']);
    expect(await world.job(first.job_id)).toMatchObject({ status: 'retrying', attempts_used: 0 });
    expect(Date.parse((await world.credential(credential))?.limited_until ?? '')).toBeGreaterThanOrEqual(
      world.clock.now + 300_000,
    );
  });

  it('waits three times as long at each rate limit in a row, of any job, until one succeeds', async () => {
    let limited = true;
    const world = workerWorld(async (context) => {
      await context.session();
      return limited ? { kind: 'failed', failure: failure('rate_limited') } : { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const jobs = [await world.addJob(credential), await world.addJob(credential)];
    const meetOne = async (turn: number): Promise<number> => {
      const [report] = await runCredential(credential, jobs.slice(turn % 2, (turn % 2) + 1), world.ports);
      expect(report).toMatchObject({ did: 'ran', outcome: 'rate_limited' });
      const until = Date.parse((await world.credential(credential))?.limited_until ?? '');
      const wait = until - world.clock.now;
      world.clock.now = until;
      return wait / 60_000;
    };
    const waits = [];
    for (let turn = 0; turn < 6; turn += 1) waits.push(Math.floor(await meetOne(turn)));
    expect(waits).toEqual([1, 3, 9, 28, 63, 63]);
    limited = false;
    await runCredential(credential, jobs.slice(0, 1), world.ports);
    expect(await world.credential(credential)).toMatchObject({ limits: 0, status: 'valid' });
    limited = true;
    expect(Math.floor(await meetOne(1))).toBe(1);
    expect(await world.events(credential)).toEqual([
      'CredentialAdded',
      'CredentialVerified',
      ...Array(6).fill('CredentialRateLimited'),
      'CredentialVerified',
      'CredentialRateLimited',
    ]);
  });

  it('sends jobs blocked by a rate limit at its end, and does not log in before', async () => {
    const world = workerWorld(async () => ({ kind: 'failed', failure: failure('rate_limited', 300_000) }));
    const credential = await world.addCredential();
    const [first, second] = [await world.addJob(credential), await world.addJob(credential)];
    await runCredential(credential, [first, second], world.ports);
    const [sent] = world.sent;
    const until = Date.parse((await world.credential(credential))?.limited_until ?? '');
    expect(world.sent).toHaveLength(1);
    expect(sent?.message).toEqual(second);
    expect(world.clock.now + (sent?.delayMs ?? 0)).toBeGreaterThanOrEqual(until);
    expect(world.clock.now + (sent?.delayMs ?? 0)).toBeLessThanOrEqual(until + 10_000);
    world.clock.now += sent?.delayMs ?? 0;
    expect((await runCredential(credential, [second], world.ports)).map(({ did }) => did)).toEqual(['ran']);
  });

  it("lets jobs with a long rate limit check again as often as the queue's maximum delay", async () => {
    const world = workerWorld(async () => ({ kind: 'failed', failure: failure('rate_limited', 3_600_000) }));
    const credential = await world.addCredential();
    const [first, second] = [await world.addJob(credential), await world.addJob(credential)];
    await runCredential(credential, [first, second], world.ports);
    expect(world.sent).toMatchObject([{ message: second, delayMs: 900_000 }]);
  });

  it('continues a yielded attempt from its checkpoint', async () => {
    const seen: unknown[] = [];
    const world = workerWorld(async ({ checkpoint }) => {
      seen.push(checkpoint);
      return checkpoint === null ? { kind: 'yielded', checkpoint: { window: 7 } } : { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    await runCredential(credential, [message], world.ports);
    expect(seen).toEqual([null, { window: 7 }]);
    expect(await world.events(message.job_id)).toEqual([
      'JobRequested',
      'AttemptStarted',
      'AttemptYielded',
      'AttemptStarted',
      'AttemptSucceeded',
    ]);
    expect(await world.job(message.job_id)).toMatchObject({ attempt_count: 1, status: 'succeeded' });
  });

  it('postpones a job that must wait, without counting an attempt', async () => {
    const world = workerWorld(async ({ now }) => ({
      kind: 'postponed',
      until: now() + 30_000,
      because: 'connection_slot',
    }));
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    const [early] = await runCredential(credential, [message], world.ports);
    expect(early?.did).toBe('early');
    expect(await world.job(message.job_id)).toMatchObject({
      status: 'queued',
      attempts_used: 0,
      postponed: { because: 'connection_slot' },
    });
  });

  it('sends an early message again with the rest of its delay', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    const until = new Date(world.clock.now + 40_000).toISOString();
    await world.append(message.job_id, 2, { type: 'JobUpdated', data: { changes: { run_at: until } } }, credential);
    const [report] = await runCredential(credential, [message], world.ports);
    expect(report?.did).toBe('early');
    expect(world.sent).toEqual([{ message, delayMs: 40_000 }]);
  });

  it('writes nothing for an attempt that lost its job while it ran', async () => {
    const world = workerWorld(async (context) => {
      await world.append(context.jobId, 3, { type: 'JobResolved', data: { note: null } });
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    const [report] = await runCredential(credential, [message], world.ports);
    expect(report?.outcome).toBe('lost');
    expect(await world.events(message.job_id)).toEqual(['JobRequested', 'AttemptStarted', 'JobResolved']);
  });

  it('lets a worker that froze beyond its lease end no attempt', async () => {
    const world = workerWorld(async () => {
      world.clock.now += 41_000;
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    const [report] = await runCredential(credential, [message], world.ports);
    expect(report?.outcome).toBe('lost');
    expect(await world.events(message.job_id)).toEqual(['JobRequested', 'AttemptStarted']);
  });

  it('fails the jobs of a deleted credential instead of letting them wait forever', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await world.append(credential, 2, { type: 'CredentialDeleted', data: { force: true } });
    const ports = withLogin(world.ports, { settings: async () => null });
    await runCredential(credential, [message], ports);
    expect(await world.job(message.job_id)).toMatchObject({
      status: 'failed',
      last_error_code: 'credential_not_found',
    });
  });

  it('tries a job again, and changes nothing about its credential, when KMS refuses to decrypt the secret', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    const disabled = Object.assign(new Error('secret'), { name: 'DisabledException' });
    const ports = withLogin(world.ports, { settings: () => Promise.reject(new KeyUnavailable(disabled)) });
    const before = await world.events(credential);
    await runCredential(credential, [message], ports);
    expect(await world.job(message.job_id)).toMatchObject({
      status: 'retrying',
      last_error_code: 'secret_unavailable',
      last_error_detail: 'KMS: DisabledException',
    });
    expect(await world.events(credential)).toEqual(before);
  });

  it('turns an unclassified exception into a failure without its message', async () => {
    const world = workerWorld(async () => {
      throw new TypeError('password=hunter2');
    });
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    expect(await world.job(message.job_id)).toMatchObject({
      status: 'retrying',
      last_error_code: 'unknown',
      last_error_detail: 'TypeError',
    });
  });

  it('sends jobs again that it has no time to start', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    world.clock.remaining = 1_000;
    const [report] = await runCredential(credential, [message], world.ports);
    expect(report?.did).toBe('sent_on');
    expect(world.sent).toEqual([{ message, delayMs: 0 }]);
    expect(await world.events(message.job_id)).toEqual(['JobRequested']);
  });
});

describe('a job that an operator triggered', () => {
  it('runs once although its credential is parked', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const refused = {
      type: 'CredentialRefused',
      data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' },
    };
    await world.append(credential, 2, refused);
    await world.append(credential, 3, refused);
    const message = await world.addJob(credential);
    expect((await runCredential(credential, [message], world.ports)).map(({ did }) => did)).toEqual(['waits']);
    await world.append(message.job_id, 2, { type: 'JobTriggered', data: { reason: 'now', force: false } }, credential);
    expect((await runCredential(credential, [message], world.ports)).map(({ did }) => did)).toEqual(['ran']);
    expect(await world.credential(credential)).toMatchObject({ status: 'valid' });
    expect(await world.job(message.job_id)).toMatchObject({ status: 'succeeded', forced: false });
  });
});

/**
 * A job of this action, made for a generation of its credential; the worker uses the same action for all jobs here.
 */
async function jobOfAction(
  world: ReturnType<typeof workerWorld>,
  name: ActionName,
  credential: string,
  generation = 1,
) {
  const { ports } = world;
  const id = ports.ids.next('job');
  const data = {
    ...{ action: name, payload: {}, task_id: null, credential_id: credential, generation, priority: 0, labels: [] },
    ...{ run_at: null, max_attempts: null, source: { kind: 'task', id: 'tsk_01jgx000000000000000000001' } },
  };
  await world.append(id, 1, { type: 'JobRequested', data }, credential);
  const [action] = ports.actions.values();
  if (action === undefined) throw new Error('no action');
  const actions: WorkerPorts['actions'] = new Map([[name, { ...action, name }]]);
  return { message: { job_id: id, credential_id: credential, version: 1 }, ports: { ...ports, actions } };
}

describe('a job that changes a mailbox', () => {
  it('is not run when its credential leads to another mailbox than the one it was made for', async () => {
    let runs = 0;
    const world = workerWorld(async () => {
      runs += 1;
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    await world.append(credential, 2, { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } });
    const old = await jobOfAction(world, 'imap_move_messages', credential, 1);
    await runCredential(credential, [old.message], old.ports);
    expect(await world.job(old.message.job_id)).toMatchObject({
      ...{ status: 'failed', last_error_code: 'credential_changed', outcome_unknown: false },
    });
    expect(runs).toBe(0);
    const current = await jobOfAction(world, 'imap_move_messages', credential, 2);
    const reader = await jobOfAction(world, 'imap_sync_messages', credential, 1);
    await runCredential(credential, [current.message], current.ports);
    await runCredential(credential, [reader.message], reader.ports);
    expect(runs).toBe(2);
  });
});

describe('the jobs of a credential', () => {
  it('are not tried after its deletion, although its connection row still exists', async () => {
    let runs = 0;
    const world = workerWorld(async () => {
      runs += 1;
      return { kind: 'succeeded', result: {} };
    });
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await world.append(credential, 2, { type: 'CredentialDeleted', data: { force: true } });
    await runCredential(credential, [message], world.ports);
    expect([runs, (await world.job(message.job_id)).last_error_code]).toEqual([0, 'credential_not_found']);
  });

  it('run and fail like any other when the credential is unknown', async () => {
    const seen: number[] = [];
    let fails = false;
    const world = workerWorld(async ({ generation }) => {
      seen.push(generation);
      return fails ? { kind: 'failed', failure: failure('mailbox_not_found') } : { kind: 'succeeded', result: {} };
    });
    const messages = [await world.addJob('pc_nowhere'), await world.addJob('pc_nowhere')];
    await runCredential('pc_nowhere', messages.slice(0, 1), world.ports);
    fails = true;
    const reports = await runCredential('pc_nowhere', messages.slice(1), world.ports);
    expect(reports).toMatchObject([{ did: 'ran', outcome: 'mailbox_not_found' }]);
    expect(seen).toEqual([1, 1]);
    expect(await world.events('pc_nowhere')).toEqual([]);
  });

  it('are dropped when another worker has already done them', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    const again = await runCredential(credential, [message], world.ports);
    expect(again).toEqual([{ jobId: message.job_id, did: 'dropped', outcome: null, unsent: false }]);
    expect(world.sent).toEqual([]);
  });

  it('are started with five seconds left, and not with less', async () => {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    const messages = [await world.addJob(credential), await world.addJob(credential)];
    world.clock.remaining = 5_000;
    expect(await runCredential(credential, messages.slice(0, 1), world.ports)).toMatchObject([{ did: 'ran' }]);
    world.clock.remaining = 4_999;
    expect(await runCredential(credential, messages.slice(1), world.ports)).toMatchObject([{ did: 'sent_on' }]);
  });

  it('reset its rate limits when a run of one succeeded', async () => {
    let limited = true;
    const world = workerWorld(async () =>
      limited ? { kind: 'failed', failure: failure('rate_limited') } : { kind: 'yielded', checkpoint: {} },
    );
    const credential = await world.addCredential();
    await world.append(credential, 2, { type: 'CredentialVerified', data: { by: 'test' } });
    const message = await world.addJob(credential);
    await runCredential(credential, [message], world.ports);
    expect(await world.credential(credential)).toMatchObject({ limits: 1 });
    limited = false;
    world.clock.now = Date.parse((await world.credential(credential))?.limited_until ?? '');
    await runCredential(credential, [message], world.ports);
    expect(await world.credential(credential)).toMatchObject({ limits: 0 });
  });

  it.each<[ActionName, 'succeeded' | 'failed', boolean]>([
    ['imap_sync_messages', 'succeeded', true],
    ['imap_sync_messages', 'failed', false],
    ['imap_sync_mailboxes', 'succeeded', false],
  ])('store when it was synced: %s that %s: %s', async (name, outcome, isSync) => {
    const world = workerWorld(async () =>
      outcome === 'failed'
        ? { kind: 'failed', failure: failure('mailbox_not_found') }
        : { kind: 'succeeded', result: {} },
    );
    const credential = await world.addCredential();
    const { message, ports } = await jobOfAction(world, name, credential);
    await runCredential(credential, [message], ports);
    const use = { lastSyncedAt: new Date(world.clock.now).toISOString() };
    expect(await ports.slots.lastUses([credential])).toEqual(new Map(isSync ? [[credential, use]] : []));
  });
});

describe('messages of a credential', () => {
  const refused = {
    type: 'CredentialRefused',
    data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
  };
  /** A parked credential that is due for a probe, and a job of it. */
  async function parked() {
    const world = workerWorld(succeed);
    const credential = await world.addCredential();
    for (const version of [2, 3]) await world.append(credential, version, refused);
    const message = await world.addJob(credential);
    world.clock.now += 24 * 3_600_000;
    return { world, credential, message };
  }

  it('of both kinds in one batch probe it once and run the job', async () => {
    const { world, credential, message } = await parked();
    const probe = { probe: true as const, credential_id: credential };
    const reports = await runCredential(credential, [message, probe], world.ports);
    expect(reports).toMatchObject([{ jobId: message.job_id, did: 'ran' }]);
    expect(await world.events(credential)).toContain('CredentialProbeStarted');
    expect((await world.log.read(credential)).at(-1)).toMatchObject({ data: { by: 'probe' } });
  });

  it('only about jobs probe nothing', async () => {
    const { world, credential, message } = await parked();
    expect(await runCredential(credential, [message], world.ports)).toMatchObject([{ did: 'waits' }]);
    expect(await world.events(credential)).not.toContain('CredentialProbeStarted');
    expect(world.logins.open).toBe(0);
  });

  it('for a probe are not sent again when there is no connection for it', async () => {
    const { world, credential } = await parked();
    let sends = 0;
    const queue: WorkerPorts['queue'] = {
      async send() {
        sends += 1;
        return [];
      },
    };
    const ports = withLogin({ ...world.ports, queue }, { maxConnections: 0 });
    expect(await runCredential(credential, [{ probe: true, credential_id: credential }], ports)).toEqual([]);
    expect(sends).toBe(0);
  });
});

it('a batch reads the stream of its credential from the beginning once, then only what is newer, and its row once', async () => {
  const world = workerWorld(async (context) => {
    await context.session();
    return { kind: 'succeeded', result: {} };
  });
  const credential = await world.addCredential();
  const jobs = [await world.addJob(credential), await world.addJob(credential), await world.addJob(credential)];
  const whole: string[] = [];
  const newer: (number | undefined)[] = [];
  let logins = 0;
  const ports: WorkerPorts = {
    ...world.ports,
    log: {
      ...world.ports.log,
      current(id) {
        whole.push(id);
        return world.log.current(id);
      },
      read(id, after, most) {
        if (id === credential) newer.push(after);
        return world.log.read(id, after, most);
      },
    },
    login(...args) {
      logins += 1;
      return world.ports.login(...args);
    },
  };
  const reports = await runCredential(credential, jobs, ports);
  expect(reports.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(whole.filter((id) => id === credential)).toHaveLength(1);
  // After the login, before the second job (it finds the login), before the third, before the search for other jobs.
  expect(newer).toEqual([1, 1, 2, 2]);
  expect([logins, world.logins.open]).toEqual([1, 1]);
});

it('a login is made with the version of the credential that admitted its job, not with that at the start of the batch', async () => {
  const world = workerWorld(async (context) => {
    await context.session();
    return { kind: 'succeeded', result: {} };
  });
  const credential = await world.addCredential();
  const [gone, next] = [await world.addJob(credential), await world.addJob(credential)];
  const versions: (number | null)[] = [];
  const ports: WorkerPorts = {
    ...world.ports,
    log: {
      ...world.ports.log,
      async current(id) {
        const events = await world.log.current(id);
        // While the first message is handled: its job is over, and the password is replaced.
        if (id === gone.job_id) {
          await world.append(credential, 2, { type: 'CredentialRotated', data: { generation: 1 } });
          await world.append(id, 2, { type: 'JobResolved', data: { note: null } }, credential);
          return world.log.current(id);
        }
        return events;
      },
    },
    async login(id, version) {
      const login = await world.ports.login(id, version);
      versions.push(version);
      return {
        ...login,
        settings(refused, admitted) {
          versions.push(admitted);
          return login.settings(refused, admitted);
        },
      };
    },
  };
  const reports = await runCredential(credential, [gone, next], ports);
  expect(reports.map(({ did }) => did)).toEqual(['dropped', 'ran']);
  expect(versions, 'at the start, and at the login').toEqual([1, 2]);
});
