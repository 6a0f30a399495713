import { type Credential, waitOf } from '../credential/credential.ts';
import { rescueFrom, resendsNow } from './due.ts';
import type { Job } from './job.ts';

export type SweepDecision =
  /** Its time has come: append JobReleased. */
  | 'release'
  /** Its message may be lost: send another. */
  | 'resend'
  /** Its worker may be gone: take the lease, then append AttemptAbandoned. */
  | 'rescue'
  | 'leave';

/**
 * What the sweeper does with an open job, told from its view row. The view may be behind: each act is decided again on
 * the log. Jobs that wait on their credential are left alone, but for the one that may try a suspect one, and for the
 * first sweep after the credential is good again.
 */
export function decideSweep(job: Job, credential: Credential | null, now: number, sweepEveryMs: number): SweepDecision {
  if (job.deleted) return 'leave';
  if (job.status === 'running') {
    return rescueFrom(job) <= now ? 'rescue' : 'leave';
  }
  const due = Date.parse(job.next_attempt_at ?? job.updated_at);
  if (due > now) return 'leave';
  if (job.status === 'scheduled' || job.status === 'retrying') return 'release';
  if (job.status !== 'queued') return 'leave';
  if (credential === null) return resendsNow(due, now, sweepEveryMs) ? 'resend' : 'leave';
  const wait = waitOf(credential, now);
  if (wait !== null) {
    const trialDue = wait.on === 'credential_suspect' && wait.until !== null && Date.parse(wait.until) <= now;
    return trialDue ? 'resend' : 'leave';
  }
  const freeSince = Math.max(
    Date.parse(credential.available_since),
    Date.parse(credential.limited_until ?? credential.available_since),
  );
  const justFreed = freeSince > due && now - freeSince < sweepEveryMs;
  return justFreed || resendsNow(Math.max(due, freeSince), now, sweepEveryMs) ? 'resend' : 'leave';
}
