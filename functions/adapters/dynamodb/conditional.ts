import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** True when the write was made, false when its condition did not hold. Throws whatever else went wrong. */
export async function conditional(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
