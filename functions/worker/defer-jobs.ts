import type { JobMessage } from '../ports/work-queue.ts';
import { waitForPlace } from '../sharing/account-share.ts';
import type { Deferral, JobReport } from './job-report.ts';
import type { WorkerPorts } from './worker-ports.ts';

const MAX_WAIT_MS: Readonly<Record<Deferral, number>> = { no_slot: 120_000, over_share: 60_000 };

/**
 * Sends the messages of jobs again, with a delay that grows each time. The jobs are not changed. If the received
 * messages were returned instead, the queue would count a failure and move them to the dead-letter queue in the end.
 */
export async function deferJobs(
  jobs: readonly JobMessage[],
  did: Deferral,
  { queue, random }: Pick<WorkerPorts, 'queue' | 'random'>,
): Promise<readonly JobReport[]> {
  const later = jobs.map((message) => ({
    message: { ...message, deferred: (message.deferred ?? 0) + 1 },
    delayMs: waitForPlace(message.deferred ?? 0, random(), MAX_WAIT_MS[did]),
  }));
  const refused = later.length === 0 ? [] : await queue.send(later);
  return later.map(({ message }) => ({
    jobId: message.job_id,
    did,
    outcome: null,
    unsent: refused.includes(message),
  }));
}
