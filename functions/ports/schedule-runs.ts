import type { ScheduleRun, TaskRuns, Trigger } from '../domain/schedule/run.ts';
import type { NewEvent } from './event-log.ts';

export type RunEntry = {
  readonly taskId: string;
  readonly run: ScheduleRun;
  /** Due time of the run that it takes the place of, exactly; null: there is none. */
  readonly replaces: string | null;
  /** The last trigger that the decision saw, exactly; null: there was none. It stays as it is. */
  readonly trigger: Trigger | null;
  /** ms since the epoch: from then on nobody needs it. */
  readonly until: number;
};

/** A run with its job, which is made only while the task is still at this version. */
export type Firing = RunEntry & { readonly taskVersion: number; readonly job: NewEvent };

export interface ScheduleRuns {
  /** By task id; tasks that never ran are missing from the map. */
  read(taskIds: readonly string[], options: { readonly consistent: boolean }): Promise<ReadonlyMap<string, TaskRuns>>;
  /** Notes the trigger unless a later one is noted. Triggers at the same time do not conflict. */
  noteTrigger(taskId: string, trigger: Trigger): Promise<void>;
  /** False when another run is there than the one to be replaced, or another trigger than the decision saw. */
  record(entry: RunEntry): Promise<boolean>;
  /** Stores the run and the first event of its job, both or neither. False when anything it rests on has changed. */
  fire(firing: Firing): Promise<boolean>;
}
