/**
 * How every client of AWS asks: five tries, and none waits for an answer for longer than this. Without it a lost answer
 * is waited for until the function is ended from outside. What is tried again must be safe to do twice.
 */
export const REQUESTS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
