/**
 * The search fields of jobs. A filter may contain relative times ("-24h"). They are made absolute once, when the
 * search or the bulk operation begins, so that later pages and chunks select from the same set.
 */
import * as z from 'zod';
import { actionName } from '../action/catalogue.ts';
import { postponeReason } from '../attempt/outcome.ts';
import { categoryOf } from '../failure/catalogue.ts';
import { failureCategory, failureCode } from '../failure/schema.ts';
import { bulkId, credentialId, taskId } from '../ids/ids.ts';
import { type Job, jobStatus } from '../job/job.ts';
import { mailServerName } from '../network/server-filter.ts';
import {
  absolutePeriod,
  inPeriod,
  inRange,
  listOf,
  mentions,
  oneOrMore,
  period,
  range,
  within,
  words,
} from './values.ts';

const label = z.string().min(1).max(64);

/** The filter of a list of jobs: each parameter may be repeated. */
export const listFilterShape = {
  status: listOf(jobStatus).optional(),
  action: listOf(actionName).optional(),
  task_id: listOf(taskId).optional(),
  credential_id: listOf(credentialId).optional(),
  last_error_code: listOf(failureCode).optional(),
  last_error_category: listOf(failureCategory)
    .optional()
    .describe('Only those whose last error has one of these categories.'),
  label: listOf(label).optional().describe('Only jobs with one of these labels.'),
  waiting_on: listOf(postponeReason).optional().describe('Only jobs that one of these reasons keeps from starting.'),
  bulk_id: listOf(bulkId).optional(),
  host: listOf(mailServerName).optional(),
  q: words.optional(),
};

/** Fields are combined with AND, the values of one field with OR. */
export const jobFilterSchema = z.strictObject({
  status: oneOrMore(jobStatus),
  action: oneOrMore(actionName),
  task_id: oneOrMore(taskId),
  credential_id: oneOrMore(credentialId),
  last_error_code: oneOrMore(failureCode),
  last_error_category: oneOrMore(failureCategory),
  label: oneOrMore(label),
  waiting_on: oneOrMore(postponeReason),
  bulk_id: oneOrMore(bulkId),
  host: oneOrMore(mailServerName),
  attempt_count: range.optional(),
  priority: range.optional(),
  created_at: period.optional(),
  updated_at: period.optional(),
  failed_at: period.optional(),
  last_error_at: period.optional(),
  next_attempt_at: period.optional(),
  q: words.optional(),
  stalled: z.boolean().optional(),
  outcome_unknown: z.boolean().optional(),
});
/** The filter as events store it: earlier releases accepted any text as an action. */
export const storedJobFilterSchema = jobFilterSchema.extend({ action: oneOrMore(z.string()) });
export type JobFilter = z.output<typeof storedJobFilterSchema>;

const TIMES = ['created_at', 'updated_at', 'failed_at', 'last_error_at', 'next_attempt_at'] as const;

/** The filter with absolute times (ISO, milliseconds); `now` in ms. */
export function freezeFilter(filter: JobFilter, now: number): JobFilter {
  const frozen: JobFilter = { ...filter };
  for (const field of TIMES) {
    const period = filter[field];
    if (period !== undefined) frozen[field] = absolutePeriod(period, now);
  }
  return frozen;
}

/** Whether the filter has no condition. */
export function isEmptyFilter(filter: JobFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/**
 * Whether the job's own fields match a filter with absolute times. `matchesJoined` checks `waiting_on` and `stalled`;
 * `namesServer` checks `host`.
 */
export function matchesFilter(job: Job, filter: JobFilter): boolean {
  return (
    within(filter.status, job.status) &&
    within(filter.action, job.action) &&
    within(filter.task_id, job.task_id) &&
    within(filter.credential_id, job.credential_id) &&
    within(filter.last_error_code, job.last_error_code) &&
    // Categories come from the present catalogue, as in the search plan.
    within(filter.last_error_category, job.last_error_code && categoryOf(job.last_error_code)) &&
    (filter.label === undefined || filter.label.some((wanted) => job.labels.includes(wanted))) &&
    within(filter.bulk_id, job.bulk_id) &&
    inRange(filter.attempt_count, job.attempt_count) &&
    inRange(filter.priority, job.priority) &&
    TIMES.every((field) => inPeriod(filter[field], job[field])) &&
    (filter.outcome_unknown === undefined || filter.outcome_unknown === job.outcome_unknown) &&
    (filter.q === undefined || mentions(textOf(job), filter.q))
  );
}

/** Whether the filter needs data outside the job: its credential's health and its worker's lease. */
export function needsJoin(filter: JobFilter): boolean {
  return filter.waiting_on !== undefined || filter.stalled !== undefined;
}

export function matchesJoined(
  joined: { readonly waitingOn: string | null; readonly stalled: boolean },
  filter: JobFilter,
): boolean {
  return within(filter.waiting_on, joined.waitingOn) && (filter.stalled ?? joined.stalled) === joined.stalled;
}

const textOf = (job: Job): readonly (string | null)[] => [
  job.id,
  job.action,
  job.task_id,
  job.last_error_code,
  job.last_error_detail,
  ...job.labels,
];
