import { describe, expect, it } from 'vitest';
import {
  activeSchedule,
  foldTask,
  type Task,
  type TaskEvent,
  taskStatus,
} from '../../../functions/domain/task/task.ts';
import { matchesTaskFilter, taskFilterSchema } from '../../../functions/domain/task/task-filter.ts';
import { taskRow } from '../../../functions/domain/views/task-view.ts';

const T0 = Date.parse('2026-11-01T00:00:00.000Z');
const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const ID = 'tsk_01jgx000000000000000000001';
const CREDENTIAL = 'pc_01jgx000000000000000000001';
const EVERY_5M = { every: '5m' };

type Created = Extract<TaskEvent, { type: 'TaskCreated' }>['data'];
const created = (more: Partial<Created> = {}): TaskEvent => ({
  type: 'TaskCreated',
  data: {
    task_type: 'imap_sync_messages',
    target_credential_id: CREDENTIAL,
    payload: { folder: null },
    priority: 0,
    labels: ['vip'],
    schedule: null,
    ...more,
  },
});
const updated = (changes: Extract<TaskEvent, { type: 'TaskUpdated' }>['data']['changes']): TaskEvent => ({
  type: 'TaskUpdated',
  data: { changes },
});
const paused: TaskEvent = { type: 'TaskPaused', data: { reason: 'holidays' } };
const resumed: TaskEvent = { type: 'TaskResumed', data: { reason: null } };
const suspended: TaskEvent = { type: 'TaskSuspended', data: { code: 'mailbox_not_found', failures: 3 } };
const deleted: TaskEvent = { type: 'TaskDeleted', data: { reason: null } };
const triggered: TaskEvent = { type: 'TaskTriggered', data: { job_id: 'job_1', reason: null } };

/** The task after these events, one a minute from T0. */
function taskAfter(...events: TaskEvent[]): Task {
  const task = foldTask(
    events.map((event, at) => ({
      stream_id: ID,
      version: at + 1,
      schema: 1,
      account_id: 'acc_one',
      at: iso(T0 + at * MINUTE),
      actor: { kind: 'user' as const, id: 'ann' },
      append_id: `append-${at}`,
      ...event,
    })),
  );
  if (task === null) throw new Error('no task');
  return task;
}

describe('a task', () => {
  it('begins with its request, and has not run', () => {
    expect(taskAfter(created())).toEqual({
      id: ID,
      account_id: 'acc_one',
      task_type: 'imap_sync_messages',
      target_credential_id: CREDENTIAL,
      payload: { folder: null },
      priority: 0,
      labels: ['vip'],
      schedule: null,
      scheduled_since: null,
      changes: 0,
      paused: null,
      suspended: null,
      last_job_id: null,
      last_job_at: null,
      deleted: false,
      created_at: iso(T0),
      updated_at: iso(T0),
      version: 1,
    });
  });

  it('stores the job of its last trigger', () => {
    expect(taskAfter(created(), triggered)).toMatchObject({
      last_job_id: 'job_1',
      last_job_at: iso(T0 + MINUTE),
      updated_at: iso(T0 + MINUTE),
      version: 2,
    });
  });

  it('is null before it was created, and unchanged when it is created twice', () => {
    const [, trigger] = [created(), triggered].map((event, at) => ({
      stream_id: ID,
      version: at + 1,
      schema: 1,
      account_id: 'acc_one',
      at: iso(T0),
      actor: { kind: 'user' as const, id: 'ann' },
      append_id: 'a',
      ...event,
    }));
    expect(foldTask(trigger === undefined ? [] : [trigger])).toBeNull();
    expect(taskAfter(created(), created({ priority: 5 })).priority).toBe(0);
  });

  it('stays deleted whatever event follows, except a creation under the same id', () => {
    const gone = taskAfter(created(), deleted, triggered);
    expect(gone).toMatchObject({ deleted: true, last_job_id: null, updated_at: iso(T0 + MINUTE), version: 3 });
    expect(taskAfter(created(), deleted, created({ priority: 5 }))).toMatchObject({ deleted: false, priority: 5 });
  });
});

