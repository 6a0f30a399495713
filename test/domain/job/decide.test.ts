import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAILURE_CODES, type FAILURES } from '../../../functions/domain/failure/catalogue.ts';
import {
  decideAbandon,
  decideClaim,
  decideHoldExpiry,
  decideOutcome,
  decideRelease,
  ownsJob,
} from '../../../functions/domain/job/decide.ts';
import { resendsNow, sweepFrom } from '../../../functions/domain/job/due.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { attemptBudget, MAX_BACKOFF_MS, retryAt } from '../../../functions/domain/job/retry.ts';
import { abandoned, failedWith, iso, requested, started, stream, succeeded, T0, yielded } from './job-stream.ts';

const job = (...events: JobEvent[]) => {
  const folded = foldJob(stream(events));
  if (folded === null) throw new Error('no job');
  return folded;
};
const NOW = T0 + 60_000;
const LATER = iso(NOW + 30_000);

describe('a claim', () => {
  it('starts a queued job as attempt 1, continuation 1', () => {
    expect(decideClaim(job(requested()), 'lease', NOW)).toEqual({
      kind: 'start',
      event: { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'lease' } },
    });
  });
  it('continues a yielded attempt as its next continuation', () => {
    expect(decideClaim(job(requested(), started(), yielded), 'lease', NOW)).toMatchObject({
      event: { data: { attempt: 1, part: 2 } },
    });
  });
  it('continues an abandoned attempt without counting a new one', () => {
    expect(decideClaim(job(requested(), started(), abandoned('lease-1-1')), 'x', NOW)).toMatchObject({
      event: { data: { attempt: 1, part: 2 } },
    });
  });
  it('starts a new attempt after a failure, once it is due', () => {
    const retrying = job(requested(), started(), failedWith('connection_closed', LATER));
    expect(decideClaim(retrying, 'x', NOW)).toEqual({ kind: 'early', dueAt: NOW + 30_000 });
    expect(decideClaim(retrying, 'x', NOW + 30_000)).toMatchObject({ event: { data: { attempt: 2, part: 1 } } });
  });
  it.each<[string, JobEvent[]]>([
    ['running', [requested(), started()]],
    ['succeeded', [requested(), started(), succeeded]],
    ['failed', [requested(), started(), failedWith('auth_failed', null)]],
    ['resolved', [requested(), { type: 'JobResolved', data: { note: null } }]],
    ['deleted', [requested(), { type: 'JobDeleted', data: { reason: null } }]],
  ])('drops a message of a job that is %s', (_, events) => {
    expect(decideClaim(job(...events), 'x', NOW)).toEqual({ kind: 'drop' });
  });
  it('starts a job without a time at once', () => {
    expect(decideClaim({ ...job(requested()), next_attempt_at: null }, 'x', NOW)).toMatchObject({ kind: 'start' });
  });
  it('drops a message of a job that does not exist', () => {
    expect(decideClaim(null, 'x', NOW)).toEqual({ kind: 'drop' });
  });
});

