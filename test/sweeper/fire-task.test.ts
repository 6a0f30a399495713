import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { userActor } from '../../functions/domain/event/actors.ts';
import type { DomainEvent } from '../../functions/domain/event/event.ts';
import type { FailureCode } from '../../functions/domain/failure/catalogue.ts';
import { categoryOf } from '../../functions/domain/failure/catalogue.ts';
import { foldJob } from '../../functions/domain/job/history.ts';
import { isTerminal } from '../../functions/domain/job/job.ts';
import { nextDue } from '../../functions/domain/schedule/schedule.ts';
import { foldTask } from '../../functions/domain/task/task.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import type { ScheduleRuns } from '../../functions/ports/schedule-runs.ts';
import { projectOnce } from '../../functions/projector/project.ts';
import { requestJob } from '../../functions/streams/request-job.ts';
import { fireTask } from '../../functions/sweeper/duties/fire-task.ts';
import { memoryEventLog, memoryViews } from '../fixtures/in-memory.ts';
import { memoryRuns } from '../fixtures/in-memory-runs.ts';

const T0 = Date.parse('2026-03-28T23:00:00Z');
const MINUTE = 60_000;
const TASK = ids.derive('tsk', ['task']);
const CREDENTIAL = ids.derive('pc', ['credential']);
const SCHEDULE = { every: '5m' };
class Killed extends Error {}

/** A task on a schedule, with a clock to be moved and sweepers that may be killed before or after each append. */
async function world(payload: Readonly<Record<string, unknown>> = { folder: 'Sent' }) {
  const log = memoryEventLog();
  const runs = memoryRuns(log);
  const clock = { now: T0 };
  const kill = { at: Number.POSITIVE_INFINITY, steps: 0 };
  const step = (): void => {
    kill.steps += 1;
    if (kill.steps === kill.at) throw new Killed();
  };
  /** Called before each write except the test's own. */
  const gate = { pass: async (): Promise<void> => {} };
  async function mortal<Result>(write: () => Promise<Result>): Promise<Result> {
    await gate.pass();
    step();
    const result = await write();
    step();
    return result;
  }
  const mortalLog: EventLog = { ...log, append: (events) => mortal(() => log.append(events)) };
  const mortalRuns: ScheduleRuns = { ...runs, fire: (firing) => mortal(() => runs.fire(firing)) };
  const put = async (streamId: string, event: DomainEvent): Promise<void> => {
    const version = (await log.read(streamId)).length + 1;
    const at = new Date(clock.now).toISOString();
    await log.append([{ streamId, version, accountId: 'acc_1', actor: { kind: 'user', id: 'u' }, at, event }]);
  };
  await put(CREDENTIAL, { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } });
  await put(TASK, {
    type: 'TaskCreated',
    data: {
      task_type: 'imap_sync_messages',
      target_credential_id: CREDENTIAL,
      payload,
      priority: 0,
      labels: [],
      schedule: SCHEDULE,
    },
  });
  const views = memoryViews();
  const ports = { log: mortalLog, views, ids, runs: mortalRuns, now: () => clock.now };
  const jobs = async () => {
    const made = new Set(log.all.filter(({ type }) => type === 'JobRequested').map(({ stream_id: id }) => id));
    return Promise.all([...made].map(async (id) => foldJob(await log.read(id))));
  };
  const live = async () => (await jobs()).filter((job) => job !== null && !isTerminal(job.status));
  return {
    log,
    runs,
    views,
    ports,
    clock,
    kill,
    gate,
    put,
    /** A job that a person's trigger of the task made. */
    async trigger() {
      const id = ids.next('job');
      const source = { kind: 'task', id: TASK } as const;
      const wanted = { action: 'imap_sync_messages', payload, credential_id: CREDENTIAL, generation: 1, source };
      const origin = { accountId: 'acc_1', actor: userActor('u'), at: new Date(clock.now).toISOString() };
      await runs.noteTrigger(TASK, { job_id: id, at: origin.at });
      await log.append([requestJob(id, { ...wanted, task_id: TASK }, origin)]);
      return id;
    },
    jobs,
    live,
    project: () => projectOnce(log.all, { log, views, pause: async () => {} }),
    fire: () => fireTask(TASK, ports),
    /** Two sweepers at once. */
    async fireTwice() {
      for (const result of await Promise.allSettled([fireTask(TASK, ports), fireTask(TASK, ports)]))
        if (result.status === 'rejected' && !(result.reason instanceof Killed)) throw result.reason;
    },
    async end(code: FailureCode | null, only?: string) {
      for (const job of await live()) {
        if (job === null || (only !== undefined && job.id !== only)) continue;
        await put(job.id, { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } });
        const category = code === null ? null : categoryOf(code);
        const failed = { code, category, detail: '', retry_at: null, outcome_unknown: false };
        if (code === null) await put(job.id, { type: 'AttemptSucceeded', data: { result: {} } });
        else await put(job.id, { type: 'AttemptFailed', data: failed });
      }
    },
    task: async () => foldTask(await log.read(TASK)),
  };
}

