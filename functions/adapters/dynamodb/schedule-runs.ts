import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';

const PREFIX = 'run#';
const rowSchema = z.object({
  due: z.string(),
  job_id: z.string().nullable(),
  fired_at: z.string().nullable(),
  skipped: z.number(),
  failures: z.number(),
  since: z.string(),
});

/** Rows of the leases table. */
export function dynamoScheduleRuns(client: DynamoDBDocumentClient, table: string): ScheduleRuns {
  return {
    async read(taskIds) {
      const keys = [...new Set(taskIds)].map((id) => ({ id: `${PREFIX}${id}` }));
      const items = keys.length === 0 ? [] : await batchGet(client, table, keys, { consistent: true });
      return new Map(items.map((item) => [String(item.id).slice(PREFIX.length), rowSchema.parse(item)]));
    },

    record(taskId, run, replaces) {
      const put = new PutCommand({
        TableName: table,
        Item: { id: `${PREFIX}${taskId}`, ...run },
        ...(replaces === null
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : { ConditionExpression: 'due = :old', ExpressionAttributeValues: { ':old': replaces } }),
      });
      return conditional(() => client.send(put));
    },
  };
}