describe('the retry policy', () => {
  const used = (attemptsUsed: number, maxAttempts: number | null = null) => ({ attemptsUsed, maxAttempts, limits: 0 });
  const failure = (code: keyof typeof FAILURES, retryAfterMs: number | null = null) => ({
    code,
    detail: '',
    retryAfterMs,
    outcomeUnknown: false,
  });

  it('tries a transient failure 20 times, at most an hour apart', () => {
    const waits = Array.from({ length: 19 }, (_, n) => retryAt(failure('connection_closed'), used(n), 0, 0.999) ?? -1);
    expect(waits.every((wait) => wait >= 1000 && wait <= MAX_BACKOFF_MS)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThan(3_500_000);
    expect(retryAt(failure('connection_closed'), used(19), 0, 0.5)).toBeNull();
  });
  it('waits about four hours (median) before a transient failure is final', () => {
    const total = Array.from(
      { length: 19 },
      (_, n) => retryAt(failure('provider_timeout'), used(n), 0, 0.5) ?? 0,
    ).reduce((sum, wait) => sum + wait, 0);
    expect(total / 3_600_000).toBeGreaterThan(3);
    expect(total / 3_600_000).toBeLessThan(5);
  });
  it('tries command_failed three times although its category gets eight', () => {
    expect(attemptBudget('command_failed', null)).toBe(3);
    expect(attemptBudget('server_error', null)).toBe(8);
  });
  it('never retries automatically what only a person can repair', () => {
    for (const code of [
      'auth_failed',
      'mailbox_not_found',
      'invalid_payload',
      'uidvalidity_changed',
      'tls_error',
      'permission_denied',
    ] as const)
      expect(retryAt(failure(code), used(0, 50), 0, 0.5)).toBeNull();
  });
  it("follows the provider's hint of a rate limit however often it comes", () => {
    expect(retryAt(failure('rate_limited', 300_000), used(500), 0, 0)).toBe(300_000);
  });
  it('triples the wait of rate limits in a row without a hint, up to an hour, whatever attempts the job has used', () => {
    const waits = Array.from({ length: 6 }, (_, limits) =>
      retryAt(failure('rate_limited'), { ...used(0), limits }, 0, 0),
    );
    expect(waits.map((wait) => (wait ?? 0) / 60_000)).toEqual([1, 3, 9, 27, 60, 60]);
    expect(retryAt(failure('rate_limited'), { ...used(7), limits: 0 }, 0, 0)).toBe(60_000);
  });
  it('adds up to five seconds to a hint, so that not all jobs return at once', () => {
    expect(retryAt(failure('rate_limited', 300_000), used(0), NOW, 0.5)).toBe(NOW + 302_500);
    expect(retryAt(failure('rate_limited', 300_000), used(0), NOW, 0.9)).toBe(NOW + 304_500);
  });
  it('triples the wait after a failure of the server, with up to a tenth more', () => {
    const waits = Array.from({ length: 4 }, (_, n) => retryAt(failure('server_error'), used(n), NOW, 0));
    expect(waits.map((at) => ((at ?? 0) - NOW) / 60_000)).toEqual([1, 3, 9, 27]);
    expect(retryAt(failure('server_error'), used(0), NOW, 0.5)).toBe(NOW + 63_000);
  });
  it('retries a rate limit even if the job has few attempts', () => {
    expect(retryAt(failure('rate_limited'), used(0, 1), NOW, 0)).toBe(NOW + 60_000);
  });
  it('lets max_attempts override the number', () => {
    expect(retryAt(failure('connection_closed'), used(1, 2), 0, 0.5)).toBeNull();
    expect(retryAt(failure('connection_closed'), used(1, 3), 0, 0.5)).not.toBeNull();
  });
  it('returns a future time or null for every code', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAILURE_CODES),
        fc.nat(40),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (code, attemptsUsed, random) => {
          const at = retryAt(failure(code), used(attemptsUsed), NOW, random);
          expect(at === null || at >= NOW + 1000).toBe(true);
        },
      ),
    );
  });
});

