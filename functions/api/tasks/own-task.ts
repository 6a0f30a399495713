import type { Task } from '../../domain/task/task.ts';
import { type LoadTaskPorts, loadTask } from '../../streams/load-task.ts';
import { owned } from '../own.ts';

/** Throws Problem not_found. Apart from what else the caller owns: a task comes with a calendar. */
export const ownTask = async (ports: LoadTaskPorts, taskId: string, accounts: readonly string[]): Promise<Task> =>
  owned(await loadTask(taskId, ports), accounts);
