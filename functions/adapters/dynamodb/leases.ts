import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { PROGRESS_UNITS } from '../../domain/attempt/outcome.ts';
import type { Leases } from '../../ports/leases.ts';
import { conditional } from './conditional.ts';
import { LEASE_PREFIX, LEASES } from './tables.ts';

/**
 * Rows are kept for a day after they expire, so that a frozen worker still finds the taken lease when it continues.
 */
const KEEP_SECONDS = 86_400;

const rowSchema = z.object({
  expires_at: z.number(),
  progress: z
    .object({ done: z.number(), total: z.number().nullable(), unit: z.enum(PROGRESS_UNITS), at: z.string() })
    .nullable()
    .default(null),
});

/** The port over the leases table. */
export function dynamoLeases(client: DynamoDBDocumentClient, table: string): Leases {
  const key = (leaseId: string) => ({ [LEASES.partitionKey]: `${LEASE_PREFIX}${leaseId}` });

  const updated = (input: Omit<UpdateCommandInput, 'TableName'>): Promise<boolean> =>
    conditional(() => client.send(new UpdateCommand({ TableName: table, ...input })));

  return {
    renew(leaseId, now, expiresAt, progress) {
      return updated({
        Key: key(leaseId),
        UpdateExpression: 'SET expires_at = :until, progress = :progress, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(taken) AND (attribute_not_exists(id) OR expires_at > :now)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':until': expiresAt,
          ':now': now,
          ':progress': progress === null ? null : { ...progress, at: new Date(now).toISOString() },
          ':ttl': Math.ceil(expiresAt / 1000) + KEEP_SECONDS,
        },
      });
    },

    take(leaseId, now) {
      return updated({
        Key: key(leaseId),
        UpdateExpression: 'SET taken = :true, expires_at = :now, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(taken) OR expires_at <= :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':true': true, ':now': now, ':ttl': Math.ceil(now / 1000) + KEEP_SECONDS },
      });
    },

    async read(leaseId) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: key(leaseId), ConsistentRead: true }));
      if (Item === undefined) return null;
      const row = rowSchema.parse(Item);
      return { expiresAt: row.expires_at, progress: row.progress };
    },
  };
}
