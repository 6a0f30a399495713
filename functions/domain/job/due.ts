/**
 * When the sweeper must look at a job. A message normally starts it; the sweeper is for what has no message yet
 * (due in more than 900 s), what the queue lost, and what its worker left behind.
 */
import { isMutating } from '../action/catalogue.ts';
import { isTerminal, type Job } from './job.ts';

/** SQS DelaySeconds reaches this far (AWS limit). */
export const MAX_QUEUE_DELAY_MS = 900_000;
export const LEASE_MS = 40_000;
export const LEASE_RENEWAL_MS = 13_000;
/**
 * Deadline of a command that changes a mailbox. It is started only while the lease outlasts it by a margin, and a lost
 * attempt that may have one under way is rescued that much later: then the command is over, whatever came of it.
 */
export const MUTATION_MS = 30_000;
export const MUTATION_MARGIN_MS = 5_000;
export const FIRST_RESEND_MS = 120_000;
/** While the queues are full: most messages that seem lost are still in them. */
export const PATIENT_RESEND_MS = 960_000;
/** From so many waiting messages on the queues count as full. */
export const BACKLOG = 1_000;

/** ISO time from which the sweeper visits the job, null when it never needs to. */
export function sweepFrom(job: Job): string | null {
  if (job.deleted || isTerminal(job.status)) return null;
  if (job.status === 'running') return new Date(mayBeLostFrom(job)).toISOString();
  const due = job.next_attempt_at ?? job.updated_at;
  if (job.status === 'queued') return shifted(due, FIRST_RESEND_MS);
  const delayed = Date.parse(due) - Date.parse(job.updated_at) <= MAX_QUEUE_DELAY_MS;
  return delayed ? shifted(due, FIRST_RESEND_MS) : due;
}

/**
 * Whether a queued job's message is sent again in the sweep at `now`: at ages 2, 4, 8, 16 … minutes (the first is
 * `firstMs`), each once as sweeps come a minute apart. The clock alone decides, so it needs no memory.
 */
export function resendsNow(queuedAt: number, now: number, sweepEveryMs = 60_000, firstMs = FIRST_RESEND_MS): boolean {
  const age = now - queuedAt;
  if (age < firstMs) return false;
  const step = 2 ** Math.floor(Math.log2(age / firstMs)) * firstMs;
  return age - step < sweepEveryMs;
}

/** From when a running job's attempt may have been lost, ms: its first lease is over, if it was not renewed. */
export function mayBeLostFrom(job: Job): number {
  return Date.parse(job.attempt_started_at ?? job.updated_at) + LEASE_MS;
}

/** When an attempt whose lease ended at `leaseEnd` may be given to another worker, ms. */
export function rescueAt(job: Job, leaseEnd: number): number {
  return leaseEnd + (isMutating(job.action) ? MUTATION_MS : 0);
}

const shifted = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();
