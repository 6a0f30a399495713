import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from '../../../functions/domain/attempt/outcome.ts';
import { waitOfJob } from '../../../functions/domain/job/waiting.ts';
import { TIMEOUTS_TO_PARK } from '../../../functions/domain/sharing/silent-hosts.ts';
import { MailboxFailure } from '../../../functions/ports/mailbox.ts';
import type { JobMessage } from '../../../functions/ports/work-queue.ts';
import type { ActionContext } from '../../../functions/worker/action.ts';
import { runBatch } from '../../../functions/worker/run-batch.ts';
import { batchOf } from '../../fixtures/sqs-batch.ts';
import { ACCOUNT, withLogin, workerWorld } from '../../fixtures/worker-world.ts';

const OTHER = 'acc_other';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const done: AttemptOutcome = { kind: 'succeeded', result: {} };

async function timesOut(context: ActionContext): Promise<AttemptOutcome> {
  await context.session();
  const detail = 'The server did not answer in time.';
  throw new MailboxFailure({ code: 'provider_timeout', detail, retryAfterMs: null, outcomeUnknown: false });
}

async function serves(context: ActionContext): Promise<AttemptOutcome> {
  await context.session();
  return done;
}

/** Credentials of one server, one job each; the test decides how the server behaves. */
function worldOf() {
  const server = { does: timesOut, attempts: 0 };
  const world = workerWorld(async (context) => {
    server.attempts += 1;
    return server.does(context);
  });
  const newJob = async (account = ACCOUNT): Promise<JobMessage> =>
    world.addJob(await world.addCredential(account), account);
  return {
    ...world,
    server,
    newJob,
    jobs: (count: number) => Promise.all(Array.from({ length: count }, () => newJob())),
    run: (...messages: readonly JobMessage[]) =>
      runBatch(
        batchOf(messages.map((message) => ({ MessageId: message.job_id, Body: JSON.stringify(message) }))),
        world.ports,
      ),
    /** The shown reason why the job waits. */
    async waitOf({ job_id: id, credential_id }: JobMessage) {
      const credential = await world.credential(credential_id);
      const free = { credential, account: null, fullUntil: null, shareFullUntil: null };
      return waitOfJob(await world.job(id), free, world.clock.now);
    },
    /** Attempts of other credentials until the server is parked. */
    async park() {
      for (let n = 0; n < TIMEOUTS_TO_PARK; n += 1) await this.run(await newJob());
      server.attempts = 0;
    },
  };
}

