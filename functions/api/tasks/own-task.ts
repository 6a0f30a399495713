import { foldTask, type Task } from '../../domain/task/task.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { own } from '../own.ts';

/** Throws Problem not_found. In a file of its own, because the task's code loads a calendar that others do not need. */
export const ownTask = (log: EventLog, taskId: string, accounts: readonly string[]): Promise<Task> =>
  own(log, taskId, accounts, foldTask);
