import { foldTask, type Task } from '../../domain/task/task.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { own } from '../own.ts';

/** Throws Problem not_found. Apart from what else the caller owns: a task comes with a calendar. */
export const ownTask = (log: EventLog, taskId: string, accounts: readonly string[]): Promise<Task> =>
  own(log, taskId, accounts, foldTask);
