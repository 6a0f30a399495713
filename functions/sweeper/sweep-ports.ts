import type { MakeJobsPorts } from '../deliveries/make-jobs.ts';
import type { Job } from '../domain/job/job.ts';
import type { Backlog, Waiting } from '../ports/backlog.ts';
import type { BulkQueue } from '../ports/bulk-queue.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Leases } from '../ports/leases.ts';
import type { ScanCycleStore } from '../ports/scan-cycles.ts';
import type { ScheduleRuns } from '../ports/schedule-runs.ts';
import type { Views } from '../ports/views.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import type { Failures } from './walk.ts';

/** The ports of the sweeper. */
export type SweepPorts = MakeJobsPorts & {
  readonly runs: ScheduleRuns;
  readonly log: EventLog;
  readonly views: Views;
  readonly leases: Leases;
  readonly cycles: ScanCycleStore;
  readonly queue: WorkQueue;
  readonly backlog: Backlog;
  readonly bulks: BulkQueue;
  /** Time between two sweeps, ms. */
  readonly everyMs: number;
  /** Waits until a rescue of this sweep is due. */
  wait(ms: number): Promise<void>;
  /** Maximum number of older entries of one partition that a sweep checks. */
  readonly most: number;
  /** Milliseconds left for this sweep. Entries that it does not reach are left for the next one. */
  remainingMs(): number;
};

/** The counts of one sweep, as its log line shows them. */
export type SweepResult = {
  examined: number;
  released: number;
  resent: number;
  rescued: number;
  /** Jobs failed because their credential blocked them for a day. */
  givenUp: number;
  /** Jobs failed because their credential belongs to another account. */
  refused: number;
  probed: number;
  bulksResumed: number;
  /** Deliveries that had no job yet and now have one. */
  delivered: number;
  /** Webhook endpoints that became silent. */
  silenced: number;
  /** Started runs of scheduled tasks. */
  fired: number;
  skipped: number;
  suspended: number;
  complete: boolean;
};

/** A lost job whose rescue must wait until `at` (ms). */
export type Rescue = { readonly job: Job; readonly at: number };

/** One sweep: its ports, and its results so far. */
export type Sweep = SweepPorts & {
  readonly result: SweepResult;
  readonly failures: Failures;
  /** Messages in the queues when the sweep began; 0 if they could not be counted. */
  readonly waiting: Waiting;
  /** Rescues that are due before the end of this sweep. */
  readonly soon: Rescue[];
};
