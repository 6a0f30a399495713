import type { JobMessage } from '../ports/work-queue.ts';
import { waitForPlace } from '../sharing/account-share.ts';
import type { JobReport, PutOff } from './job-report.ts';
import type { WorkerPorts } from './worker-ports.ts';

const MOST_WAIT_MS: Readonly<Record<PutOff, number>> = { no_slot: 120_000, over_share: 60_000 };

/**
 * Sends the messages of jobs again, each time later; the jobs themselves are not touched. To let the received ones run
 * out would count as failures to receive them, and lead to the dead-letter queue.
 */
export async function putOff(
  jobs: readonly JobMessage[],
  did: PutOff,
  { queue, random }: Pick<WorkerPorts, 'queue' | 'random'>,
): Promise<readonly JobReport[]> {
  const later = jobs.map((message) => ({
    message: { ...message, deferred: (message.deferred ?? 0) + 1 },
    delayMs: waitForPlace(message.deferred ?? 0, random(), MOST_WAIT_MS[did]),
  }));
  const refused = later.length === 0 ? [] : await queue.send(later);
  return later.map(({ message }) => ({
    jobId: message.job_id,
    did,
    outcome: null,
    unsent: refused.includes(message),
  }));
}
