import * as z from 'zod';
import { postponeReason } from '../attempt/outcome.ts';
import { envelopeSchema, eventShape, type Recorded } from '../event/event.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';
import { jobSource, jobStatus } from './job.ts';

const instant = z.iso.datetime();

/** The fields of a job that an update may change; absent fields stay. */
export const jobChangesSchema = z.strictObject({
  priority: z.int().min(-10).max(10).optional(),
  run_at: instant.nullable().optional(),
  max_attempts: z.int().positive().nullable().optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
  labels: z.array(z.string()).optional(),
});

/** The bulk operation that the command was part of; absent when it was given to this job alone. */
const bulk = z.string().optional();

/** The job may not start before this time, because of the bulk operation's pace. Absent: at once. */
const notBefore = instant.optional();

/** The first ids (as many as keep the event within 1 KB), and the total number. */
const deliveries = z.strictObject({ count: z.int().positive(), ids: z.array(z.string()).max(10) });

/**
 * The last state of a deleted job, for the audit. It omits the payload, which may identify messages, and the result.
 */
export const jobLastState = z.strictObject({
  action: z.string(),
  task_id: z.string().nullable(),
  credential_id: z.string(),
  status: jobStatus,
  labels: z.array(z.string()),
  attempt_count: z.int(),
  last_error_code: failureCode.nullable(),
  last_error_category: failureCategory.nullable(),
  last_error_detail: z.string().nullable(),
  last_error_at: instant.nullable(),
  created_at: instant,
});

/** Every event of a job's stream. `docs/job-lifecycle.md` says what status each leads to. */
export const jobEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'JobRequested',
    z.strictObject({
      action: z.string(),
      payload: z.record(z.string(), z.unknown()),
      task_id: z.string().nullable(),
      credential_id: z.string(),
      /** The credential generation that the payload was made for. */
      generation: z.int().positive(),
      priority: z.int(),
      labels: z.array(z.string()),
      run_at: instant.nullable(),
      max_attempts: z.int().positive().nullable(),
      source: jobSource,
      /** The reason given with the trigger of its task; absent if none was given, or nobody triggered it. */
      reason: z.string().optional(),
      /** The deliveries that made the job, if any. */
      deliveries: deliveries.optional(),
    }),
  ),
  /** Deliveries that ask for work that this job has not started yet. */
  eventShape('DeliveriesFolded', z.strictObject({ deliveries })),
  eventShape('JobReleased', z.strictObject({})),
  eventShape(
    'AttemptStarted',
    z.strictObject({ attempt: z.int().positive(), part: z.int().positive(), lease_id: z.string() }),
  ),
  /**
   * What a mutating attempt is about to do, written before it does it. The next attempt checks how much of it was
   * done.
   */
  eventShape('MutationPlanned', z.strictObject({ plan: z.unknown() })),
  eventShape('AttemptYielded', z.strictObject({ checkpoint: z.unknown() })),
  eventShape(
    'AttemptSucceeded',
    // `recheck_at`: many messages seemed to be gone; a sync at that time decides.
    z.strictObject({ result: z.unknown(), recheck_at: z.iso.datetime().optional() }),
  ),
  eventShape(
    'AttemptFailed',
    z.strictObject({
      code: failureCode,
      category: failureCategory,
      detail: z.string().max(300),
      retry_at: instant.nullable(),
      outcome_unknown: z.boolean(),
    }),
  ),
  /** `gives_up`: the fifth lost worker in a row fails the job. */
  eventShape('AttemptAbandoned', z.strictObject({ lease_id: z.string(), gives_up: z.boolean() })),
  /** Its credential or mail server could not be used for too long; the job fails for the same reason. */
  eventShape(
    'HoldExpired',
    z.strictObject({ code: failureCode, category: failureCategory, detail: z.string().max(300) }),
  ),
  /** The job must not run, because its credential belongs to another account. No attempt was made. */
  eventShape(
    'JobRefused',
    z.strictObject({ code: failureCode, category: failureCategory, detail: z.string().max(300) }),
  ),
  /** `checkpoint`: where the attempt continues. Absent: where the current continuation began. */
  eventShape(
    'JobPostponed',
    z.strictObject({ until: instant, because: postponeReason, checkpoint: z.unknown().optional() }),
  ),
  eventShape(
    'JobRetryRequested',
    z.strictObject({ reason: z.string().nullable(), bulk_id: bulk, not_before: notBefore }),
  ),
  eventShape(
    'JobTriggered',
    z.strictObject({ reason: z.string().nullable(), force: z.boolean(), bulk_id: bulk, not_before: notBefore }),
  ),
  eventShape('JobCancelled', z.strictObject({ reason: z.string().nullable(), bulk_id: bulk })),
  eventShape('JobResolved', z.strictObject({ note: z.string().nullable(), bulk_id: bulk })),
  /** The job is failed again, with its history. Nothing runs. */
  eventShape('JobReopened', z.strictObject({ reason: z.string().nullable() })),
  eventShape('JobUpdated', z.strictObject({ changes: jobChangesSchema })),
  /** `last_state`: absent when retention deleted the job, and in events of earlier releases. */
  eventShape(
    'JobDeleted',
    z.strictObject({ reason: z.string().nullable(), bulk_id: bulk, last_state: jobLastState.optional() }),
  ),
]);

export type JobEvent = z.infer<typeof jobEventSchema>;
export type RecordedJobEvent = Recorded<JobEvent>;
export type JobEventType = JobEvent['type'];
export type JobLastState = z.infer<typeof jobLastState>;
export type JobChanges = z.infer<typeof jobChangesSchema>;

export const recordedJobEventSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), jobEventSchema);