const dueAfter = (at: number): number => nextDue(SCHEDULE, TASK, at) ?? 0;

describe('a scheduled task', () => {
  it('makes one job per due time and never has two open, with crashes, two sweepers and a jumping clock', async () => {
    const stepOf = fc.record({
      ahead: fc.oneof(fc.integer({ min: -3 * MINUTE, max: 7 * MINUTE }), fc.constantFrom(3_600_000, -3_600_000)),
      ends: fc.boolean(),
      kill: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
      loses: fc.boolean(),
      triggers: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(stepOf, { minLength: 1, maxLength: 40 }), async (steps) => {
        const { clock, kill, runs, fireTwice, live, end, jobs, project, trigger } = await world();
        const scheduled = (all: Awaited<ReturnType<typeof jobs>>) =>
          all.filter((job) => job?.source?.kind === 'schedule');
        for (const { ahead, ends, kill: at, loses, triggers } of steps) {
          clock.now = Math.max(T0, clock.now + ahead);
          if (triggers) await trigger();
          const alive = await live();
          const before = scheduled(await jobs());
          kill.steps = 0;
          kill.at = at ?? Number.POSITIVE_INFINITY;
          await fireTwice();
          await project();
          if (loses) runs.rows.clear();
          expect(scheduled(await live()).length).toBeLessThanOrEqual(1);
          if (alive.length > 0) expect(scheduled(await jobs())).toHaveLength(before.length);
          if (ends) await end(null);
        }
        const due = new Set<number>();
        for (let time = dueAfter(T0); time <= T0 + 40 * 3_600_000; time = dueAfter(time)) due.add(time);
        const named = new Set(
          [...due].map((time) => ids.derive('job', ['schedule', TASK, new Date(time).toISOString()])),
        );
        for (const job of scheduled(await jobs())) expect(named).toContain(job?.id);
      }),
      { numRuns: 150 },
    );
  });

  it('runs once after an outage, for the last due time', async () => {
    const { clock, fire, jobs, end } = await world();
    clock.now = T0 + 24 * 3_600_000;
    expect(await fire()).toBe('fired');
    await end(null);
    expect(await fire()).toBe('nothing');
    expect(await jobs()).toHaveLength(1);
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('fired');
  });

  it('skips a run while its job is open, and counts the skip once', async () => {
    const { clock, fire, runs, end } = await world();
    clock.now = dueAfter(T0);
    expect(await fire()).toBe('fired');
    for (const skipped of [1, 2]) {
      clock.now = dueAfter(clock.now);
      expect([await fire(), await fire()]).toEqual(['skipped', 'nothing']);
      expect(runs.rows.get(TASK)?.run?.skipped).toBe(skipped);
    }
    await end(null);
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('fired');
  });

  /** A sweeper that stops after its decision, until it may continue. */
  async function stalled({ gate, fire }: Awaited<ReturnType<typeof world>>) {
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    gate.pass = () => {
      gate.pass = async () => {};
      reached.resolve();
      return goOn.promise;
    };
    const ended = fire();
    await reached.promise;
    return async () => {
      goOn.resolve();
      return ended;
    };
  }

  it('has one open job when a sweeper stalls past the next due time', async () => {
    const all = await world();
    all.clock.now = dueAfter(T0);
    const late = await stalled(all);
    all.clock.now = dueAfter(all.clock.now);
    expect(await all.fire()).toBe('fired');
    expect(await late()).toBe('nothing');
    expect(await all.live()).toHaveLength(1);
  });

  it('makes no second job when it is triggered while a sweeper decides', async () => {
    const all = await world();
    all.clock.now = dueAfter(T0);
    const late = await stalled(all);
    await all.trigger();
    expect(await late()).toBe('skipped');
    expect(await all.live()).toHaveLength(1);
  });

  it('waits for the job of a trigger, at most as long as a request can last', async () => {
    const { clock, fire, runs, jobs } = await world();
    clock.now = dueAfter(T0);
    await runs.noteTrigger(TASK, { job_id: ids.next('job'), at: new Date(clock.now).toISOString() });
    expect(await fire()).toBe('nothing');
    clock.now += 29_000;
    expect(await fire()).toBe('nothing');
    expect(await jobs()).toEqual([]);
    clock.now += 1_000;
    expect(await fire()).toBe('fired');
  });

  it.each(['TaskPaused', 'TaskDeleted'])('makes no job after a %s while a sweeper decides', async (type) => {
    const all = await world();
    all.clock.now = dueAfter(T0);
    const late = await stalled(all);
    await all.put(TASK, { type, data: { reason: null } });
    expect(await late()).toBe('nothing');
    expect(await all.jobs()).toEqual([]);
  });

  it('is skipped while an older job is open: the first of two triggers, or a retried one', async () => {
    const { clock, fire, trigger, end, project, put, live } = await world();
    const first = await trigger();
    await end(null, await trigger());
    await project();
    clock.now = dueAfter(T0);
    expect(await fire()).toBe('skipped');
    await end(null, first);
    for (let run = 0; run < 2; run += 1) {
      clock.now = dueAfter(clock.now);
      expect(await fire()).toBe('fired');
      await end(null);
    }
    await put(first, { type: 'JobRetryRequested', data: { reason: null } });
    await project();
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('skipped');
    expect(await live()).toHaveLength(1);
  });

  it('is suspended by failures of its own runs alone, not by those of triggered jobs', async () => {
    const { clock, fire, trigger, end } = await world();
    const run = async () => {
      clock.now = dueAfter(clock.now);
      return fire();
    };
    const GONE = 'mailbox_not_found';
    const runAll = async (count: number) => {
      for (let at = 0; at < count; at += 1) {
        expect(await run()).toBe('fired');
        await end(GONE);
      }
    };
    await runAll(2);
    await trigger();
    expect(await run()).toBe('skipped');
    await end(GONE);
    await runAll(1);
    await trigger();
    expect(await run()).toBe('skipped');
    await end(null);
    expect(await run()).toBe('suspended');
  });

  it('restores the lost record of a run', async () => {
    const { clock, fire, runs, end, jobs } = await world();
    clock.now = dueAfter(T0);
    expect(await fire()).toBe('fired');
    await end(null);
    const made = runs.rows.get(TASK);
    runs.rows.clear();
    expect(await fire()).toBe('nothing');
    expect(runs.rows.get(TASK)).toEqual(made);
    expect(await jobs()).toHaveLength(1);
  });

  it('stays due when it becomes due during a sweep', async () => {
    const { clock, ports, project, views } = await world();
    await project();
    const due = dueAfter(T0);
    clock.now = due - 1;
    expect(await fireTask(TASK, { ...ports, now: () => clock.now++ })).toBe('nothing');
    expect(views.rows.get(TASK)?.od).toBe(`${new Date(due).toISOString()}#${TASK}`);
  });

  it('appends no event to its task', async () => {
    const { clock, fire, end, log } = await world();
    for (let run = 0; run < 5; run += 1) {
      clock.now = dueAfter(clock.now);
      await fire();
      await end(null);
    }
    expect(await log.read(TASK)).toHaveLength(1);
  });

  it('is suspended by three permanent failures in a row, and gets three more tries when resumed', async () => {
    const { clock, fire, end, put, task } = await world();
    const run = async (code: FailureCode | null) => {
      clock.now = dueAfter(clock.now);
      const fired = await fire();
      await end(code);
      return fired;
    };
    const runAll = async (codes: readonly (FailureCode | null)[]) => {
      const all = [];
      for (const code of codes) all.push(await run(code));
      return all;
    };
    const GONE = 'mailbox_not_found';
    expect(await runAll([GONE, GONE, null, GONE, GONE, 'provider_timeout', GONE, GONE, GONE])).toEqual(
      Array(9).fill('fired'),
    );
    expect(await run(null)).toBe('suspended');
    expect((await task())?.suspended?.code).toBe(GONE);
    expect(await run(null)).toBe('nothing');
    await put(TASK, { type: 'TaskResumed', data: { reason: null } });
    expect(await runAll([GONE, GONE, GONE])).toEqual(Array(3).fill('fired'));
    expect(await run(null)).toBe('suspended');
  });

  it('of all folders is not suspended by failures of single folders', async () => {
    const { clock, fire, end, task } = await world({ folder: null });
    for (let run = 0; run < 8; run += 1) {
      clock.now = dueAfter(clock.now);
      expect(await fire()).toBe('fired');
      await end((['mailbox_not_found', 'permission_denied', 'mailbox_not_selectable'] as const)[run % 3] ?? null);
    }
    expect((await task())?.suspended).toBeNull();
  });

  it.each(['auth_failed', 'imap_disabled', 'tls_error', 'credential_not_found'] as const)(
    'of all folders is suspended by a failure of the whole credential: %s',
    async (code) => {
      const { clock, fire, end } = await world({ folder: null });
      for (let run = 0; run < 3; run += 1) {
        clock.now = dueAfter(clock.now);
        expect(await fire()).toBe('fired');
        await end(code);
      }
      clock.now = dueAfter(clock.now);
      expect(await fire()).toBe('suspended');
    },
  );

  it('is skipped while its credential is parked, stopped while it is paused, and suspended when it is deleted', async () => {
    const { clock, fire, put, task, end } = await world();
    const refused = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
    await put(CREDENTIAL, { type: 'CredentialRefused', data: refused });
    await put(CREDENTIAL, { type: 'CredentialRefused', data: refused });
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('skipped');
    await put(CREDENTIAL, { type: 'CredentialVerified', data: { by: 'test' } });
    await put(TASK, { type: 'TaskPaused', data: { reason: null } });
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('nothing');
    await put(TASK, { type: 'TaskResumed', data: { reason: null } });
    expect(await fire()).toBe('nothing');
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('fired');
    await end(null);
    await put(CREDENTIAL, { type: 'CredentialDeleted', data: { force: true } });
    clock.now = dueAfter(clock.now);
    expect(await fire()).toBe('suspended');
    expect((await task())?.suspended?.code).toBe('credential_not_found');
  });
});
