/**
 * Settings of every AWS client: five tries, each with a time limit. Without the limit, a lost answer blocks the
 * function until its timeout. A request that is retried must be idempotent.
 */
export const REQUESTS = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;
