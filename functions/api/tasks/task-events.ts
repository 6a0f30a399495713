import type { Actor } from '../../domain/event/event.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Task } from '../../domain/task/task.ts';
import type { NewEvent } from '../../ports/event-log.ts';
import { jobOfTask, requestJob } from '../../streams/request-job.ts';
import { type CommandKey, keyOf } from '../idempotency.ts';
import { assertMayCause } from '../message-payload.ts';

/** The person who creates a task, and the request. */
export type Author = {
  readonly accountId: string;
  readonly actor: Actor;
  readonly role: Role;
  readonly at: string;
  readonly requestId: string;
};

const originOf = ({ role: _, ...author }: Author, key: CommandKey | null) => ({
  ...author,
  ...keyOf(key),
});

/**
 * The event that makes a job of a task: the only event of a trigger. It is in the audit, with task, actor and reason.
 * Throws Problem role_forbidden if the author may not order the job's work.
 */
export function triggerEvent(
  task: Task,
  generation: number,
  jobId: string,
  author: Author,
  key: CommandKey | null,
  reason: string | null,
): NewEvent {
  assertMayCause(author.role, { action: task.task_type, payload: task.payload });
  const wanted = { ...jobOfTask(task, generation, 'task'), ...(reason === null ? {} : { reason }) };
  return requestJob(jobId, wanted, { ...originOf(author, key), audited: true });
}

/** The fields that the creator of a task chooses. */
export type TaskDraft = Pick<
  Task,
  'task_type' | 'target_credential_id' | 'payload' | 'priority' | 'labels' | 'schedule'
>;

/** The first event of a task. Throws Problem role_forbidden if the author may not order the task's work. */
export function createTaskEvent(taskId: string, draft: TaskDraft, author: Author, key: CommandKey | null): NewEvent {
  assertMayCause(author.role, { action: draft.task_type, payload: draft.payload });
  return {
    ...originOf(author, key),
    streamId: taskId,
    version: 1,
    event: { type: 'TaskCreated', data: draft },
    audited: true,
  };
}
