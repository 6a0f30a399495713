import type { JobEvent } from '../domain/job/events.ts';
import type { Task } from '../domain/task/task.ts';
import type { NewEvent } from '../ports/event-log.ts';

type Requested = Extract<JobEvent, { type: 'JobRequested' }>['data'];
type Needed = 'action' | 'payload' | 'credential_id' | 'generation' | 'source';

/** The data of a new job. Fields that are left out get their defaults. */
export type WantedJob = Pick<Requested, Needed> & Partial<Omit<Requested, Needed>>;

/** The first event of a job. */
export function requestJob(
  jobId: string,
  wanted: WantedJob,
  origin: Omit<NewEvent, 'streamId' | 'version' | 'credentialId' | 'urgent' | 'event'>,
): NewEvent {
  const data = { task_id: null, priority: 0, labels: [], run_at: null, max_attempts: null, ...wanted };
  return {
    ...origin,
    streamId: jobId,
    version: 1,
    credentialId: wanted.credential_id,
    ...(data.priority > 0 ? { urgent: true } : {}),
    event: { type: 'JobRequested', data },
  };
}

/** The job that a task requests. `generation`: the generation of the task's credential. */
export const jobOfTask = (task: Task, generation: number, kind: 'task' | 'schedule'): WantedJob => ({
  action: task.task_type,
  payload: task.payload,
  task_id: task.id,
  credential_id: task.target_credential_id,
  generation,
  priority: task.priority,
  labels: [...task.labels],
  source: { kind, id: task.id },
});
