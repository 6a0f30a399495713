import * as z from 'zod';
import { type Credential, type Wait, waitOf } from '../credential/credential.ts';
import { failureCode } from '../failure/schema.ts';
import { credentialId, taskId } from '../ids/ids.ts';
import { type Job, jobStatus } from '../job/job.ts';

const anyOf = <Value extends z.ZodType>(value: Value) => z.array(value).min(1).max(50);

/** What a list of jobs is narrowed by. Fields are AND-ed, the values of one field OR-ed. */
export const jobFilterSchema = z.strictObject({
  status: anyOf(jobStatus).optional(),
  action: anyOf(z.string().max(64)).optional(),
  task_id: anyOf(taskId).optional(),
  credential_id: anyOf(credentialId).optional(),
  last_error_code: anyOf(failureCode).optional(),
  bulk_id: anyOf(z.string().max(64)).optional(),
  q: z.string().min(1).max(200).optional(),
});
export type JobFilter = z.infer<typeof jobFilterSchema>;

export function matchesFilter(job: Job, filter: JobFilter): boolean {
  return (
    within(filter.status, job.status) &&
    within(filter.action, job.action) &&
    within(filter.task_id, job.task_id) &&
    within(filter.credential_id, job.credential_id) &&
    within(filter.last_error_code, job.last_error_code) &&
    within(filter.bulk_id, job.bulk_id) &&
    (filter.q === undefined || mentions(job, filter.q))
  );
}

const within = <Value>(wanted: readonly Value[] | undefined, value: Value | null): boolean =>
  wanted === undefined || wanted.some((one) => one === value);

/** Every word occurs, whatever its case, in id, action, task id, error code or detail, or a label. */
function mentions(job: Job, q: string): boolean {
  const text = [job.id, job.action, job.task_id, job.last_error_code, job.last_error_detail, ...job.labels]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What a job waits for besides its turn, null when nothing holds it back. Times ISO. */
export function waitOfJob(job: Job, credential: Credential | null, now: number): Wait | null {
  if (job.status !== 'queued' && job.status !== 'scheduled' && job.status !== 'retrying') return null;
  if (job.postponed !== null && Date.parse(job.postponed.until) > now)
    return { on: job.postponed.because, until: job.postponed.until };
  return credential === null || credential.deleted ? null : waitOf(credential, now);
}
