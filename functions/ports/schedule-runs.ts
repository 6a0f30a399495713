import type { ScheduleRun, TaskRuns, Trigger } from '../domain/schedule/run.ts';
import type { NewEvent } from './event-log.ts';

/** The run of a scheduled task, and the stored values that the decision was based on. */
export type RunEntry = {
  readonly taskId: string;
  readonly run: ScheduleRun;
  /** Due time of the run that it replaces, exactly; null: there is none. */
  readonly replaces: string | null;
  /** The last trigger that the decision was based on, exactly; null: there was none. It is not changed. */
  readonly trigger: Trigger | null;
  /** ms since the epoch: not needed after this time. */
  readonly until: number;
};

/** A run with its job, which is made only if the task is still at this version. */
export type Firing = RunEntry & { readonly taskVersion: number; readonly job: NewEvent };

/** The last runs and triggers of tasks. They are not in the log; losing them loses counts, never a run. */
export interface ScheduleRuns {
  /** By task id; tasks that never ran are missing from the map. */
  read(taskIds: readonly string[], options: { readonly consistent: boolean }): Promise<ReadonlyMap<string, TaskRuns>>;
  /** Stores the trigger unless a later one is stored. Simultaneous triggers do not conflict. */
  noteTrigger(taskId: string, trigger: Trigger): Promise<void>;
  /** False if the stored run or trigger is not the one that the decision was based on. */
  record(entry: RunEntry): Promise<boolean>;
  /**
   * Stores the run and the first event of its job, both or neither. False if the task, the run or the trigger has
   * changed.
   */
  fire(firing: Firing): Promise<boolean>;
}
