/** AWS refuses a request because a limit of the account or of a table is reached, and did so until we gave up. */
export class Throttled extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Throttled';
  }
}

/** By these names errors of DynamoDB, KMS and SQS say that a limit is reached, and reasons of a cancelled transaction. */
const NAMES = new Set([
  'Throttled',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/** Whether the error means that a limit of AWS is reached, so that the same request will do later. */
export function isThrottled(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NAMES.has(error.name)) return true;
  const reasons = 'CancellationReasons' in error ? error.CancellationReasons : [];
  return Array.isArray(reasons) && reasons.some((reason) => NAMES.has(String(reason?.Code)));
}
