import * as z from 'zod';
import { envelopeSchema, eventShape, type Recorded } from '../event/event.ts';
import { role } from '../role/role.ts';
import { storedJobFilterSchema } from '../search/job-filter.ts';

export const BULK_ACTIONS = ['retry', 'cancel', 'resolve', 'trigger', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** What became of one job. `code`: why it was left alone, or why it could not be done; null when it was. */
export const bulkResultSchema = z.strictObject({
  job_id: z.string(),
  outcome: z.enum(['done', 'skipped', 'failed']),
  code: z.string().nullable(),
});
export type BulkResult = z.infer<typeof bulkResultSchema>;

const total = z.int().nonnegative();

export const bulkEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'BulkRequested',
    z.strictObject({
      action: z.enum(BULK_ACTIONS),
      /** Frozen at receipt; null when the jobs were named. */
      filter: storedJobFilterSchema.nullable(),
      job_ids: z.array(z.string()).nullable(),
      /** Only jobs that existed at receipt. */
      created_before: z.iso.datetime(),
      limit: z.int().positive().nullable(),
      reason: z.string().nullable(),
      rate_per_second: z.int().positive(),
      /** How many the counters or a bounded count promised; null: too many to count. */
      expected: z.int().nullable(),
      /** The role of the person who asked for it. Absent in operations of the system and of releases in which only an owner could ask. */
      by_role: role.optional(),
    }),
  ),
  /** Written before any of these jobs is touched, so that a crash leaves nothing unknown. */
  eventShape(
    'BulkChunkSelected',
    z.strictObject({ job_ids: z.array(z.string()), position: z.string().nullable(), last: z.boolean() }),
  ),
  /**
   * The views do not hold yet what was in the log at receipt. `marks` stand in the log's stream, one in each of its shards
   * (none: they could not be set yet); the operation looks again at `until`.
   */
  eventShape('BulkViewsAwaited', z.strictObject({ marks: z.array(z.string()), until: z.iso.datetime() })),
  /** `next_at`: when, by the pace, the turn of the next chunk is. Absent in events of earlier releases and after an abort. */
  eventShape(
    'BulkChunkApplied',
    z.strictObject({ results: z.array(bulkResultSchema), next_at: z.iso.datetime().optional() }),
  ),
  eventShape('BulkAbortRequested', z.strictObject({ reason: z.string().nullable() })),
  /** `totals`: for readers of the audit, who do not see the other events. */
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
