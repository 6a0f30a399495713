import * as z from 'zod';
import { postponeReason } from '../../domain/attempt/outcome.ts';
import { CREDENTIAL_STATUSES } from '../../domain/credential/statuses.ts';
import { jobChangesSchema } from '../../domain/job/events.ts';
import { JOB_STATUSES } from '../../domain/job/job.ts';
import { mailServerName } from '../../domain/network/server-filter.ts';
import { jobFilterSchema, listFilterShape } from '../../domain/search/job-filter.ts';
import { listOf } from '../../domain/search/values.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { countsBy, countsByErrorCode, statsSchema } from '../../domain/views/stats.ts';
import { contract, noBody, noQuery } from '../../http/contract.ts';
import { coverage } from '../../http/coverage.ts';
import { listQuery, searchBody } from '../../http/pagination.ts';
import { eventResource } from '../event-resource.ts';
import { accountParams, deletionReason, jobParams } from '../parameters.ts';
import { facetsResource, facetsWanted } from './facets-resource.ts';
import { jobResource } from './resource.ts';

export const listJobsContract = contract({
  operation: 'listJobs',
  summary: 'Lists the jobs of an account, newest first.',
  params: accountParams,
  query: listQuery(listFilterShape),
  body: noBody,
  replies: [{ status: 200, data: z.array(jobResource), list: 'page' }],
  problems: [],
});

const countsByStatus = countsBy(JOB_STATUSES);

const jobSort = z
  .enum(['-created_at', 'created_at', '-failed_at', 'failed_at', '-last_error_at', 'last_error_at'])
  .describe(
    'Sorted by `failed_at` or `last_error_at`, only jobs that have this time are found. They are sorted in groups of up to 1,000, the newest created first. If `coverage.complete` is false, the list as a whole is not sorted: the next group follows after this one.',
  );

export const searchJobsContract = contract({
  operation: 'searchJobs',
  summary:
    'Searches the jobs of an account. A page may hold fewer than `limit`: more follow until `next_cursor` is null.',
  params: accountParams,
  query: noQuery,
  body: searchBody({
    filter: jobFilterSchema.default({}),
    query: jobFilterSchema.shape.q,
    sort: jobSort.default('-created_at'),
    facets: facetsWanted,
  }).refine((given) => given.query === undefined || given.filter.q === undefined, {
    path: ['query'],
    message: 'must not come together with filter.q, which is the same',
  }),
  replies: [{ status: 200, data: z.array(jobResource), list: 'search', facets: facetsResource }],
  problems: [],
  example: {
    filter: { status: ['failed', 'retrying'], last_error_category: 'transient', created_at: { gte: '-24h' } },
    sort: '-created_at',
    limit: 50,
    facets: true,
  },
});

const failureTimes = {
  first_failed_at: z.iso
    .datetime()
    .nullable()
    .describe(
      'The oldest `last_error_at` of its failed and retrying jobs; null when there are none. A job that is still retrying may have failed before this time already.',
    ),
  last_failed_at: z.iso
    .datetime()
    .nullable()
    .describe('The newest `last_error_at` of its failed and retrying jobs; null when there are none.'),
};
const group = z.strictObject({
  key: z
    .string()
    .nullable()
    .describe('The value that its jobs share; for a mail server `host:port`. Null: they have no value.'),
  total: z.int(),
  by_status: countsByStatus,
  ...failureTimes,
});
const groupBy = z.enum(['credential_id', 'host', 'last_error_code', 'waiting_on']);
const host = listOf(mailServerName).optional();

export const jobStatsContract = contract({
  operation: 'jobStats',
  ifNoneMatch: true,
  summary:
    'Counts all jobs of an account, as they were seconds ago; with group_by also its open and failed jobs by group, newest first. With host it counts the jobs on that mail server among the newest 1,000 jobs.',
  params: accountParams,
  query: z.strictObject({
    group_by: groupBy.optional(),
    host,
  }),
  body: noBody,
  replies: [
    {
      status: 200,
      etag: true,
      data: statsSchema.extend({
        revision: z.string(),
        oldest_due_at: z.iso.datetime().nullable(),
        stalled: z.int(),
        by_waiting_on: countsBy(postponeReason.options),
        open_coverage: coverage,
        credentials_by_status: countsBy(CREDENTIAL_STATUSES),
        groups: z.strictObject({ by: groupBy, items: z.array(group), coverage }).nullable(),
        coverage: coverage
          .nullable()
          .describe('Null: all jobs were counted. With `host`: the jobs that were counted, as a period of creation.'),
      }),
    },
  ],
  problems: [],
});

const seriesBy = z.enum(['created_at', 'ended_at']);

