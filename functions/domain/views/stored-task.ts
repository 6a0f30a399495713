/** Reading a task's row. Apart from writing it, which needs the calendar: most functions only read. */
import { type Task, taskSchema } from '../task/task.ts';
import type { ViewRow } from './row.ts';

export const STORED_TASK = {
  /** 2: counts changes. */
  fold: 2,
  /** Null for a tombstone. Throws a ZodError on a row that is damaged. */
  fromRow: (row: ViewRow): Task | null => (row.b === undefined ? null : taskSchema.parse(row.b)),
};