describe('a mail server that only times out', () => {
  it('is parked after five attempts, with any credentials: further jobs are postponed without an attempt', async () => {
    const world = worldOf();
    const jobs = await world.jobs(20);
    for (const job of jobs) await world.run(job);
    expect(world.server.attempts).toBe(TIMEOUTS_TO_PARK);
    for (const { job_id: id } of jobs.slice(TIMEOUTS_TO_PARK)) {
      expect(await world.events(id)).toEqual(['JobRequested', 'JobPostponed']);
      expect(await world.job(id)).toMatchObject({ status: 'queued', attempt_count: 0, attempts_used: 0 });
    }
    const until = new Date(world.clock.now + MINUTE + 5_000).toISOString();
    const [last] = jobs.slice(-1);
    if (last === undefined) throw new Error('no job');
    expect(await world.waitOf(last)).toEqual({ on: 'host_parked', until });
  });

  it('is parked within one batch as well', async () => {
    const world = worldOf();
    const credential = await world.addCredential();
    const jobs: JobMessage[] = [];
    for (let n = 0; n < 10; n += 1) jobs.push(await world.addJob(credential));
    await world.run(...jobs);
    expect(world.server.attempts).toBe(TIMEOUTS_TO_PARK);
  });

  it("is parked only for its account: another account's jobs use it", async () => {
    const world = worldOf();
    await world.park();
    const other = await world.newJob(OTHER);
    world.server.does = serves;
    await world.run(other);
    expect(await world.job(other.job_id)).toMatchObject({ status: 'succeeded' });
    const own = await world.newJob();
    await world.run(own);
    expect(await world.job(own.job_id)).toMatchObject({ attempt_count: 0 });
  });

  it('gets one probe when the time is over, and a success frees all jobs', async () => {
    const world = worldOf();
    await world.park();
    const jobs = await world.jobs(5);
    for (const job of jobs) await world.run(job);
    world.clock.now += MINUTE + 10_000;
    const [probe, ...rest] = jobs;
    if (probe === undefined) throw new Error('no job');
    world.server.does = async (context) => {
      for (const job of rest) await world.run(job);
      expect(world.server.attempts, 'while it is probed no other job goes there').toBe(1);
      return serves(context);
    };
    await world.run(probe);
    expect(await world.job(probe.job_id)).toMatchObject({ status: 'succeeded' });
    world.server.does = serves;
    for (const job of rest) await world.run(job);
    expect(world.server.attempts).toBe(5);
  });

  it('is parked for longer when the probe times out', async () => {
    const world = worldOf();
    await world.park();
    world.clock.now += MINUTE;
    await world.run(await world.newJob());
    expect(world.server.attempts).toBe(1);
    world.clock.now += 2 * MINUTE - 1;
    await world.run(await world.newJob());
    expect(world.server.attempts).toBe(1);
    world.clock.now += 1;
    await world.run(await world.newJob());
    expect(world.server.attempts).toBe(2);
  });

  it('is used by jobs that an operator triggers', async () => {
    const world = worldOf();
    await world.park();
    const { job_id: id, ...message } = await world.newJob();
    await world.run({ ...message, job_id: id });
    const trigger = { type: 'JobTriggered', data: { reason: null, force: false } } as const;
    await world.append(id, 3, trigger, message.credential_id);
    world.server.does = serves;
    await world.run({ ...message, job_id: id });
    expect(await world.job(id)).toMatchObject({ status: 'succeeded' });
  });

  it('adds one event to a job for each postponement, however often its message arrives', async () => {
    const world = worldOf();
    await world.park();
    const job = await world.newJob();
    for (let n = 0; n < 4; n += 1) await world.run(job);
    expect(await world.events(job.job_id)).toEqual(['JobRequested', 'JobPostponed']);
  });

  it('fails a job that it has blocked for a day, without an attempt', async () => {
    const world = worldOf();
    await world.park();
    const job = await world.newJob();
    for (let spent = 0; spent < DAY; spent += 20 * MINUTE) {
      world.clock.now += 20 * MINUTE;
      await world.run(await world.newJob());
    }
    expect(await world.job(job.job_id)).toMatchObject({ status: 'queued' });
    await world.run(job);
    expect(await world.job(job.job_id)).toMatchObject({
      status: 'failed',
      attempt_count: 0,
      last_error_code: 'provider_timeout',
    });
  });

  it('is not parked any more when it answers the probe, even with a refusal', async () => {
    const world = worldOf();
    await world.park();
    world.clock.now += MINUTE;
    world.server.does = async (context) => {
      await context.session();
      throw new MailboxFailure({ code: 'mailbox_not_found', detail: 'no', retryAfterMs: null, outcomeUnknown: false });
    };
    for (const job of await world.jobs(3)) await world.run(job);
    expect(world.server.attempts).toBe(3);
  });

  it('sends the message of a job again if another writer has just changed the job', async () => {
    const world = worldOf();
    await world.park();
    const job = await world.newJob();
    const log = { ...world.log, append: async () => ({ kind: 'conflict' as const, streamId: job.job_id }) };
    await runBatch(batchOf([{ MessageId: job.job_id, Body: JSON.stringify(job) }]), { ...world.ports, log });
    expect(world.sent.at(-1)).toMatchObject({ message: job, delayMs: 1_000 });
    expect(world.server.attempts).toBe(0);
  });

  it('that answers an attempt in between is not parked', async () => {
    const world = worldOf();
    for (let n = 0; n < 12; n += 1) {
      world.server.does = n % 4 === 3 ? serves : timesOut;
      await world.run(await world.newJob());
    }
    expect(world.server.attempts).toBe(12);
  });
});

describe('a mail server does not count as silent', () => {
  it.each(['connection_closed', 'auth_failed', 'provider_unavailable'] as const)('because of %s', async (code) => {
    const world = worldOf();
    world.server.does = async (context) => {
      await context.session();
      throw new MailboxFailure({ code, detail: 'no', retryAfterMs: null, outcomeUnknown: false });
    };
    for (const job of await world.jobs(8)) await world.run(job);
    expect(world.server.attempts).toBe(8);
  });

  it('because of a token service that does not answer: the mail server was not reached', async () => {
    const world = worldOf();
    const failure = {
      code: 'provider_timeout',
      detail: 'no token',
      retryAfterMs: null,
      outcomeUnknown: false,
    } as const;
    const ports = withLogin(world.ports, { settings: () => Promise.reject(new MailboxFailure(failure)) });
    world.server.does = serves;
    for (const job of await world.jobs(8))
      await runBatch(batchOf([{ MessageId: job.job_id, Body: JSON.stringify(job) }]), ports);
    expect(world.server.attempts).toBe(8);
  });
});
