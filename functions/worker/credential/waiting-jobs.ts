import type { Job } from '../../domain/job/job.ts';
import { isDue } from '../../domain/job/waiting.ts';
import { type CredentialRef, openJobs } from '../../queries/open-jobs.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const RANGE = { newestFirst: false, page: 50 };

/**
 * Jobs of the credential that could run now: those of the first page that has any. `seen`: jobs that this worker has
 * already examined; their messages are still in the queue, or were sent again. The views may be behind: the claim
 * decides.
 */
export async function waitingJobs(
  credential: CredentialRef,
  seen: ReadonlySet<string>,
  { views, now, random }: Pick<WorkerPorts, 'views' | 'now' | 'random'>,
): Promise<readonly Job[]> {
  for await (const jobs of openJobs(views, credential, RANGE)) {
    const due = jobs.filter((job) => !seen.has(job.id) && isDue(job, now()));
    // Workers that run at the same time begin at different jobs, so that they seldom claim the same one.
    const start = Math.floor(random() * due.length);
    if (due.length > 0) return [...due.slice(start), ...due.slice(0, start)];
  }
  return [];
}
