import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Permits } from '../../ports/permits.ts';
import { conditional } from './conditional.ts';
import { LEASES, USAGE_PREFIX } from './tables.ts';

const KEEP_SECONDS = 120;

/** One counter row of the leases table per key. If an answer is lost, permits may be counted twice. */
export function dynamoPermits(client: DynamoDBDocumentClient, table: string): Permits {
  return {
    take(key, count, most, now) {
      const update = new UpdateCommand({
        TableName: table,
        Key: { [LEASES.partitionKey]: `${USAGE_PREFIX}${key}` },
        UpdateExpression: 'ADD n :count SET #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(n) OR n <= :rest',
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: {
          ':count': count,
          ':rest': most - count,
          ':ttl': Math.ceil(now / 1000) + KEEP_SECONDS,
        },
      });
      return conditional(() => client.send(update));
    },
  };
}
