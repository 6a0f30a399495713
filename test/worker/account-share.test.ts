import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptOutcome } from '../../functions/domain/attempt/outcome.ts';
import { MailboxFailure } from '../../functions/ports/mailbox.ts';
import type { JobMessage, WorkQueue } from '../../functions/ports/work-queue.ts';
import { UNCOUNTED_MS } from '../../functions/sharing/account-share.ts';
import type { ActionContext } from '../../functions/worker/action.ts';
import { runBatch } from '../../functions/worker/run-batch.ts';
import { batchOf } from '../fixtures/sqs-batch.ts';
import { workerWorld } from '../fixtures/worker-world.ts';

const BUSY = 'acc_busy';
const QUIET = 'acc_quiet';
const SHARE = 2;
const done: AttemptOutcome = { kind: 'succeeded', result: {} };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const receive = (messages: readonly JobMessage[]) =>
  batchOf(messages.map((message) => ({ MessageId: message.job_id, Body: JSON.stringify(message) })));

/** A server that never completes an answer: only cutting the connection ends the command. */
function drips({ signal }: Pick<ActionContext, 'signal'>): Promise<never> {
  return new Promise((_, reject) => {
    const cut = (): void =>
      reject(
        new MailboxFailure({ code: 'deadline_exceeded', detail: 'cut', retryAfterMs: null, outcomeUnknown: false }),
      );
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
}

/** A worker function with this many environments. Jobs of the busy account run `busy`; those of others are quick. */
function worldOf(busy: (context: ActionContext) => Promise<AttemptOutcome>) {
  const order: string[] = [];
  const world = workerWorld(async (context) => {
    order.push(context.accountId);
    return context.accountId === BUSY ? busy(context) : done;
  });
  const ports = { ...world.ports, accountWorkers: SHARE };
  return {
    ...world,
    order,
    run: (messages: readonly JobMessage[]) => runBatch(receive(messages), ports),
    async jobs(account: string, count: number): Promise<readonly JobMessage[]> {
      const made: JobMessage[] = [];
      for (let n = 0; n < count; n += 1) made.push(await world.addJob(await world.addCredential(account), account));
      return made;
    },
  };
}

/** The end of every job's log, and whether a message of the job is in a queue. */
async function fates(world: ReturnType<typeof worldOf>, messages: readonly JobMessage[]) {
  const underway = new Set(world.sent.map(({ message }) => message.job_id));
  return Promise.all(
    messages.map(async ({ job_id: id }) => {
      const { status, attempt_count, postponed } = await world.job(id);
      return { status, attempts: attempt_count, sent: underway.has(id), because: postponed?.because ?? null };
    }),
  );
}

describe('an account whose mail servers never complete an answer', () => {
  it("uses at most its share of workers, and another account's job runs although it has work queued", async () => {
    const world = worldOf((context) => drips(context));
    const busy = await world.jobs(BUSY, 60);
    const [quiet] = await world.jobs(QUIET, 1);
    if (quiet === undefined) throw new Error('no job');
    // Four environments receive the messages that are available at one time.
    const first = [0, 1, 2, 3].map((n) => world.run(busy.slice(n * 10, n * 10 + 10)));
    await vi.waitFor(() => expect(world.order).toHaveLength(40));
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    let free = 0;
    for (const run of first) void run.then(() => (free += 1));
    await vi.waitFor(() => expect(free).toBe(2));

    // For the other jobs the share is used up.
    expect(await world.run(busy.slice(40, 50))).toEqual({ batchItemFailures: [] });
    expect(await world.run([...busy.slice(50), quiet])).toEqual({ batchItemFailures: [] });
    expect(world.order.filter((account) => account === BUSY)).toHaveLength(40);
    expect(await world.job(quiet.job_id)).toMatchObject({ status: 'succeeded' });

    const seen = await fates(world, busy);
    expect(seen.filter(({ status }) => status === 'running')).toHaveLength(20);
    const cut = seen.filter(({ because }) => because === 'account_share');
    expect(cut).toHaveLength(20);
    expect(cut.every(({ status }) => status === 'queued')).toBe(true);
    const untouched = seen.filter(({ attempts }) => attempts === 0);
    expect(untouched).toHaveLength(20);
    expect(untouched.every(({ status, sent }) => status === 'queued' && sent)).toBe(true);
  });

  it('gets its messages sent again, each time later, and none counts as failed', async () => {
    const world = worldOf((context) => drips(context));
    const busy = await world.jobs(BUSY, 3);
    for (const each of busy.slice(0, SHARE)) {
      void world.run([each]);
      await vi.waitFor(() => expect(world.order.length).toBe(busy.indexOf(each) + 1));
      await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    }
    let message = busy[2];
    const delays: number[] = [];
    for (let n = 0; n < 7 && message !== undefined; n += 1) {
      expect(await world.run([message])).toEqual({ batchItemFailures: [] });
      const last = world.sent.at(-1);
      delays.push(last?.delayMs ?? 0);
      message = last?.message;
    }
    expect(delays).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]);
    expect(await world.events(busy[2]?.job_id ?? '')).toEqual(['JobRequested']);
  });

  it('leaves a message in the queue if the queue refuses the new one', async () => {
    const world = worldOf((context) => drips(context));
    const [one, two, three] = await world.jobs(BUSY, 3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('no jobs');
    for (const each of [one, two]) {
      void world.run([each]);
      await vi.waitFor(() => expect(world.order.length).toBe(each === one ? 1 : 2));
      await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    }
    const queue: WorkQueue = { send: async (all) => all.map(({ message }) => message) };
    const answer = await runBatch(receive([three]), { ...world.ports, accountWorkers: SHARE, queue });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: three.job_id }] });
  });
});

