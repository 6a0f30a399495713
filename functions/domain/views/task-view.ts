import { nextDue } from '../schedule/schedule.ts';
import { activeSchedule, TASK_HISTORY, type Task, taskSchema } from '../task/task.ts';
import { scheduledTasks, tasksOf, usersOfCredential } from './keys.ts';
import { tombstone, type ViewRow, withoutNulls } from './row.ts';

export function taskRow(task: Task): ViewRow {
  if (task.deleted) return tombstone(task.id, task.version, task.updated_at);
  const active = activeSchedule(task);
  // Runs are not in the task's log: the sweeper moves this on.
  const due = active === null ? null : nextDue(active.schedule, task.id, Date.parse(task.updated_at));
  return {
    id: task.id,
    v: task.version,
    b: withoutNulls(task),
    ga: tasksOf(task.account_id),
    s: `${task.created_at}#${task.id}`,
    ...(active === null ? {} : { gc: usersOfCredential(task.account_id, task.target_credential_id) }),
    ...(due === null ? {} : { go: scheduledTasks(task.id), od: `${new Date(due).toISOString()}#${task.id}` }),
  };
}

export const TASK_PROJECTION = {
  history: TASK_HISTORY,
  toRow: taskRow,
  fromRow: (row: ViewRow): Task | null => (row.b === undefined ? null : taskSchema.parse(row.b)),
};