describe('the schedule of a task', () => {
  const scheduled = created({ schedule: EVERY_5M });

  it('counts from when it was set', () => {
    expect(activeSchedule(taskAfter(scheduled))).toEqual({ schedule: EVERY_5M, since: T0 });
    expect(activeSchedule(taskAfter(created()))).toBeNull();
    expect(activeSchedule(taskAfter(created(), updated({ schedule: EVERY_5M })))).toEqual({
      schedule: EVERY_5M,
      since: T0 + MINUTE,
    });
  });

  it('counts from its change when another is given, and is unchanged when the same is given again', () => {
    expect(taskAfter(scheduled, updated({ schedule: { every: '1h' } })).scheduled_since).toBe(iso(T0 + MINUTE));
    expect(taskAfter(scheduled, updated({ schedule: { every: '5m' } })).scheduled_since).toBe(iso(T0));
    expect(taskAfter(scheduled, updated({ priority: 3 }))).toMatchObject({ scheduled_since: iso(T0), priority: 3 });
  });

  it('is off while the task is paused or suspended, or was deleted', () => {
    for (const off of [paused, suspended, deleted]) expect(activeSchedule(taskAfter(scheduled, off))).toBeNull();
    expect(taskAfter(scheduled, paused).paused).toEqual({ reason: 'holidays', at: iso(T0 + MINUTE) });
    expect(taskAfter(scheduled, suspended).suspended).toEqual({ code: 'mailbox_not_found', at: iso(T0 + MINUTE) });
  });

  it.each([
    ['paused', paused],
    ['suspended', suspended],
  ])('counts from when a %s task was resumed', (_, off) => {
    expect(activeSchedule(taskAfter(scheduled, off, resumed))).toEqual({
      schedule: EVERY_5M,
      since: T0 + 2 * MINUTE,
    });
  });

  it('is unchanged when a task is resumed that was not off', () => {
    expect(activeSchedule(taskAfter(scheduled, resumed))).toEqual({ schedule: EVERY_5M, since: T0 });
  });

  it('is on again when it is given to a suspended task, even unchanged', () => {
    expect(activeSchedule(taskAfter(scheduled, suspended, updated({ schedule: EVERY_5M })))).toEqual({
      schedule: EVERY_5M,
      since: T0 + 2 * MINUTE,
    });
    expect(activeSchedule(taskAfter(scheduled, suspended, updated({ priority: 1 })))).toBeNull();
  });

  it('keeps its start time when it is removed, as its runs may have made jobs', () => {
    const taken = taskAfter(scheduled, updated({ schedule: null }));
    expect(taken).toMatchObject({ schedule: null, scheduled_since: iso(T0) });
    expect(activeSchedule(taken)).toBeNull();
    expect(taskAfter(created(), suspended, updated({ schedule: null })).suspended).toBeNull();
  });
});

it.each([
  [null, true, 'idle'],
  ['resolved', true, 'idle'],
  ['succeeded', true, 'succeeded'],
  ['failed', true, 'failed'],
  ['queued', true, 'active'],
  ['running', true, 'active'],
  ['succeeded', false, 'suspended'],
] as const)('a task whose last job is %s (credential exists: %s) is %s', (lastJob, hasCredential, status) => {
  expect(taskStatus(taskAfter(created()), lastJob, hasCredential)).toBe(status);
  expect(taskStatus(taskAfter(created(), suspended), lastJob, hasCredential)).toBe('suspended');
});

describe('the filter of tasks', () => {
  const task = taskAfter(created({ priority: 3, labels: ['vip', 'eu'], schedule: EVERY_5M }));

  it.each([
    [{}],
    [{ task_type: 'imap_sync_messages' }],
    [{ target_credential_id: CREDENTIAL }],
    [{ label: ['other', 'eu'] }],
    [{ scheduled: true }],
    [{ priority: { gte: 3, lte: 3 } }],
    [{ q: 'VIP tsk_01' }],
    [{ q: CREDENTIAL }],
    [{ q: 'sync_messages' }],
  ])('finds a task that matches %j', (filter) => {
    expect(matchesTaskFilter(task, taskFilterSchema.parse(filter))).toBe(true);
  });

  it.each([
    [{ task_type: 'imap_set_flags' }],
    [{ target_credential_id: 'pc_01jgx000000000000000000002' }],
    [{ label: 'other' }],
    [{ scheduled: false }],
    [{ priority: { gte: 4 } }],
    [{ q: 'vip nowhere' }],
  ])('does not find a task that %j does not match', (filter) => {
    expect(matchesTaskFilter(task, taskFilterSchema.parse(filter))).toBe(false);
  });

  it('is refused with an empty or overlong label', () => {
    expect(taskFilterSchema.safeParse({ label: '' }).success).toBe(false);
    expect(taskFilterSchema.safeParse({ label: 'x'.repeat(64) }).success).toBe(true);
    expect(taskFilterSchema.safeParse({ label: 'x'.repeat(65) }).success).toBe(false);
    expect(taskFilterSchema.safeParse({ lable: 'vip' }).success).toBe(false);
  });
});

describe('the view row of a task', () => {
  it('is in the index of its account, and with a schedule in those of its credential and the sweeper', () => {
    const plain = taskRow(taskAfter(created()));
    expect(plain).toMatchObject({ id: ID, v: 1, ga: 'tsk#acc_one', s: `${iso(T0)}#${ID}` });
    expect(Object.keys(plain)).toEqual(['id', 'v', 'f', 'b', 'ga', 's']);
    const scheduled = taskRow(taskAfter(created({ schedule: EVERY_5M })));
    expect(scheduled.gc).toBe(`acc_one#${CREDENTIAL}#users`);
    expect(scheduled.go).toMatch(/^schedule#[0-3]$/);
    const due = Date.parse(scheduled.od?.split('#')[0] ?? '');
    expect(due).toBeGreaterThan(T0);
    expect(due).toBeLessThanOrEqual(T0 + 5 * MINUTE);
  });

  it('is due for the sweeper from the last due time before its last event, because that run may be missing', () => {
    const late = taskRow(
      taskAfter(created({ schedule: { every: '1m' } }), ...Array.from({ length: 5 }, () => triggered)),
    );
    const due = Date.parse(late.od?.split('#')[0] ?? '');
    expect(due).toBeGreaterThan(T0 + 4 * MINUTE);
    expect(due).toBeLessThanOrEqual(T0 + 5 * MINUTE);
  });

  it('is a tombstone for a week once the task is deleted', () => {
    expect(taskRow(taskAfter(created(), deleted))).toEqual({
      id: ID,
      v: 2,
      ttl: (T0 + MINUTE) / 1000 + 7 * 24 * 3600,
    });
  });
});
