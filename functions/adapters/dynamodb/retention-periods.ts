import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { RetentionPeriods } from '../../ports/retention-periods.ts';
import { LEASES, RETENTION_ROW } from './tables.ts';

const KEY = { [LEASES.partitionKey]: RETENTION_ROW };
const period = z.number().positive();
const rowSchema = z.object({ periods: z.object({ unchanged: period, succeeded: period, failed: period }) });

/** One row of the leases table. It has no end: an expired row would let a period become shorter. */
export function dynamoRetentionPeriods(client: DynamoDBDocumentClient, table: string): RetentionPeriods {
  return {
    async read() {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: KEY, ConsistentRead: true }));
      return Item === undefined ? null : rowSchema.parse(Item).periods;
    },

    async keep(periods) {
      await client.send(new PutCommand({ TableName: table, Item: { ...KEY, periods } }));
    },
  };
}
