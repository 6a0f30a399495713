import { isDue } from '../domain/job/waiting.ts';
import type { Views } from '../ports/views.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';
import { type CredentialRef, openJobs } from '../queries/open-jobs.ts';
import { jobMessage } from '../queueing/job-message.ts';
import { pacedQueue } from '../queueing/paced-queue.ts';

/** Maximum number of jobs sent at once. After two minutes the sweeper sends the others, at the same pace. */
const MAX_SENT = 1_000;
const PAGE = 100;

/**
 * Sends the jobs that waited for a credential that became valid: their own messages were dropped while it was not.
 * Returns the number sent; throws when the queue refused some, so that the batch is delivered again.
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
    if (sent >= MAX_SENT) break;
  }
  return sent;
}
