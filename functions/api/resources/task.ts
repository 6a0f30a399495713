import * as z from 'zod';
import { TASK_STATUSES, type Task, taskSchema, taskStatus } from '../../domain/task/task.ts';

export const taskResource = taskSchema.extend({
  schedule: z.null(),
  status: z.enum(TASK_STATUSES),
});
export type TaskResource = z.infer<typeof taskResource>;

/** The task as the API shows it. */
export function toTaskResource(task: Task, lastJobStatus: string | null, hasCredential: boolean): TaskResource {
  return { ...task, schedule: null, status: taskStatus(lastJobStatus, hasCredential) };
}
