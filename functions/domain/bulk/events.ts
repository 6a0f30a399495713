import * as z from 'zod';
import { envelopeSchema, eventShape, type Recorded } from '../event/event.ts';
import { role } from '../role/role.ts';
import { storedJobFilterSchema } from '../search/job-filter.ts';

/** The commands that a bulk operation can give to jobs. */
export const BULK_ACTIONS = ['retry', 'cancel', 'resolve', 'trigger', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** The result for one job. `code`: why it was skipped or failed; null when it was done. */
export const bulkResultSchema = z.strictObject({
  job_id: z.string(),
  outcome: z.enum(['done', 'skipped', 'failed']),
  code: z.string().nullable(),
});
export type BulkResult = z.infer<typeof bulkResultSchema>;

const total = z.int().nonnegative();

/** All events of a bulk operation. */
export const bulkEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'BulkRequested',
    z.strictObject({
      action: z.enum(BULK_ACTIONS),
      /** With absolute times, fixed at receipt; null when the request named the jobs. */
      filter: storedJobFilterSchema.nullable(),
      job_ids: z.array(z.string()).nullable(),
      /** Only jobs that existed at receipt are selected. */
      created_before: z.iso.datetime(),
      limit: z.int().positive().nullable(),
      reason: z.string().nullable(),
      rate_per_second: z.int().positive(),
      /** The number of jobs expected at receipt, from the counters or a bounded count; null: too many to count. */
      expected: z.int().nullable(),
      /**
       * The role of the person who requested it. Absent in operations of the system, and of releases in which only an
       * owner could request one.
       */
      by_role: role.optional(),
    }),
  ),
  /** Written before any of these jobs is changed, so that no change is unknown after a crash. */
  eventShape(
    'BulkChunkSelected',
    z.strictObject({ job_ids: z.array(z.string()), position: z.string().nullable(), last: z.boolean() }),
  ),
  /**
   * The views do not yet contain everything that was in the log at receipt. `marks` were written to the log's stream,
   * one to each shard (empty: they could not be written yet). The operation checks again at `until`.
   */
  eventShape('BulkViewsAwaited', z.strictObject({ marks: z.array(z.string()), until: z.iso.datetime() })),
  /** `next_at`: when the pace allows the next chunk. Absent in events of earlier releases and after an abort. */
  eventShape(
    'BulkChunkApplied',
    z.strictObject({ results: z.array(bulkResultSchema), next_at: z.iso.datetime().optional() }),
  ),
  eventShape('BulkAbortRequested', z.strictObject({ reason: z.string().nullable() })),
  /** `totals`: for readers of the audit, which does not contain the other events. */
  eventShape(
    'BulkFinished',
    z.strictObject({
      outcome: z.enum(['completed', 'aborted', 'failed']),
      totals: z.strictObject({ matched: total, done: total, skipped: total, failed: total }).optional(),
    }),
  ),
]);

export type BulkEvent = z.infer<typeof bulkEventSchema>;
export type RecordedBulkEvent = Recorded<BulkEvent>;
export const recordedBulkEventSchema = z.intersection(envelopeSchema.omit({ type: true, data: true }), bulkEventSchema);
