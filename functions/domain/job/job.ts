import * as z from 'zod';
import { postponeReason } from '../attempt/outcome.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';

/** All statuses of a job; docs/job-lifecycle.md has the transitions. */
export const JOB_STATUSES = ['scheduled', 'queued', 'running', 'retrying', 'succeeded', 'failed', 'resolved'] as const;
export const jobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatus>;

const instant = z.iso.datetime();

/** The resource that made a job. */
export const jobSource = z.strictObject({ kind: z.enum(['task', 'webhook', 'schedule']), id: z.string() });

/** The command that ended a resolved job. Rows from before `cancel` existed have none: those jobs were resolved. */
export const resolutionKind = z.enum(['resolved', 'cancelled']);
export type ResolutionKind = z.infer<typeof resolutionKind>;

/** Stands for a plan that is not copied into the view row: only the stream has it. */
export const PLAN_IN_LOG = 'in_log';

/** A job folded from its events. Times are ISO-8601 UTC; null means "does not apply". */
export const jobSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_id: z.string().nullable(),
  credential_id: z.string(),
  /** The credential generation that the payload was made for. */
  generation: z.int(),
  action: z.string(),
  payload: z.record(z.string(), z.unknown()),
  status: jobStatus,
  deleted: z.boolean(),
  /** Who deleted it: retention depends on this. */
  deleted_by: z.enum(['user', 'system']).nullable(),
  priority: z.int(),
  labels: z.array(z.string()),
  /** Number of attempts. Continuations, postponements and abandonments are not counted. */
  attempt_count: z.int(),
  /** Number of the open attempt's current continuation, from 1; 0 when the next start opens a new attempt. */
  part: z.int(),
  /** Failed attempts that count against the budget, since the last retry command. */
  attempts_used: z.int(),
  /** Replaces the number of attempts of the failure's category. */
  max_attempts: z.int().nullable(),
  /** True from an operator's trigger until that attempt starts: the credential does not block the job. */
  forced: z.boolean(),
  /** Number of lost workers in a row. */
  abandoned: z.int(),
  run_at: instant.nullable(),
  /** When it may run next: run_at, retry_at, or the time it was queued. Null when running or final. */
  next_attempt_at: instant.nullable(),
  created_at: instant,
  updated_at: instant,
  started_at: instant.nullable(),
  /** When the run in progress was started. */
  attempt_started_at: instant.nullable(),
  lease_id: z.string().nullable(),
  finished_at: instant.nullable(),
  failed_at: instant.nullable(),
  resolved_at: instant.nullable(),
  last_error_code: failureCode.nullable(),
  last_error_category: failureCategory.nullable(),
  last_error_detail: z.string().nullable(),
  last_error_at: instant.nullable(),
  /** `host:port` of the mail server that the last failed attempt was for; null if it is not known. */
  last_error_host: z.string().nullable().default(null),
  /** True if an earlier attempt may have changed the mailbox without confirmation, and none has succeeded since. */
  outcome_unknown: z.boolean(),
  postponed: z.strictObject({ until: instant, because: postponeReason }).nullable(),
  checkpoint: z.unknown(),
  /**
   * What a mutating attempt was about to do. It is kept after the attempt, until the payload changes. In a job read
   * from a view row: `PLAN_IN_LOG`.
   */
  plan: z.unknown(),
  result: z.unknown(),
  resolution: z
    .strictObject({ kind: resolutionKind.default('resolved'), note: z.string().nullable(), by: z.string() })
    .nullable(),
  source: jobSource,
  bulk_id: z.string().nullable(),
  /** Number of updates so far; it is limited. */
  changes: z.int().default(0),
  version: z.int(),
});
export type Job = Readonly<z.infer<typeof jobSchema>>;

/** No attempt is running, and the job waits for one. */
export const PENDING_STATUSES = ['scheduled', 'queued', 'retrying'] as const satisfies readonly JobStatus[];
/** Every status of a job that has not ended. */
export const OPEN_STATUSES = [...PENDING_STATUSES, 'running'] as const satisfies readonly JobStatus[];

/** Whether the job waits for its next attempt. */
export const isPending = ({ status }: Pick<Job, 'status'>): boolean =>
  PENDING_STATUSES.some((pending) => pending === status);

/** Whether a job in this status has ended. */
export function isTerminal(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'resolved';
}
