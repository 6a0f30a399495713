/**
 * The names and codes of errors of the SDK which mean that a request got no answer, or that AWS failed to handle it.
 */
const NAMES = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);
const CODES = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'],
]);

/**
 * Whether the SDK gave up a request to AWS without learning its result, so that a write may have happened. False for
 * errors of other connections, which have no `$metadata`.
 */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  if (NAMES.has(error.name)) return true;
  if ('code' in error && typeof error.code === 'string' && CODES.has(error.code)) return true;
  return statusOf(error.$metadata) >= 500;
}

const statusOf = (metadata: unknown): number =>
  typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? Number(metadata.httpStatusCode)
    : 0;
