import { FIRST_RESEND_MS, mayBeLostFrom, resendsNow } from './due.ts';
import type { Job } from './job.ts';
import { freedWithoutMessage, type Holders, heldUntil, waitOfHolders } from './waiting.ts';

/** What the sweeper does with a job. */
export type SweepDecision =
  /** The job is due: append JobReleased. */
  | 'release'
  /** The message may be lost: send another. */
  | 'resend'
  /** The worker may be lost: take the lease, then append AttemptAbandoned. */
  | 'rescue'
  /** The credential has blocked the job for a day: append HoldExpired. */
  | 'give_up'
  | 'leave';

/**
 * What the sweeper does with an open job, decided from its view row. The view may be behind, so each action is decided
 * again from the log. Jobs that wait for their credential are skipped, with two exceptions: the one job that may try a
 * suspect credential, and the first sweep after a wait has ended without a message in the queue. `firstResendMs`: the
 * age from which a queued job's message may be lost.
 */
export function decideSweep(
  job: Job,
  holders: Holders,
  now: number,
  sweepEveryMs: number,
  firstResendMs = FIRST_RESEND_MS,
): SweepDecision {
  if (job.deleted) return 'leave';
  if (job.status === 'running') {
    return mayBeLostFrom(job) <= now ? 'rescue' : 'leave';
  }
  const due = Date.parse(job.next_attempt_at ?? job.updated_at);
  if (due > now) return 'leave';
  if (job.status === 'scheduled' || job.status === 'retrying') return 'release';
  if (job.status !== 'queued') return 'leave';
  const wait = job.forced ? null : waitOfHolders(holders, now);
  if (wait !== null) {
    if (isHeldTooLong(job, holders, now)) return 'give_up';
    const trialDue = wait.on === 'credential_suspect' && wait.until !== null && Date.parse(wait.until) <= now;
    return trialDue ? 'resend' : 'leave';
  }
  const freedAt = freedWithoutMessage(holders, now);
  const justFreed = freedAt > due && now - freedAt < sweepEveryMs;
  const since = Math.max(due, heldUntil(holders, now));
  return justFreed || resendsNow(since, now, sweepEveryMs, firstResendMs) ? 'resend' : 'leave';
}

/** A job that a failing credential has blocked for this long fails with the credential's reason. */
export const MAX_HELD_MS = 24 * 3_600_000;

/**
 * Whether a credential whose logins are refused has blocked the job for too long at `now` (ms). An operator's pause
 * may last as long as the operator wants, so the time counts from the end of the last pause.
 */
export function isHeldTooLong(job: Job, holders: Holders, now: number): boolean {
  const struckAt = holders.credential?.struck_at ?? null;
  if (struckAt === null || job.forced || job.status !== 'queued') return false;
  const wait = waitOfHolders(holders, now);
  if (wait?.on !== 'credential_suspect' && wait?.on !== 'credential_parked') return false;
  const due = Date.parse(job.next_attempt_at ?? job.updated_at);
  return now - Math.max(Date.parse(struckAt), due, heldUntil(holders, now)) >= MAX_HELD_MS;
}
