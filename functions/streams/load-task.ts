import { foldTask, type Task } from '../domain/task/task.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { fromViews } from './current.ts';

export type LoadTaskPorts = { readonly log: EventLog; readonly views: Pick<Views, 'get'> };

/** The task as its log has it now, read from its view row on: earlier releases wrote each trigger into its stream. */
export async function loadTask(taskId: string, { log, views }: LoadTaskPorts): Promise<Task | null> {
  return foldTask(await fromViews(log, views).current(taskId));
}
