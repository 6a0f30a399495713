import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { pauseWithJitter } from './pause.ts';

const CONFLICT_TRIES = 5;

/**
 * True when the write succeeded, false when its condition failed. `isOurs` gets the item that made it fail, if the
 * write requested it: the SDK retries when an answer is lost, and then our own first try makes the condition fail.
 * Throws every other error.
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

/** A single write may conflict with a transaction on the same item; the SDK does not retry that. */
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
