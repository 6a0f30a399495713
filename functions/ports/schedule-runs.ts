import type { ScheduleRun } from '../domain/schedule/run.ts';

export interface ScheduleRuns {
  /** By task id; tasks that never ran are missing from the map. */
  read(taskIds: readonly string[]): Promise<ReadonlyMap<string, ScheduleRun>>;
  /** Stores a run in the place of exactly the one due at `replaces` (null: of none); false when another is there. */
  record(taskId: string, run: ScheduleRun, replaces: string | null): Promise<boolean>;
}
