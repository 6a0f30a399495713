import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Coalescing } from '../../ports/coalescing.ts';
import { conditional } from './conditional.ts';
import { LEASES, WORK_PREFIX } from './tables.ts';

const KEEP_SECONDS = 2 * 86_400;

/** Rows of the leases table. */
export function dynamoCoalescing(client: DynamoDBDocumentClient, table: string): Coalescing {
  const keyOf = (work: string) => ({ [LEASES.partitionKey]: `${WORK_PREFIX}${work}` });
  return {
    async latest(work) {
      const Key = keyOf(work);
      const { Item } = await client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
      return typeof Item?.job_id === 'string' ? Item.job_id : null;
    },

    replace(work, replaces, jobId, now) {
      const update = new UpdateCommand({
        TableName: table,
        Key: keyOf(work),
        UpdateExpression: 'SET job_id = :job, #ttl = :ttl',
        // True for our own write, if the answer to a first try was lost.
        ConditionExpression: `job_id = :job OR ${replaces === null ? 'attribute_not_exists(job_id)' : 'job_id = :old'}`,
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: {
          ':job': jobId,
          ':ttl': Math.ceil(now / 1000) + KEEP_SECONDS,
          ...(replaces === null ? {} : { ':old': replaces }),
        },
      });
      return conditional(() => client.send(update));
    },
  };
}
