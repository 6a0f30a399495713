import type { JobEvent } from '../domain/job/events.ts';
import { foldJob } from '../domain/job/history.ts';
import type { Job } from '../domain/job/job.ts';
import type { Task } from '../domain/task/task.ts';
import type { NewEvent } from '../ports/event-log.ts';

type Requested = Extract<JobEvent, { type: 'JobRequested' }>['data'];
type Needed = 'action' | 'payload' | 'credential_id' | 'generation' | 'source';

/** What a job is to do; what is not said is as of a job that nobody gave a thought to. */
export type WantedJob = Pick<Requested, Needed> & Partial<Omit<Requested, Needed>>;

/** The job as it begins, from its first event before that is stored. */
export function beginningOf(requested: NewEvent): Job | null {
  const { streamId, version, accountId, actor, at, event } = requested;
  const envelope = { stream_id: streamId, version, schema: 1, account_id: accountId, actor, at, append_id: '' };
  return foldJob([{ ...envelope, ...event }]);
}

/** A job's first event. */
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

/** The job that a task asks for, of its credential as it is in this generation. */
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
