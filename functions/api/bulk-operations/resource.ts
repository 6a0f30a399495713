import * as z from 'zod';
import { type Bulk, bulkSchema } from '../../domain/bulk/bulk.ts';
import { type BulkResult, bulkResultSchema } from '../../domain/bulk/events.ts';
import { estimatedEnd, isBehindViews } from '../../domain/bulk/step.ts';
import { isProblemCode, PROBLEMS } from '../../domain/problem/catalogue.ts';

const instant = z.iso.datetime();

/** A bulk operation, as the API shows it. */
export const bulkResource = bulkSchema
  .omit({
    chunk: true,
    position: true,
    exhausted: true,
    next_at: true,
    awaiting: true,
    aborting: true,
    by_kind: true,
    by_role: true,
    filter: true,
    job_ids: true,
    limit: true,
    reason: true,
    expected: true,
    finished_at: true,
  })
  .extend({
    /** As frozen at receipt: all lists and times are explicit. */
    filter: z.record(z.string(), z.unknown()).nullable(),
    job_ids: z.array(z.string()).nullable(),
    limit: z.int().nullable(),
    reason: z.string().nullable(),
    expected: z.int().nullable(),
    /**
     * `views`: the views do not show all jobs yet that existed at receipt. An operation that failed for this reason has
     * changed no job.
     */
    waiting_on: z.enum(['views']).nullable(),
    waiting_since: instant.nullable(),
    /** Someone requested an abort. */
    aborting: z.boolean(),
    finished_at: instant.nullable(),
    estimated_end_at: instant.nullable(),
  });
export type BulkResource = z.infer<typeof bulkResource>;

/** The resource of an operation. `now` in ms since the epoch. */
export function toBulkResource(bulk: Bulk, now: number): BulkResource {
  const { chunk, position, exhausted, next_at, by_kind, by_role, filter, awaiting, ...shown } = bulk;
  const behind = isBehindViews(bulk);
  const end = estimatedEnd(bulk, now);
  return {
    ...shown,
    filter: filter === null ? null : { ...filter },
    waiting_on: behind ? 'views' : null,
    waiting_since: behind ? (awaiting?.since ?? null) : null,
    estimated_end_at: end === null ? null : new Date(end).toISOString(),
  };
}

/** The result of a bulk operation for one job, as the API shows it. */
export const bulkItemResource = bulkResultSchema.extend({ detail: z.string().nullable() });

/** Reasons that only occur in bulk operations, or that need another text for a job than for a request. */
const REASONS = new Map([
  ['filter_no_longer_matches', 'It no longer matched the filter when its turn came'],
  ['bulk_aborted', 'The operation was stopped before its turn came'],
  ['not_found', 'The account has no such job, or it has been deleted'],
  ['role_forbidden', 'Only an owner may order this work, and another role requested the operation'],
  ['version_conflict', 'Others kept changing it while the operation tried to change it'],
]);

/** The resource of one result. */
export function toBulkItem(result: BulkResult): z.infer<typeof bulkItemResource> {
  const { code } = result;
  const detail = code === null ? null : (REASONS.get(code) ?? (isProblemCode(code) ? PROBLEMS[code].title : code));
  return { ...result, detail };
}
