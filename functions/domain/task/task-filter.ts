import * as z from 'zod';
import { actionName } from '../action/catalogue.ts';
import { credentialId } from '../ids/ids.ts';
import { inRange, mentions, oneOrMore, period, range, within, words } from '../search/values.ts';
import { TASK_STATUSES, type Task } from './task.ts';

/** Fields are AND-ed, the values of one field OR-ed. */
export const taskFilterSchema = z.strictObject({
  task_type: oneOrMore(actionName),
  target_credential_id: oneOrMore(credentialId),
  status: oneOrMore(z.enum(TASK_STATUSES)),
  label: oneOrMore(z.string().min(1).max(64)),
  scheduled: z.boolean().optional(),
  priority: range.optional(),
  created_at: period.optional(),
  q: words.optional(),
});
export type TaskFilter = z.output<typeof taskFilterSchema>;

/** Whether it matches but for the time of its creation, and its status, which the task alone does not tell. */
export function matchesTaskFilter(task: Task, filter: TaskFilter): boolean {
  return (
    within(filter.task_type, task.task_type) &&
    within(filter.target_credential_id, task.target_credential_id) &&
    (filter.scheduled === undefined || filter.scheduled === (task.schedule !== null)) &&
    (filter.label === undefined || filter.label.some((wanted) => task.labels.includes(wanted))) &&
    inRange(filter.priority, task.priority) &&
    (filter.q === undefined || mentions([task.id, task.task_type, task.target_credential_id, ...task.labels], filter.q))
  );
}
