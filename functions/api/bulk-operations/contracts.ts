import * as z from 'zod';
import { BULK_STATUSES } from '../../domain/bulk/bulk.ts';
import { BULK_ACTIONS } from '../../domain/bulk/events.ts';
import { jobId } from '../../domain/ids/ids.ts';
import { jobFilterSchema } from '../../domain/search/job-filter.ts';
import { age, listOf } from '../../domain/search/values.ts';
import { oneLine, oneLineNotBlank } from '../../domain/text/one-line.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { listQuery } from '../../http/pagination.ts';
import { jobResource } from '../jobs/resource.ts';
import { accountParams, bulkParams } from '../parameters.ts';
import { bulkItemResource, bulkResource } from './resource.ts';

const MAX_JOB_IDS = 1_000;
const MAX_RATE = 500;

const reason = oneLineNotBlank(500);
const dryRun = z.boolean().default(false);
const rate = z.int().min(1).max(MAX_RATE).default(50);

const dryRunResource = z.strictObject({
  matched: z.int(),
  /** False: there are more jobs than one request may examine. */
  matched_is_exact: z.boolean(),
  sample: z.array(jobResource),
});

const replies = [
  { status: 202, data: bulkResource, etag: true },
  /** For a dry run, or for an operation that ended within `Prefer: wait`. */
  { status: 200, data: z.union([dryRunResource, bulkResource]) },
] as const;

const request = {
  params: accountParams,
  query: noQuery,
  prefersWait: true,
  problems: ['filter_required', 'quota_exceeded'],
} as const;

/**
 * Says in JSON Schema that one of the two is required. Not as `oneOf`: type generators would make two body types of it.
 */
const FILTER_OR_IDS = {
  if: { properties: { filter: { not: {} } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: { properties: { job_ids: {} }, required: ['job_ids'] },
  else: { not: { properties: { job_ids: {} }, required: ['job_ids'] } },
};

export const bulkJobsContract = contract({
  ...request,
  operation: 'bulkJobs',
  summary:
    'Retries, cancels, resolves, triggers or deletes every job that matches a filter, or the jobs named, at a pace.',
  body: z
    .strictObject({
      action: z.enum(BULK_ACTIONS),
      filter: jobFilterSchema.optional(),
      job_ids: z.array(jobId).min(1).max(MAX_JOB_IDS).optional(),
      dry_run: dryRun,
      reason,
      rate_per_second: rate,
    })
    .meta(FILTER_OR_IDS),
  replies,
  example: {
    action: 'retry',
    filter: { status: 'failed', last_error_code: 'provider_timeout', failed_at: { gte: '-2h' } },
    reason: 'the outage is over',
    rate_per_second: 20,
  },
});

export const searchDeleteJobsContract = contract({
  ...request,
  operation: 'searchDeleteJobs',
  summary: 'Deletes every job that matches, at a pace; a dry run counts them first.',
  body: z
    .strictObject({
      filter: jobFilterSchema.optional(),
      query: jobFilterSchema.shape.q,
      older_than: age.optional(),
      limit: z.int().min(1).max(10_000_000).optional(),
      dry_run: dryRun,
      reason: reason.optional(),
      rate_per_second: rate,
    })
    .refine((given) => given.query === undefined || given.filter?.q === undefined, {
      path: ['query'],
      message: 'must not come together with filter.q, which is the same',
    }),
  replies,
  example: { filter: { status: 'succeeded' }, older_than: '30d', dry_run: true },
});

export const listBulkOperationsContract = contract({
  operation: 'listBulkOperations',
  summary:
    'Lists the bulk operations of an account, newest first. A page may hold fewer than `limit`: more follow until `next_cursor` is null.',
  params: accountParams,
  query: listQuery({
    status: listOf(z.enum(BULK_STATUSES)).optional().describe('Only operations in one of these statuses.'),
  }),
  body: noBody,
  replies: [{ status: 200, data: z.array(bulkResource), list: 'page' }],
  problems: [],
});

export const getBulkOperationContract = contract({
  operation: 'getBulkOperation',
  summary: 'Shows a bulk operation: its progress, and when it should end.',
  params: bulkParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: bulkResource, etag: true }],
  problems: [],
});

export const listBulkItemsContract = contract({
  operation: 'listBulkItems',
  summary: 'Lists what a bulk operation did to each job, and why it skipped some.',
  params: bulkParams,
  query: listQuery({ outcome: z.array(bulkItemResource.shape.outcome).min(1).max(3).optional() }),
  body: noBody,
  replies: [{ status: 200, data: z.array(bulkItemResource), list: 'page' }],
  problems: [],
});

export const abortBulkOperationContract = contract({
  operation: 'abortBulkOperation',
  summary: 'Stops a bulk operation. Its changes so far are kept.',
  params: bulkParams,
  query: noQuery,
  body: z.strictObject({ reason: oneLine(500).optional() }),
  replies: [{ status: 200, data: bulkResource, etag: true }],
  problems: ['bulk_not_running'],
  ifMatch: true,
  example: { reason: 'the wrong filter' },
});
