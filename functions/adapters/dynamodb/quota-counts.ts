import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { QuotaCounts } from '../../ports/quota-counts.ts';
import { conditional } from './conditional.ts';
import { LEASES, USAGE_PREFIX } from './tables.ts';

const rowSchema = z.object({ n: z.int(), counted_at: z.int() });
/** Without its row, an account is counted again. */
const KEEP_SECONDS = 30 * 86_400;

/** Rows of the leases table. If an answer is lost, one resource may be counted twice until the next recount. */
export function dynamoQuotaCounts(client: DynamoDBDocumentClient, table: string): QuotaCounts {
  const keyOf = (key: string) => ({ [LEASES.partitionKey]: `${USAGE_PREFIX}${key}` });
  const ttlOf = (at: number): number => Math.ceil(at / 1000) + KEEP_SECONDS;
  return {
    add(key, most, now) {
      const update = new UpdateCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: 'ADD n :one SET counted_at = :now, #ttl = :ttl',
        ConditionExpression: 'n < :most',
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: { ':one': 1, ':most': most, ':now': now, ':ttl': ttlOf(now) },
      });
      return conditional(() => client.send(update));
    },

    async giveBack(key) {
      const update = new UpdateCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: 'ADD n :less',
        ConditionExpression: 'n > :none',
        ExpressionAttributeValues: { ':less': -1, ':none': 0 },
      });
      await conditional(() => client.send(update));
    },

    async read(key) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }));
      if (Item === undefined) return null;
      const { n, counted_at: at } = rowSchema.parse(Item);
      return { count: n, at };
    },

    replace(key, { count, at }, replaces) {
      const update = new UpdateCommand({
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: 'SET n = :n, counted_at = :at, #ttl = :ttl',
        ConditionExpression: replaces === null ? 'attribute_not_exists(n)' : 'n = :old AND counted_at = :oldAt',
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: {
          ':n': count,
          ':at': at,
          ':ttl': ttlOf(at),
          ...(replaces === null ? {} : { ':old': replaces.count, ':oldAt': replaces.at }),
        },
      });
      return conditional(() => client.send(update));
    },
  };
}
