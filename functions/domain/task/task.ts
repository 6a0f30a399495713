/**
 * A task: the work that a person ordered for a mailbox. Creating a task runs nothing. A trigger makes a job of it, and
 * so does each due time of its schedule. Scheduled runs are not in its log: their job ids are derived from the task and
 * the due time. A schedule is off while the task is paused (by a person) or suspended (after failures that will not end
 * without a person).
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';
import { failureCode } from '../failure/schema.ts';
import { scheduleShape } from '../schedule/shape.ts';
import { canonicalJson } from '../text/canonical-json.ts';

const changeable = {
  payload: z.record(z.string(), z.unknown()),
  priority: z.int(),
  labels: z.array(z.string()),
  schedule: scheduleShape.nullable(),
};
const reason = z.string().nullable();

/** The last state of a deleted task, for the audit. It omits the payload, which may identify messages. */
const taskLastState = z.strictObject({
  task_type: z.string(),
  target_credential_id: z.string(),
  priority: changeable.priority,
  labels: changeable.labels,
  schedule: changeable.schedule,
  paused: z.boolean(),
  suspended: z.boolean(),
  created_at: z.iso.datetime(),
});
export type TaskLastState = z.infer<typeof taskLastState>;

export const taskEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'TaskCreated',
    z.strictObject({
      task_type: z.string(),
      target_credential_id: z.string(),
      ...changeable,
      /** Absent in events of releases that had no schedules. */
      schedule: changeable.schedule.default(null),
    }),
  ),
  /** Only read: earlier releases wrote each trigger here. */
  eventShape('TaskTriggered', z.strictObject({ job_id: z.string(), reason })),
  eventShape('TaskUpdated', z.strictObject({ changes: z.strictObject(changeable).partial() })),
  eventShape('TaskPaused', z.strictObject({ reason })),
  eventShape('TaskResumed', z.strictObject({ reason })),
  /** `failures`: how many runs in a row failed for this reason; 0 when the credential does not exist any more. */
  eventShape('TaskSuspended', z.strictObject({ code: failureCode, failures: z.int().nonnegative() })),
  /** `last_state` is absent in events of earlier releases. */
  eventShape('TaskDeleted', z.strictObject({ reason, last_state: taskLastState.optional() })),
]);

export type TaskEvent = z.infer<typeof taskEventSchema>;
export type RecordedTaskEvent = Recorded<TaskEvent>;
export const recordedTaskEventSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), taskEventSchema);

const instant = z.iso.datetime();

export const taskSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_type: z.string(),
  target_credential_id: z.string(),
  ...changeable,
  schedule: changeable.schedule.default(null),
  /** When its schedule was set or resumed: due times count from then. Kept when the schedule is removed. */
  scheduled_since: instant.nullable().default(null),
  paused: z.strictObject({ reason, at: instant }).nullable().default(null),
  suspended: z.strictObject({ code: failureCode, at: instant }).nullable().default(null),
  /** The job of the last trigger that is in its log. */
  last_job_id: z.string().nullable().default(null),
  last_job_at: instant.nullable().default(null),
  /** Number of updates so far; it is limited. */
  changes: z.int().default(0),
  deleted: z.boolean().default(false),
  created_at: instant,
  updated_at: instant,
  version: z.int(),
});
export type Task = Readonly<z.infer<typeof taskSchema>>;

export function evolveTask(state: Task | null, event: RecordedTaskEvent): Task | null {
  // Syncs request a task by a derived id: if it was deleted, it is created again.
  if (event.type === 'TaskCreated') return state === null || state.deleted ? created(event) : state;
  if (state === null || state.deleted) return state === null ? null : { ...state, version: event.version };
  const next = { ...state, updated_at: event.at, version: event.version };
  switch (event.type) {
    case 'TaskTriggered':
      return { ...next, last_job_id: event.data.job_id, last_job_at: event.at };
    case 'TaskUpdated': {
      const { changes } = event.data;
      return {
        ...next,
        changes: state.changes + 1,
        ...changes,
        ...(isRestarted(state, changes.schedule) ? begun(changes.schedule, event.at) : {}),
      };
    }
    case 'TaskPaused':
      return { ...next, paused: { reason: event.data.reason, at: event.at } };
    case 'TaskResumed':
      return isOff(state) ? { ...next, paused: null, ...begun(state.schedule, event.at) } : next;
    case 'TaskSuspended':
      return { ...next, suspended: { code: event.data.code, at: event.at } };
    case 'TaskDeleted':
      return { ...next, deleted: true };
  }
}

const since = (schedule: Task['schedule'], at: string) => ({ scheduled_since: schedule === null ? null : at });
const begun = (schedule: Task['schedule'], at: string) =>
  schedule === null ? { suspended: null } : { ...since(schedule, at), suspended: null };
const isOff = ({ paused, suspended }: Task): boolean => paused !== null || suspended !== null;

/** False for an active schedule that is set again without a change: its due times stay. */
function isRestarted(
  { schedule: old, suspended }: Task,
  schedule: Task['schedule'] | undefined,
): schedule is Task['schedule'] {
  if (schedule === undefined) return false;
  return suspended !== null || canonicalJson(old) !== canonicalJson(schedule);
}

function created(event: Extract<RecordedTaskEvent, { type: 'TaskCreated' }>): Task {
  return {
    id: event.stream_id,
    account_id: event.account_id,
    ...event.data,
    ...since(event.data.schedule, event.at),
    paused: null,
    suspended: null,
    last_job_id: null,
    last_job_at: null,
    changes: 0,
    deleted: false,
    created_at: event.at,
    updated_at: event.at,
    version: event.version,
  };
}

export const taskLastStateOf = (task: Task): TaskLastState => ({
  task_type: task.task_type,
  target_credential_id: task.target_credential_id,
  priority: task.priority,
  labels: task.labels,
  schedule: task.schedule,
  paused: task.paused !== null,
  suspended: task.suspended !== null,
  created_at: task.created_at,
});

/** The schedule that makes jobs now, and since when (ms); null if there is none, or it is off. */
export function activeSchedule({ schedule, scheduled_since: from, paused, suspended, deleted }: Task) {
  return schedule === null || from === null || paused !== null || suspended !== null || deleted
    ? null
    : { schedule, since: Date.parse(from) };
}

export const TASK_STATUSES = ['idle', 'active', 'succeeded', 'failed', 'suspended'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/**
 * A task's status follows its last job. It is `suspended` if its schedule is suspended or its credential does not
 * exist.
 */
export function taskStatus(task: Task, lastJobStatus: string | null, hasCredential: boolean): TaskStatus {
  if (!hasCredential || task.suspended !== null) return 'suspended';
  if (lastJobStatus === null || lastJobStatus === 'resolved') return 'idle';
  if (lastJobStatus === 'succeeded' || lastJobStatus === 'failed') return lastJobStatus;
  return 'active';
}

export const TASK_HISTORY = {
  schema: recordedTaskEventSchema,
  types: typeNames(taskEventSchema),
  evolve: evolveTask,
  state: taskSchema,
};

/** The task after its stored events, starting from a known state; null when there are none. */
export function foldTask(envelopes: readonly Envelope[], from: Task | null = null): Task | null {
  return foldEnvelopes(TASK_HISTORY, envelopes, from);
}
