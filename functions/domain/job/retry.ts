import { categoryOf, type FailureCategory, type FailureCode } from '../failure/catalogue.ts';
import type { Failure } from '../failure/failure.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

type Backoff = {
  readonly attempts: number;
  readonly firstMs: number;
  readonly factor: number;
  readonly jitter: 'full' | 'tenth';
};

const slow = (attempts: number): Backoff => ({ attempts, firstMs: MINUTE, factor: 3, jitter: 'tenth' });
/** About 4 h (median) until the 20th failure: longer than most outages. */
const fast: Backoff = { attempts: 20, firstMs: SECOND, factor: 2, jitter: 'full' };
const never: Backoff = { attempts: 1, firstMs: 0, factor: 1, jitter: 'tenth' };

/** The retry policy of each category. */
const BACKOFF: Record<FailureCategory, Backoff> = {
  transient: fast,
  interrupted: fast,
  rate_limit: slow(Number.POSITIVE_INFINITY),
  quota: slow(8),
  server: slow(8),
  protocol: slow(3),
  internal: slow(3),
  authentication: never,
  authorization: never,
  configuration: never,
  not_found: never,
  payload: never,
  conflict: never,
};

const BY_CODE: Partial<Record<FailureCode, Backoff>> = { command_failed: slow(3), secret_unavailable: fast };

/** The longest wait between two attempts, ms. */
export const MAX_BACKOFF_MS = HOUR;

/** The number of consecutive lost workers that fails a job. */
export const MAX_ABANDONED = 5;

const backoffOf = (code: FailureCode): Backoff => BY_CODE[code] ?? BACKOFF[categoryOf(code)];

/** The number of attempts before a failure of this code is final. */
export function attemptBudget(code: FailureCode, maxAttempts: number | null): number {
  const { attempts } = backoffOf(code);
  return attempts > 1 && maxAttempts !== null && attempts !== Number.POSITIVE_INFINITY ? maxAttempts : attempts;
}

/** The retry policy of a failure code, as shown to people. */
export type RetryPolicy = {
  /** Failed attempts until the job is `failed`; null: they are not counted. */
  readonly max_attempts: number | null;
  /** The wait after the first failure and the longest wait, in seconds; null: it is not retried automatically. */
  readonly first_delay_seconds: number | null;
  readonly longest_delay_seconds: number | null;
  /** `up_to`: each wait is random, up to the number. `about`: up to a tenth longer than the number. */
  readonly delays_are: 'up_to' | 'about';
};

/** The policy that `retryAt` follows, before a job's own `max_attempts` and a provider's hint are applied. */
export function retryPolicy(code: FailureCode): RetryPolicy {
  const { attempts, firstMs, factor, jitter } = backoffOf(code);
  const isRetried = attempts > 1;
  const longestMs = Math.min(MAX_BACKOFF_MS, firstMs * factor ** Math.min(attempts - 2, 30));
  return {
    max_attempts: Number.isFinite(attempts) ? attempts : null,
    first_delay_seconds: isRetried ? firstMs / SECOND : null,
    longest_delay_seconds: isRetried ? longestMs / SECOND : null,
    delays_are: jitter === 'full' ? 'up_to' : 'about',
  };
}

/**
 * When to try again after a failure, in ms since the epoch; null: not automatically. `attemptsUsed`: the failures
 * before this one. `limits`: the credential's rate limits in a row before this one; they are not counted as attempts,
 * so the wait grows with them instead. `random` in [0, 1) spreads retries in time.
 */
export function retryAt(
  failure: Failure,
  job: { attemptsUsed: number; maxAttempts: number | null; limits: number },
  now: number,
  random: number,
): number | null {
  const { firstMs, factor, jitter } = backoffOf(failure.code);
  const used = job.attemptsUsed + 1;
  if (used >= attemptBudget(failure.code, job.maxAttempts)) return null;
  if (failure.retryAfterMs !== null) return now + failure.retryAfterMs + Math.round(random * 5 * SECOND);
  const before = categoryOf(failure.code) === 'rate_limit' ? job.limits : job.attemptsUsed;
  const ceiling = Math.min(MAX_BACKOFF_MS, firstMs * factor ** Math.min(before, 30));
  const wait = jitter === 'full' ? random * ceiling : ceiling * (1 + random / 10);
  return now + Math.max(SECOND, Math.round(wait));
}
