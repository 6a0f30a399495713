import type { MakeJobsPorts } from '../deliveries/make-jobs.ts';
import type { Job } from '../domain/job/job.ts';
import type { Backlog, Waiting } from '../ports/backlog.ts';
import type { BulkQueue } from '../ports/bulk-queue.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import type { ScheduleRuns } from '../ports/schedule-runs.ts';
import type { SweepLaps } from '../ports/sweep-laps.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import type { Failures } from './walk.ts';

export type SweepPorts = MakeJobsPorts & {
  readonly runs: ScheduleRuns;
  readonly log: EventLog;
  readonly views: Views;
  readonly leases: Leases;
  readonly laps: SweepLaps;
  readonly queue: WorkQueue;
  readonly backlog: Backlog;
  readonly bulks: BulkQueue;
  /** How far apart sweeps are, ms. */
  readonly everyMs: number;
  /** Waits for what is about to be due in this very sweep. */
  wait(ms: number): Promise<void>;
  /** Entries of one partition, due for long, that a sweep looks at. */
  readonly most: number;
  /** Milliseconds left for this sweep; what it does not reach the next one does. */
  remainingMs(): number;
};

export type SweepResult = {
  examined: number;
  released: number;
  resent: number;
  rescued: number;
  /** Jobs failed because their credential has held them for a day. */
  givenUp: number;
  /** Jobs failed because their credential is of another account. */
  refused: number;
  probed: number;
  bulksResumed: number;
  /** Deliveries that had been left without a job. */
  delivered: number;
  /** Webhook endpoints that fell silent. */
  silenced: number;
  /** Runs of scheduled tasks. */
  fired: number;
  skipped: number;
  suspended: number;
  complete: boolean;
};

/** A lost job whose rescue must wait until `at` (ms). */
export type Rescue = { readonly job: Job; readonly at: number };

/** One sweep: what it may use, and what has come of it so far. */
export type Sweep = SweepPorts & {
  readonly result: SweepResult;
  readonly failures: Failures;
  /** Messages in the queues when the sweep began; none where they could not be counted. */
  readonly waiting: Waiting;
  /** Rescues for the end of this sweep. */
  readonly soon: Rescue[];
};
