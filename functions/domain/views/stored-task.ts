/** Reads a task's row. It is separate from writing one, which needs the cron library: most functions only read. */
import { type Task, taskSchema } from '../task/task.ts';
import type { ViewRow } from './row.ts';

export const STORED_TASK = {
  /** 2: counts changes. */
  fold: 2,
  /** Null for a tombstone. Throws a ZodError if the row is damaged. */
  fromRow: (row: ViewRow): Task | null => (row.b === undefined ? null : taskSchema.parse(row.b)),
};
