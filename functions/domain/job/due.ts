/**
 * When the sweeper must check a job. Normally a message starts a job. The sweeper handles jobs that have no message
 * yet (due in more than 900 s), whose message was lost, or whose worker was lost.
 */
import { isMutating } from '../action/catalogue.ts';
import { isTerminal, type Job } from './job.ts';

/** The maximum of SQS DelaySeconds (AWS limit). */
export const MAX_QUEUE_DELAY_MS = 900_000;
export const LEASE_MS = 40_000;
export const LEASE_RENEWAL_MS = 13_000;
/**
 * Deadline of a command that changes a mailbox. It is started only if the lease lasts longer, by a margin. A lost
 * attempt that may have such a command running is rescued this much later: by then the command has ended.
 */
export const MUTATION_MS = 30_000;
export const MUTATION_MARGIN_MS = 5_000;
export const FIRST_RESEND_MS = 120_000;
/** The age of the first resend while the queue is full, because most messages that seem lost are then still in it. */
export const PATIENT_RESEND_MS = 960_000;
/** A queue with at least this many waiting messages counts as full. */
export const BACKLOG = 1_000;

/** ISO time from which the sweeper checks the job; null when it never needs to. */
export function sweepFrom(job: Job): string | null {
  if (job.deleted || isTerminal(job.status)) return null;
  if (job.status === 'running') return new Date(mayBeLostFrom(job)).toISOString();
  const due = job.next_attempt_at ?? job.updated_at;
  if (job.status === 'queued') return shifted(due, FIRST_RESEND_MS);
  const delayed = Date.parse(due) - Date.parse(job.updated_at) <= MAX_QUEUE_DELAY_MS;
  return delayed ? shifted(due, FIRST_RESEND_MS) : due;
}

/**
 * Whether a queued job's message is sent again in the sweep at `now`: at ages of 2, 4, 8, 16 … minutes (the first is
 * `firstMs`), once each, as sweeps are a minute apart. It depends on the clock alone and needs no stored state.
 */
export function resendsNow(queuedAt: number, now: number, sweepEveryMs = 60_000, firstMs = FIRST_RESEND_MS): boolean {
  const age = now - queuedAt;
  if (age < firstMs) return false;
  const step = 2 ** Math.floor(Math.log2(age / firstMs)) * firstMs;
  return age - step < sweepEveryMs;
}

/** The earliest time, in ms, at which a running job's attempt may be lost: the end of its first lease. */
export function mayBeLostFrom(job: Job): number {
  return Date.parse(job.attempt_started_at ?? job.updated_at) + LEASE_MS;
}

/** When an attempt whose lease ended at `leaseEnd` may be given to another worker, in ms. */
export function rescueAt(job: Job, leaseEnd: number): number {
  return leaseEnd + (isMutating(job.action) ? MUTATION_MS : 0);
}

const shifted = (iso: string, ms: number): string => new Date(Date.parse(iso) + ms).toISOString();
