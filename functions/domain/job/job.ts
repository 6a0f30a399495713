import * as z from 'zod';
import { postponeReason } from '../attempt/outcome.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';

export const JOB_STATUSES = ['scheduled', 'queued', 'running', 'retrying', 'succeeded', 'failed', 'resolved'] as const;
export const jobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatus>;

const instant = z.iso.datetime();
export const jobSource = z.strictObject({ kind: z.enum(['task', 'webhook', 'schedule']), id: z.string() });

/** Which command ended a resolved job. Rows of before there was `cancel` have none: those jobs were resolved. */
export const resolutionKind = z.enum(['resolved', 'cancelled']);
export type ResolutionKind = z.infer<typeof resolutionKind>;

/** In the place of a plan that is not kept in a view row: only its stream has it. */
export const PLAN_IN_LOG = 'in_log';

/** A job folded from its events. Times are ISO-8601 UTC; null is "does not apply". */
export const jobSchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_id: z.string().nullable(),
  credential_id: z.string(),
  /** The credential's generation the payload was made for. */
  generation: z.int(),
  action: z.string(),
  payload: z.record(z.string(), z.unknown()),
  status: jobStatus,
  deleted: z.boolean(),
  /** Who deleted it: retention goes by it. */
  deleted_by: z.enum(['user', 'system']).nullable(),
  priority: z.int(),
  labels: z.array(z.string()),
  /** Attempts, not parts, postponements or abandonments. */
  attempt_count: z.int(),
  /** Part of the attempt that is open; 0 when the next start opens a new attempt. */
  part: z.int(),
  /** Failed attempts that count against the budget since it was last renewed. */
  attempts_used: z.int(),
  /** Overrides the category's number of attempts. */
  max_attempts: z.int().nullable(),
  /** An operator asked for an attempt now: it is not held back by its credential. Until that attempt starts. */
  forced: z.boolean(),
  /** Lost workers in a row. */
  abandoned: z.int(),
  run_at: instant.nullable(),
  /** When it may run next: run_at, retry_at, or the moment it was queued. Null when running or terminal. */
  next_attempt_at: instant.nullable(),
  created_at: instant,
  updated_at: instant,
  started_at: instant.nullable(),
  /** Start of the part that runs now. */
  attempt_started_at: instant.nullable(),
  lease_id: z.string().nullable(),
  finished_at: instant.nullable(),
  failed_at: instant.nullable(),
  resolved_at: instant.nullable(),
  last_error_code: failureCode.nullable(),
  last_error_category: failureCategory.nullable(),
  last_error_detail: z.string().nullable(),
  last_error_at: instant.nullable(),
  /** An attempt may have done what nobody heard of, and none has succeeded since. */
  outcome_unknown: z.boolean(),
  postponed: z.strictObject({ until: instant, because: postponeReason }).nullable(),
  checkpoint: z.unknown(),
  /**
   * What a mutating attempt was about to do; outlives the attempt, until there is another payload. In a job read from a
   * view row: `PLAN_IN_LOG`.
   */
  plan: z.unknown(),
  result: z.unknown(),
  resolution: z
    .strictObject({ kind: resolutionKind.default('resolved'), note: z.string().nullable(), by: z.string() })
    .nullable(),
  source: jobSource,
  bulk_id: z.string().nullable(),
  /** Updates so far: their number is limited. */
  changes: z.int().default(0),
  version: z.int(),
});
export type Job = Readonly<z.infer<typeof jobSchema>>;

/** No attempt is under way, and one is to come. */
export const PENDING_STATUSES = ['scheduled', 'queued', 'retrying'] as const satisfies readonly JobStatus[];
/** Every status but the ends. */
export const OPEN_STATUSES = [...PENDING_STATUSES, 'running'] as const satisfies readonly JobStatus[];

export const isPending = ({ status }: Pick<Job, 'status'>): boolean =>
  PENDING_STATUSES.some((pending) => pending === status);

export function isTerminal(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'resolved';
}
