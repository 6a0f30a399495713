/**
 * What a worker, the sweeper or an operator may do to a job, decided from the folded state alone. The resulting event
 * is appended at the version of that state, so a decision from an outdated state is rejected.
 */

import type { AttemptOutcome } from '../attempt/outcome.ts';
import { categoryOf } from '../failure/catalogue.ts';
import type { JobEvent } from './events.ts';
import { isPending, type Job } from './job.ts';
import { MAX_ABANDONED, retryAt } from './retry.ts';
import { isHeldTooLong, MAX_HELD_MS } from './sweep.ts';
import { type Holders, heldUntil } from './waiting.ts';

export type ClaimDecision =
  | { readonly kind: 'start'; readonly event: Extract<JobEvent, { type: 'AttemptStarted' }> }
  /** Not due yet: check again at `dueAt` (ms since the epoch). */
  | { readonly kind: 'early'; readonly dueAt: number }
  /** Nothing to do: another worker has it, or it has ended or was deleted. */
  | { readonly kind: 'drop' };

/** Whether a worker may start this job now. A late or duplicate message leads to `drop`. */
export function decideClaim(job: Job | null, leaseId: string, now: number): ClaimDecision {
  if (job === null || job.deleted || !isPending(job)) return { kind: 'drop' };
  const dueAt = job.next_attempt_at === null ? now : Date.parse(job.next_attempt_at);
  if (dueAt > now) return { kind: 'early', dueAt };
  const goesOn = job.part > 0;
  const attempt = goesOn ? job.attempt_count : job.attempt_count + 1;
  return {
    kind: 'start',
    event: { type: 'AttemptStarted', data: { attempt, part: goesOn ? job.part + 1 : 1, lease_id: leaseId } },
  };
}

/** Whether the attempt under `leaseId` still owns the job. */
export function ownsJob(job: Job | null, leaseId: string): job is Job {
  return job !== null && !job.deleted && job.status === 'running' && job.lease_id === leaseId;
}

/**
 * The event that ends a running attempt with this outcome. `random` in [0, 1). `limits`: the credential's rate limits
 * before this one.
 */
export function decideOutcome(job: Job, outcome: AttemptOutcome, now: number, random: number, limits = 0): JobEvent {
  switch (outcome.kind) {
    case 'succeeded':
      return {
        type: 'AttemptSucceeded',
        data: {
          result: outcome.result,
          ...(outcome.recheckAt === undefined ? {} : { recheck_at: outcome.recheckAt }),
        },
      };
    case 'yielded':
      return { type: 'AttemptYielded', data: { checkpoint: outcome.checkpoint } };
    case 'postponed':
      return {
        type: 'JobPostponed',
        data: {
          until: new Date(outcome.until).toISOString(),
          because: outcome.because,
          ...(outcome.checkpoint === undefined ? {} : { checkpoint: outcome.checkpoint }),
        },
      };
    case 'failed': {
      const { failure } = outcome;
      const { attempts_used: attemptsUsed, max_attempts: maxAttempts } = job;
      const at = retryAt(failure, { attemptsUsed, maxAttempts, limits }, now, random);
      return {
        type: 'AttemptFailed',
        data: {
          code: failure.code,
          category: categoryOf(failure.code),
          detail: failure.detail.slice(0, 300),
          retry_at: at === null ? null : new Date(at).toISOString(),
          outcome_unknown: failure.outcomeUnknown,
        },
      };
    }
  }
}

/** The event that ends an attempt whose lease the sweeper has taken; null when the attempt has ended meanwhile. */
export function decideAbandon(job: Job | null, leaseId: string): JobEvent | null {
  if (!ownsJob(job, leaseId)) return null;
  return { type: 'AttemptAbandoned', data: { lease_id: leaseId, gives_up: job.abandoned + 1 >= MAX_ABANDONED } };
}

/**
 * The event that fails a job that its credential has blocked for too long; null if it has not, or if nothing blocks
 * it.
 */
export function decideHoldExpiry(job: Job | null, holders: Holders, now: number): JobEvent | null {
  const code = holders.credential?.status_reason ?? null;
  if (job === null || job.deleted || code === null || !isHeldTooLong(job, holders, now)) return null;
  const detail = 'The credential could not be used for a day, for the reason in the code. The job was not tried again.';
  return { type: 'HoldExpired', data: { code, category: categoryOf(code), detail } };
}

/**
 * The event for a job whose mail server has only timed out since `since` (ms) and is parked until `until` (ms). The
 * job is postponed, or fails if that server alone has blocked it for a day. Null if the job does not wait to start, or
 * is already postponed.
 */
export function decidePark(
  job: Job,
  host: { readonly since: number; readonly until: number },
  holders: Holders,
  now: number,
): JobEvent | null {
  if (decideClaim(job, '', now).kind !== 'start') return null;
  const due = Date.parse(job.next_attempt_at ?? job.updated_at);
  if (now - Math.max(due, host.since, heldUntil(holders, now)) >= MAX_HELD_MS) {
    const code = 'provider_timeout';
    const detail = 'The mail server only timed out for a day. The job was not tried again.';
    return { type: 'HoldExpired', data: { code, category: categoryOf(code), detail } };
  }
  const { postponed } = job;
  if (postponed?.because === 'host_parked' && Date.parse(postponed.until) > now) return null;
  return { type: 'JobPostponed', data: { until: new Date(host.until).toISOString(), because: 'host_parked' } };
}

/**
 * The event that fails a job whose credential belongs to another account. Null if the job has ended, or is running:
 * its attempt must end first.
 */
export function decideRefusal(job: Job | null): JobEvent | null {
  if (job === null || job.deleted || !isPending(job)) return null;
  const code = 'credential_of_another_account';
  const detail = 'The credential does not belong to the account of the job.';
  return { type: 'JobRefused', data: { code, category: categoryOf(code), detail } };
}

/** The event that moves a due job to the queue; null if it does not wait for its time (any more). */
export function decideRelease(job: Job | null, now: number): JobEvent | null {
  if (job === null || job.deleted || (job.status !== 'scheduled' && job.status !== 'retrying')) return null;
  if (job.next_attempt_at === null || Date.parse(job.next_attempt_at) > now) return null;
  return { type: 'JobReleased', data: {} };
}