describe('an attempt beyond the share of its account', () => {
  /** Two long-running workers, and a third one that began with them. */
  async function three(third: (context: ActionContext) => Promise<AttemptOutcome>) {
    const jobs: JobMessage[] = [];
    const world = worldOf((context) => (context.jobId === jobs[2]?.job_id ? third(context) : drips(context)));
    jobs.push(...(await world.jobs(BUSY, 3)));
    const runs: Promise<unknown>[] = [];
    for (const job of jobs) {
      runs.push(world.run([job]));
      await vi.waitFor(() => expect(world.order).toHaveLength(runs.length));
    }
    return { world, id: jobs[2]?.job_id ?? '', last: runs[2] };
  }

  it('continues later from its checkpoint, when it stops by itself', async () => {
    const { world, id, last } = await three(async (context) => {
      await vi.waitFor(() => expect(context.remainingMs()).toBe(0));
      return { kind: 'yielded', checkpoint: { at: 7 } };
    });
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    await last;
    expect(await world.job(id)).toMatchObject({
      status: 'queued',
      checkpoint: { at: 7 },
      postponed: { because: 'account_share' },
    });
    expect(await world.events(id)).toEqual(['JobRequested', 'AttemptStarted', 'JobPostponed']);
  });

  it('is not cut during a mutating command, and sends no further one after it', async () => {
    const gate = Promise.withResolvers<void>();
    const { world, id, last } = await three(async (context) => {
      await context.mutate(async () => {
        await gate.promise;
        expect(context.signal.aborted).toBe(false);
      });
      await context.mutate(async () => {
        throw new Error('a second command was sent');
      });
      return done;
    });
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    gate.resolve();
    await last;
    expect(await world.job(id)).toMatchObject({ status: 'queued', postponed: { because: 'account_share' } });
    expect(world.order).toHaveLength(3);
  });

  it('keeps its result when it ends at that moment', async () => {
    const { world, id, last } = await three(async (context) => {
      await vi.waitFor(() => expect(context.remainingMs()).toBe(0));
      return done;
    });
    await vi.advanceTimersByTimeAsync(UNCOUNTED_MS);
    await last;
    expect(await world.job(id)).toMatchObject({ status: 'succeeded' });
  });
});
