/** The filter of jobs as a tool takes it: the same fields as the options of `inboxctl jobs list`. */
import * as z from 'zod';
import { timeOrAge } from '../command-line/values.ts';
import { type JobFilter, period } from '../commands/job-filters.ts';
import { ACTIONS, CATEGORIES, CODES, STATUSES, WAIT_REASONS } from '../vocabulary.ts';

const words = z.array(z.string().min(1).max(200)).min(1).max(20).optional();
const time = z.string().max(40).optional();
const AGE = 'how long ago like 2h or 7d, or an instant like 2026-11-29T08:00Z';

export const jobFilterFields = {
  status: z.array(z.enum(STATUSES)).min(1).optional(),
  code: z.array(z.enum(CODES)).min(1).optional().describe('codes of the last error'),
  category: z.array(z.enum(CATEGORIES)).min(1).optional().describe('categories of the last error'),
  action: z.array(z.enum(ACTIONS)).min(1).optional(),
  host: words.describe('mail servers, with or without port'),
  credential_id: words,
  task_id: words,
  label: words,
  waiting_on: z.array(z.enum(WAIT_REASONS)).min(1).optional().describe('what keeps jobs from starting'),
  bulk_id: words.describe('changed last by these bulk operations'),
  since: time.describe(`created after: ${AGE}`),
  until: time.describe(`created before: ${AGE}`),
  failed_since: time.describe(`last error after: ${AGE}`),
  q: z.string().min(1).max(200).optional().describe('words in id, action, code, error or labels'),
  stalled: z.boolean().optional().describe('overdue although nothing keeps it from starting; false: all others'),
};
const filter = z.object(jobFilterFields);
type Given = z.output<typeof filter>;

/** Throws commander's InvalidArgumentError for an invalid time. */
export function filterOf({ code, category, since, until, failed_since, ...rest }: Given): JobFilter {
  const at = (given: string | undefined): string | undefined => (given === undefined ? undefined : timeOrAge(given));
  return {
    ...rest,
    last_error_code: code,
    last_error_category: category,
    created_at: period(at(since), at(until)),
    last_error_at: period(at(failed_since), undefined),
  };
}

/** Whether no field is given. */
export const isEmpty = (given: object): boolean => Object.values(given).every((each) => each === undefined);
