import { foldTask, type Task } from '../domain/task/task.ts';
import { TASK_PROJECTION } from '../domain/views/task-view.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';

export type LoadTaskPorts = { readonly log: EventLog; readonly views: Pick<Views, 'get'> };

/**
 * The task as its log has it now. Each trigger is an event of it, so the view is the snapshot: of a log of thousands of
 * triggers only what came after it is read.
 */
export async function loadTask(taskId: string, { log, views }: LoadTaskPorts): Promise<Task | null> {
  const row = (await views.get([taskId], { consistent: false })).get(taskId);
  const snapshot = row === undefined ? null : TASK_PROJECTION.fromRow(row);
  return foldTask(await log.read(taskId, snapshot?.version ?? 0), snapshot);
}
