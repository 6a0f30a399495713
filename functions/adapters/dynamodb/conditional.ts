import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { pauseWithJitter } from './pause.ts';

const CONFLICT_TRIES = 5;

/**
 * True when the write was made, false when its condition did not hold. `isOurs` looks at the item that made it fail, if
 * the write asked for it: the SDK tries again when an answer is lost, and then our own first try is in the way. Throws
 * whatever else went wrong.
 */
export async function conditional(
  write: () => Promise<unknown>,
  isOurs: (item: Record<string, unknown>) => boolean = () => false,
): Promise<boolean> {
  try {
    await pastConflicts(write);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item !== undefined && isOurs(unmarshall(error.Item));
  }
}

/** A single write may meet a transaction on the same item, which the SDK does not try again. */
export async function pastConflicts<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof TransactionConflictException) || attempt >= CONFLICT_TRIES) throw error;
      await pauseWithJitter(attempt);
    }
  }
}
