import * as z from 'zod';
import { type Task, taskStatus } from '../../domain/task/task.ts';

export const taskResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_type: z.string(),
  target_credential_id: z.string(),
  payload: z.record(z.string(), z.unknown()),
  priority: z.int(),
  labels: z.array(z.string()),
  schedule: z.null(),
  status: z.enum(['idle', 'active', 'succeeded', 'failed', 'suspended']),
  last_job_id: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type TaskResource = z.infer<typeof taskResource>;

/** The task as the API shows it; its status follows its last job. */
export function toTaskResource(task: Task, lastJobStatus: string | null): TaskResource {
  return { ...task, schedule: null, status: taskStatus(lastJobStatus) };
}
