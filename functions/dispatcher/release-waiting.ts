import { isDue } from '../domain/job/waiting.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { openOfCredential } from '../domain/views/keys.ts';
import type { Views } from '../ports/views.ts';
import type { WorkMessage, WorkQueue } from '../ports/work-queue.ts';
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
  { accountId, credentialId }: { readonly accountId: string; readonly credentialId: string },
  views: Views,
  queue: WorkQueue,
  now: number,
): Promise<number> {
  const paced = pacedQueue(queue);
  let sent = 0;
  const key = openOfCredential(accountId, credentialId);
  let above: string | null = null;
  for (let more = true; more && sent < MOST; ) {
    const page = await views.page({ index: 'credential', key, newestFirst: false, limit: PAGE, above, below: null });
    const rows = await views.get(
      page.entries.map(({ id }) => id),
      { consistent: false },
    );
    const messages = [...rows.values()].flatMap((row): WorkMessage[] => {
      const job = jobOf(row);
      return job !== null && isDue(job, now) ? [jobMessage(job)] : [];
    });
    const refused = await paced.send(messages.map((message) => ({ message, delayMs: 0 })));
    if (refused.length > 0) throw new Error(`the queue refused ${refused.length} messages of released jobs`);
    sent += messages.length;
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
  return sent;
}
