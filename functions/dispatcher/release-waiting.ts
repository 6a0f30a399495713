import { isDue } from '../domain/job/waiting.ts';
import type { Views } from '../ports/views.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';
import { type CredentialRef, openJobs } from '../queries/open-jobs.ts';
import { jobMessage } from '../queueing/job-message.ts';
import { pacedQueue } from '../queueing/paced-queue.ts';

/** What is beyond the most still waits after two minutes, and then the sweeper sends it, at the same pace. */
const MOST = 1_000;
const PAGE = 100;

/**
 * Sends the jobs that waited for a credential which is good again: their own messages were dropped while it was not.
 * Returns how many were sent; throws when the queue refused some, so that the batch comes again.
 */
export async function releaseWaiting(
  credential: CredentialRef,
  views: Views,
  queue: WorkQueue,
  now: number,
): Promise<number> {
  const paced = pacedQueue(queue);
  let sent = 0;
  for await (const jobs of openJobs(views, credential, { newestFirst: false, page: PAGE })) {
    const messages = jobs.filter((job) => isDue(job, now)).map((job): WorkMessage => jobMessage(job));
    const refused = await paced.send(messages.map((message) => ({ message, delayMs: 0 })));
    if (refused.length > 0) throw new Error(`the queue refused ${refused.length} messages of released jobs`);
    sent += messages.length;
    if (sent >= MOST) break;
  }
  return sent;
}
