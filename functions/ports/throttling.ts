/** AWS has refused a request because a limit of the account or of a table is reached, also after all retries. */
export class Throttled extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Throttled';
  }
}

/**
 * The names of errors of DynamoDB, KMS and SQS that mean that a limit is reached, and of such reasons of a cancelled
 * transaction.
 */
const NAMES = new Set([
  'Throttled',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Whether the error means that a limit of AWS is reached, so that the same request may succeed later. */
export function isThrottled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NAMES.has(error.name)) return true;
  const reasons = 'CancellationReasons' in error ? error.CancellationReasons : [];
  return Array.isArray(reasons) && reasons.some((reason) => NAMES.has(String(reason?.Code)));
}
