import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

export const taskEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'TaskCreated',
    z.strictObject({
      task_type: z.string(),
      target_credential_id: z.string(),
      payload: z.record(z.string(), z.unknown()),
      priority: z.int(),
      labels: z.array(z.string()),
    }),
  ),
  eventShape('TaskTriggered', z.strictObject({ job_id: z.string(), reason: z.string().nullable() })),
]);

export type TaskEvent = z.infer<typeof taskEventSchema>;
export type RecordedTaskEvent = Recorded<TaskEvent>;
export const recordedTaskEventSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), taskEventSchema);

/** Somebody's intent: what to do with which mailbox. Making one runs nothing; a trigger makes a job of it. */
export const taskSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_type: z.string(),
  target_credential_id: z.string(),
  payload: z.record(z.string(), z.unknown()),
  priority: z.int(),
  labels: z.array(z.string()),
  last_job_id: z.string().nullable().default(null),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type Task = Readonly<z.infer<typeof taskSchema>>;

export function evolveTask(state: Task | null, event: RecordedTaskEvent): Task | null {
  if (state === null) {
    if (event.type !== 'TaskCreated') return null;
    return {
      id: event.stream_id,
      account_id: event.account_id,
      ...event.data,
      last_job_id: null,
      created_at: event.at,
      updated_at: event.at,
      version: event.version,
    };
  }
  if (event.type !== 'TaskTriggered') return state;
  return { ...state, last_job_id: event.data.job_id, updated_at: event.at, version: event.version };
}

export const TASK_STATUSES = ['idle', 'active', 'succeeded', 'failed', 'suspended'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** A task's status follows its last job; without its credential it can run no more. */
export function taskStatus(lastJobStatus: string | null, hasCredential: boolean): TaskStatus {
  if (!hasCredential) return 'suspended';
  if (lastJobStatus === null || lastJobStatus === 'resolved') return 'idle';
  if (lastJobStatus === 'succeeded' || lastJobStatus === 'failed') return lastJobStatus;
  return 'active';
}

export const TASK_HISTORY = { schema: recordedTaskEventSchema, types: typeNames(taskEventSchema), evolve: evolveTask };

export function foldTask(envelopes: readonly Envelope[]): Task | null {
  return foldEnvelopes(TASK_HISTORY, envelopes);
}
