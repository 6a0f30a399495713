import { latestDue, nextDue } from '../schedule/schedule.ts';
import { activeSchedule, TASK_HISTORY, type Task } from '../task/task.ts';
import { scheduledTasks, tasksOf, usersOfCredential } from './keys.ts';
import { tombstone, type ViewRow, withoutNulls } from './row.ts';
import { STORED_TASK } from './stored-task.ts';

export function taskRow(task: Task): ViewRow {
  if (task.deleted) return tombstone(task.id, task.version, task.updated_at);
  const active = activeSchedule(task);
  const due = active === null ? null : checkedFrom(task, active);
  return {
    id: task.id,
    v: task.version,
    f: STORED_TASK.fold,
    b: withoutNulls(task),
    ga: tasksOf(task.account_id),
    s: `${task.created_at}#${task.id}`,
    ...(active === null ? {} : { gc: usersOfCredential(task.account_id, task.target_credential_id) }),
    ...(due === null ? {} : { go: scheduledTasks(task.id), od: `${new Date(due).toISOString()}#${task.id}` }),
  };
}

/**
 * When the sweeper must check the task next, in ms. Runs are not in the task's log; the sweeper moves this time on.
 * Only the sweeper knows whether a due time before the task's last event was processed, so after an event it checks
 * the last due time again: a later time might skip a run.
 */
function checkedFrom(
  { id, updated_at: updatedAt }: Task,
  { schedule, since }: NonNullable<ReturnType<typeof activeSchedule>>,
): number | null {
  return latestDue(schedule, id, since, Date.parse(updatedAt)) ?? nextDue(schedule, id, since);
}

export const TASK_PROJECTION = {
  history: TASK_HISTORY,
  ...STORED_TASK,
  toRow: taskRow,
};
