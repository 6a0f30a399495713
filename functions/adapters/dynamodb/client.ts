import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isThrottled } from '../../ports/throttling.ts';
import { measure } from '../../runtime/metrics.ts';
import { REQUESTS } from '../aws/requests.ts';

/**
 * One client per process. `undefined` is dropped, so that an absent attribute is absent and never NULL. Each try that
 * DynamoDB refuses because a table is at its limit is counted in a metric, even if a later try succeeds.
 */
export function documentClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient(REQUESTS);
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isThrottled(error)) countThrottle(tableOf(args.input));
        throw error;
      }
    },
    // This runs inside the SDK's retry loop, which has a high priority in this step.
    { step: 'finalizeRequest', priority: 'low', name: 'countThrottles' },
  );
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Counts a refused try, or a batch that a table did not process completely. */
export function countThrottle(table: string): void {
  measure('TableThrottles', 1, { table });
}

/** Batches and transactions may name several tables. */
const tableOf = (input: object): string =>
  'TableName' in input && typeof input.TableName === 'string' ? input.TableName : 'several';
