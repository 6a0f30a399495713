/** By these names and codes the SDK says that a request got no answer, or that AWS failed on it. */
const NAMES = new Set(['TimeoutError', 'RequestTimeout', 'RequestTimeoutException']);
const CODES = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN', 'ENOTFOUND'],
]);

/**
 * Whether the SDK gave up on a request to AWS without learning its result. A write may have happened. Errors of other
 * connections, which have no `$metadata`, are not meant.
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