export const jobStatsSeriesContract = contract({
  operation: 'jobStatsSeries',
  summary:
    'Counts jobs by the hour they were made or ended in, each with the status it has now; by default of the last 24 hours.',
  params: accountParams,
  query: z.strictObject({
    bucket: z.literal('1h').default('1h'),
    by: seriesBy.default('created_at'),
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
    host,
  }),
  body: noBody,
  replies: [
    {
      status: 200,
      data: z.strictObject({
        bucket: z.literal('1h'),
        by: seriesBy,
        points: z.array(
          statsSchema.pick({ total: true, by_status: true }).extend({
            at: z.iso.datetime(),
            by_error_code: countsByErrorCode.nullable(),
            ...failureTimes,
          }),
        ),
        coverage: coverage
          .nullable()
          .describe(
            'The jobs that were examined, as a period of creation: for the times of failures and, with `host`, for the counts. Without `host` all jobs are counted. Null with `by=ended_at`, which has no such times.',
          ),
      }),
    },
  ],
  problems: [],
});

export const getJobContract = contract({
  operation: 'getJob',
  summary: 'Shows one job in its present state, or with `Prefer: wait` when it has ended.',
  prefersWait: true,
  params: jobParams,
  query: noQuery,
  body: noBody,
  replies: [{ status: 200, data: jobResource, etag: true }],
  problems: [],
});

export const listJobEventsContract = contract({
  operation: 'listJobEvents',
  summary: 'Shows the timeline of a job: every event, oldest first.',
  params: jobParams,
  query: listQuery({}),
  body: noBody,
  replies: [{ status: 200, data: z.array(eventResource), list: 'page' }],
  problems: [],
});

const words = oneLine(500).optional();
const command = { params: jobParams, query: noQuery, ifMatch: true } as const;

export const retryJobContract = contract({
  ...command,
  operation: 'retryJob',
  summary: 'Gives a failed or retrying job a new budget of attempts. The first one starts now.',
  body: z.strictObject({ reason: words }),
  replies: [{ status: 202, data: jobResource, etag: true }],
  problems: ['job_not_retryable'],
  example: { reason: 'the provider is back' },
});

export const triggerJobContract = contract({
  ...command,
  operation: 'triggerJob',
  summary: 'Starts one attempt now, even if the job waits for something.',
  body: z.strictObject({ reason: words, force: z.boolean().optional() }),
  replies: [{ status: 202, data: jobResource, etag: true }],
  problems: ['job_running', 'job_already_succeeded'],
  example: { reason: 'the customer asked' },
});

export const cancelJobContract = contract({
  ...command,
  operation: 'cancelJob',
  summary: 'Cancels a job that has not ended.',
  body: z.strictObject({ reason: words.meta({ description: 'Why. It is kept as `resolution.note`.' }) }),
  replies: [{ status: 200, data: jobResource, etag: true }],
  problems: ['job_not_cancellable'],
  example: { reason: 'started by mistake' },
});

export const resolveJobContract = contract({
  ...command,
  operation: 'resolveJob',
  summary: 'Ends a failed or unfinished job with a note that it needs no more work. A running attempt is stopped.',
  body: z.strictObject({ note: words }),
  replies: [{ status: 200, data: jobResource, etag: true }],
  problems: ['job_already_succeeded', 'job_already_resolved'],
  example: { note: 'the mailbox is gone' },
});

export const reopenJobContract = contract({
  ...command,
  operation: 'reopenJob',
  summary: 'Makes a resolved job failed again, with its history; starts nothing.',
  body: z.strictObject({ reason: words }),
  replies: [{ status: 200, data: jobResource, etag: true }],
  problems: ['job_not_resolved'],
  example: { reason: 'resolved by mistake' },
});

export const updateJobContract = contract({
  ...command,
  operation: 'updateJob',
  summary: 'Changes the work of a job or its time. Starts nothing.',
  body: jobChangesSchema
    .extend({
      max_attempts: z.int().min(1).max(100).nullable().optional(),
      labels: z.array(oneLine(64).min(1)).max(10).optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, 'names nothing to change')
    .meta({ minProperties: 1 }),
  replies: [{ status: 200, data: jobResource, etag: true }],
  problems: ['job_running', 'job_not_pending', 'too_many_changes'],
  example: { priority: 5, labels: ['vip'] },
});

export const deleteJobContract = contract({
  ...command,
  operation: 'deleteJob',
  summary:
    'Deletes a job. After that only the audit shows it: the entry keeps the last state of the job and, until retention, leads to its events. A running job is deleted only with `force`.',
  query: z.strictObject({ force: z.enum(['true', 'false']).default('false'), reason: deletionReason }),
  body: noBody,
  replies: [{ status: 204, data: z.null() }],
  problems: ['job_running'],
});
