import { FIRST_RESEND_MS, mayBeLostFrom, resendsNow } from './due.ts';
import type { Job } from './job.ts';
import { freedUntold, type Holders, heldUntil, waitOfHolders } from './waiting.ts';

export type SweepDecision =
  /** Its time has come: append JobReleased. */
  | 'release'
  /** Its message may be lost: send another. */
  | 'resend'
  /** Its worker may be gone: take the lease, then append AttemptAbandoned. */
  | 'rescue'
  /** Its credential has held it for a day: append HoldExpired. */
  | 'give_up'
  | 'leave';

/**
 * What the sweeper does with an open job, decided from its view row. The view may be behind, so each act is decided again
 * from the log. Jobs that wait for their credential are left alone, with two exceptions: the one job that may try a
 * suspect credential, and the first sweep after a wait has ended without a message in the queue. `firstResendMs`: from
 * which age on a queued job's message may be lost.
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
  const untold = freedUntold(holders, now);
  const justFreed = untold > due && now - untold < sweepEveryMs;
  const since = Math.max(due, heldUntil(holders, now));
  return justFreed || resendsNow(since, now, sweepEveryMs, firstResendMs) ? 'resend' : 'leave';
}

/** A job that its failing credential has held for so long fails with the credential's own reason. */
export const MOST_HELD_MS = 24 * 3_600_000;

/**
 * Whether a credential that refuses its logins has held the job for too long at `now` (ms). What an operator pauses is
 * held for as long as the operator wants: the time counts from the end of the last pause.
 */
export function isHeldTooLong(job: Job, holders: Holders, now: number): boolean {
  const struckAt = holders.credential?.struck_at ?? null;
  if (struckAt === null || job.forced || job.status !== 'queued') return false;
  const wait = waitOfHolders(holders, now);
  if (wait?.on !== 'credential_suspect' && wait?.on !== 'credential_parked') return false;
  const due = Date.parse(job.next_attempt_at ?? job.updated_at);
  return now - Math.max(Date.parse(struckAt), due, heldUntil(holders, now)) >= MOST_HELD_MS;
}