describe('the end of an attempt', () => {
  it('turns a failure into the event with its retry time and a shortened detail', () => {
    const event = decideOutcome(
      job(requested(), started()),
      {
        kind: 'failed',
        failure: { code: 'provider_timeout', detail: 'x'.repeat(500), retryAfterMs: null, outcomeUnknown: true },
      },
      NOW,
      0.5,
    );
    expect(event).toMatchObject({
      type: 'AttemptFailed',
      data: { code: 'provider_timeout', category: 'transient', outcome_unknown: true },
    });
    expect(event.type === 'AttemptFailed' && event.data.detail.length).toBe(300);
  });
  it('keeps the result, and the time of the sync that decides on suspected removals', () => {
    const running = job(requested(), started());
    expect(decideOutcome(running, { kind: 'succeeded', result: { added: 1 } }, NOW, 0.5)).toStrictEqual({
      type: 'AttemptSucceeded',
      data: { result: { added: 1 } },
    });
    expect(decideOutcome(running, { kind: 'succeeded', result: {}, recheckAt: LATER }, NOW, 0.5)).toStrictEqual({
      type: 'AttemptSucceeded',
      data: { result: {}, recheck_at: LATER },
    });
  });
  it('keeps the checkpoint of an attempt that continues', () => {
    expect(
      decideOutcome(job(requested(), started()), { kind: 'yielded', checkpoint: { at: 3 } }, NOW, 0.5),
    ).toStrictEqual({
      type: 'AttemptYielded',
      data: { checkpoint: { at: 3 } },
    });
  });
  it('stores until when and why it is postponed, and its checkpoint if there is one', () => {
    const running = job(requested(), started());
    const postponed = { kind: 'postponed', until: NOW + 30_000, because: 'rate_limited' } as const;
    expect(decideOutcome(running, postponed, NOW, 0.5)).toStrictEqual({
      type: 'JobPostponed',
      data: { until: LATER, because: 'rate_limited' },
    });
    expect(decideOutcome(running, { ...postponed, checkpoint: { at: 3 } }, NOW, 0.5)).toStrictEqual({
      type: 'JobPostponed',
      data: { until: LATER, because: 'rate_limited', checkpoint: { at: 3 } },
    });
  });
  it('stores the time of the next attempt, or null when a failure is final', () => {
    const running = job(requested(), started());
    const failed = (code: keyof typeof FAILURES) =>
      decideOutcome(
        running,
        { kind: 'failed', failure: { code, detail: '', retryAfterMs: 25_000, outcomeUnknown: false } },
        NOW,
        0,
      );
    expect(failed('rate_limited')).toMatchObject({ data: { retry_at: iso(NOW + 25_000) } });
    expect(failed('auth_failed')).toMatchObject({ data: { retry_at: null } });
  });
  it.each<[string, JobEvent[], boolean]>([
    ['runs under the lease', [requested(), started()], true],
    ['runs under another lease', [requested(), started(1, 1, 'another')], false],
    ['was deleted while it ran', [requested(), started(), { type: 'JobDeleted', data: { reason: null } }], false],
    ['has ended', [requested(), started(), succeeded], false],
  ])('belongs to the holder of a lease only if the job %s', (_, events, owned) => {
    expect(ownsJob(job(...events), 'lease-1-1')).toBe(owned);
  });
  it('belongs to no worker when the job does not exist', () => {
    expect(ownsJob(null, 'lease-1-1')).toBe(false);
    expect(decideAbandon(null, 'lease-1-1')).toBeNull();
  });
  it('abandons only the attempt whose lease was taken', () => {
    const running = job(requested(), started());
    expect(decideAbandon(running, 'lease-1-1')).toEqual({
      type: 'AttemptAbandoned',
      data: { lease_id: 'lease-1-1', gives_up: false },
    });
    expect(decideAbandon(running, 'another')).toBeNull();
    expect(decideAbandon(job(requested(), started(), succeeded), 'lease-1-1')).toBeNull();
  });
  it('fails the job at the fifth lost worker in a row', () => {
    const events: JobEvent[] = [requested()];
    for (let part = 1; part <= 4; part += 1) events.push(started(1, part), abandoned(`lease-1-${part}`));
    expect(decideAbandon(job(...events, started(1, 5)), 'lease-1-5')).toMatchObject({ data: { gives_up: true } });
  });
});

describe('the sweeper', () => {
  it('releases due jobs and nothing else', () => {
    const scheduled = job(requested({ run_at: LATER }));
    expect(decideRelease(scheduled, NOW)).toBeNull();
    expect(decideRelease(scheduled, NOW + 30_000)).toEqual({ type: 'JobReleased', data: {} });
    expect(decideRelease(job(requested()), NOW)).toBeNull();
  });
  it('releases a job whose retry is due, and not a missing or deleted one', () => {
    const retrying = job(requested(), started(), failedWith('connection_closed', LATER));
    expect(decideRelease(retrying, NOW + 29_999)).toBeNull();
    expect(decideRelease(retrying, NOW + 30_000)).toEqual({ type: 'JobReleased', data: {} });
    expect(decideRelease({ ...retrying, deleted: true }, NOW + 30_000)).toBeNull();
    expect(decideRelease({ ...retrying, next_attempt_at: null }, NOW + 30_000)).toBeNull();
    expect(decideRelease(null, NOW + 30_000)).toBeNull();
  });
  it('fails no job for a block when there is no job, no credential, or the job is deleted', () => {
    const free = { credential: null, account: null };
    expect(decideHoldExpiry(null, free, NOW)).toBeNull();
    expect(decideHoldExpiry(job(requested()), free, NOW)).toBeNull();
  });
  it("checks a job beyond the queue's maximum delay exactly when it is due", () => {
    expect(sweepFrom(job(requested({ run_at: iso(T0 + 901_000) })))).toBe(iso(T0 + 901_000));
    expect(sweepFrom(job(requested({ run_at: iso(T0 + 900_000) })))).toBe(iso(T0 + 1_020_000));
    expect(sweepFrom(job(requested(), started(), succeeded))).toBeNull();
  });
  it('sends a lost message again at 2, 4, 8, 16 … minutes, once each', () => {
    const minutes = Array.from({ length: 130 }, (_, minute) => minute).filter((minute) =>
      resendsNow(T0, T0 + minute * 60_000),
    );
    expect(minutes).toEqual([2, 4, 8, 16, 32, 64, 128]);
  });
});
