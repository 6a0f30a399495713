import { describe, expect, it } from 'vitest';
import { toJobResource } from '../../../functions/api/jobs/resource.ts';
import { FAILURE_CODES, type FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { evolveJob } from '../../../functions/domain/job/evolve.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { retryAt, retryPolicy } from '../../../functions/domain/job/retry.ts';
import { recorded, requested, started, stream, T0 } from './job-stream.ts';

/** The waits in seconds of a job that always fails in this way; null at the end: it is not tried again. */
function waitsOf(code: FailureCode, random: number, most: number): readonly (number | null)[] {
  const failure = { code, detail: '', retryAfterMs: null, outcomeUnknown: false };
  const waits: (number | null)[] = [];
  for (let used = 0; used < most; used += 1) {
    const at = retryAt(failure, { attemptsUsed: used, maxAttempts: null, limits: used }, 0, random);
    waits.push(at === null ? null : at / 1000);
    if (at === null) break;
  }
  return waits;
}

describe('the retry policy shown to people', () => {
  it.each(FAILURE_CODES)('matches a job that always fails with %s', (code) => {
    const said = retryPolicy(code);
    const scale = said.delays_are === 'up_to' ? 0.999_999_999 : 0;
    const waits = waitsOf(code, scale, 40);
    const retried = waits.flatMap((wait) => (wait === null ? [] : [Math.round(wait)]));
    // Attempts: one more than waits, and the last one ends the job.
    expect(said.max_attempts).toBe(waits.at(-1) === null ? waits.length : null);
    expect(said.first_delay_seconds).toBe(retried[0] ?? null);
    expect(said.longest_delay_seconds).toBe(retried.length === 0 ? null : Math.max(...retried));
  });
});

describe('attempts_left', () => {
  const free = { credential: null, account: null, fullUntil: null, shareFullUntil: null, lease: null, server: null };
  const left = (job: Job): number => toJobResource(job, free, { role: 'viewer', now: T0 }).attempts_left;

  /**
   * The remaining attempts before each attempt of a job that always fails in this way, starting from the given state.
   */
  function attemptsLeft(code: FailureCode, from: readonly JobEvent[]): readonly number[] {
    let job = foldJob(stream(from));
    const seen: number[] = [];
    while (job !== null && job.status !== 'failed' && seen.length < 100) {
      seen.push(left(job));
      const at = retryAt(
        { code, detail: '', retryAfterMs: null, outcomeUnknown: false },
        { attemptsUsed: job.attempts_used, maxAttempts: job.max_attempts, limits: 0 },
        T0,
        0,
      );
      const retry_at = at === null ? null : new Date(at).toISOString();
      const failed = { code, category: 'transient' as const, detail: '', retry_at, outcome_unknown: false };
      const events: JobEvent[] = [started(job.attempt_count + 1), { type: 'AttemptFailed', data: failed }];
      for (const event of events) {
        job = evolveJob(job, { ...recorded(event, (job?.version ?? 0) + 1, T0), ...event });
      }
    }
    expect(job === null ? null : left(job)).toBe(0);
    return seen;
  }

  it('counts down to the attempt after which the job is failed, and starts again with a retry', () => {
    const down = Array.from({ length: 20 }, (_, at) => 20 - at);
    expect(attemptsLeft('connection_closed', [requested()])).toEqual(down);
    const failed: JobEvent = {
      type: 'AttemptFailed',
      data: { code: 'connection_closed', category: 'transient', detail: '', retry_at: null, outcome_unknown: false },
    };
    const retried = [requested(), started(), failed, { type: 'JobRetryRequested', data: { reason: null } }] as const;
    expect(attemptsLeft('connection_closed', retried)).toEqual(down);
    expect(attemptsLeft('connection_closed', [requested({ max_attempts: 2 })])).toEqual([2, 1]);
  });

  it('is one for a failed job that was triggered: only that attempt', () => {
    const failed: JobEvent = {
      type: 'AttemptFailed',
      data: { code: 'auth_failed', category: 'authentication', detail: '', retry_at: null, outcome_unknown: false },
    };
    const triggered = { type: 'JobTriggered', data: { reason: null, force: false } } as const;
    expect(attemptsLeft('auth_failed', [requested(), started(), failed, triggered])).toEqual([1]);
  });
});
