import type { Job } from '../domain/job/job.ts';
import type { JobMessage } from '../ports/work-queue.ts';

/** The queue message that lets a worker start the job. */
export function jobMessage(job: Pick<Job, 'id' | 'credential_id' | 'account_id' | 'version' | 'priority'>): JobMessage {
  const { id: job_id, credential_id, account_id, version, priority } = job;
  return { job_id, credential_id, account_id, version, ...(priority > 0 ? { urgent: true } : {}) };
}
