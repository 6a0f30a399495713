import type { FailureCode } from './catalogue.ts';

/**
 * What went wrong, as the edge that saw it classified it.
 * `detail` is already redacted and bounded (300 characters); `retryAfterMs` is the provider's own hint.
 */
export type Failure = {
  readonly code: FailureCode;
  readonly detail: string;
  readonly retryAfterMs: number | null;
  /** True when a mutating command may have taken effect although its answer never came. */
  readonly outcomeUnknown: boolean;
};

/** A failure that changed nothing and came without a hint of when to try again. */
export const failureOf = (code: FailureCode, detail: string): Failure => ({
  code,
  detail,
  retryAfterMs: null,
  outcomeUnknown: false,
});

/** No hint of a provider holds a credential longer than our own longest wait. */
export const MAX_HINT_MS = 3_600_000;
