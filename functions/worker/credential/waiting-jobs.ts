import { isDue } from '../../domain/job/waiting.ts';
import { jobOf } from '../../domain/views/job-view.ts';
import { openOfCredential } from '../../domain/views/keys.ts';
import type { JobMessage } from '../../ports/work-queue.ts';
import { jobMessage } from '../../queueing/job-message.ts';
import type { WorkerPorts } from '../worker-ports.ts';

const PAGE = 50;

/**
 * Jobs of the credential that could run now, except those that this worker has seen. Their own messages are still in
 * the queue, or deferred, and will find the work done. The views that are read may be behind: the claim decides.
 */
export async function waitingJobs(
  { accountId, credentialId }: { readonly accountId: string; readonly credentialId: string },
  seen: ReadonlySet<string>,
  { views, now, random }: WorkerPorts,
): Promise<readonly JobMessage[]> {
  const key = openOfCredential(accountId, credentialId);
  const waiting: JobMessage[] = [];
  let above: string | null = null;
  for (let more = true; more && waiting.length === 0; ) {
    const page = await views.page({ index: 'credential', key, newestFirst: false, limit: PAGE, above, below: null });
    const ids = page.entries.map(({ id }) => id).filter((id) => !seen.has(id));
    for (const row of (await views.get(ids, { consistent: false })).values()) {
      const job = jobOf(row);
      if (job !== null && isDue(job, now())) waiting.push(jobMessage(job));
    }
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
  // Parallel workers start at different jobs, so that they rarely claim the same one.
  const start = Math.floor(random() * waiting.length);
  return [...waiting.slice(start), ...waiting.slice(0, start)];
}
