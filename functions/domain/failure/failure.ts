import type { FailureCode } from './catalogue.ts';

/**
 * A failure, as classified by the code that saw it. `detail` is redacted and at most 300 characters; `retryAfterMs` is
 * the provider's own hint.
 */
export type Failure = {
  readonly code: FailureCode;
  readonly detail: string;
  readonly retryAfterMs: number | null;
  /** True when a mutating command may have taken effect although its answer was lost. */
  readonly outcomeUnknown: boolean;
};

/** A failure that changed nothing and came without a hint of when to try again. */
export const failureOf = (code: FailureCode, detail: string): Failure => ({
  code,
  detail,
  retryAfterMs: null,
  outcomeUnknown: false,
});

/** The upper bound of a provider's hint: our own longest wait. */
export const MAX_HINT_MS = 3_600_000;
