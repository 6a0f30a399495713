import type { ScheduleRun } from '../domain/schedule/run.ts';
import type { NewEvent } from './event-log.ts';

export type RunEntry = {
  readonly taskId: string;
  readonly run: ScheduleRun;
  /** Due time of the run that it takes the place of, exactly; null: there is none. */
  readonly replaces: string | null;
  /** ms since the epoch: from then on nobody needs it. */
  readonly until: number;
};

/** A run with its job, which is made only while the task is still at this version. */
export type Firing = RunEntry & { readonly taskVersion: number; readonly job: NewEvent };

export interface ScheduleRuns {
  /** By task id; tasks that never ran are missing from the map. */
  read(taskIds: readonly string[]): Promise<ReadonlyMap<string, ScheduleRun>>;
  /** False when another run is there than the one to be replaced. */
  record(entry: RunEntry): Promise<boolean>;
  /** Stores the run and the first event of its job, both or neither. False when anything it rests on has changed. */
  fire(firing: Firing): Promise<boolean>;
}
