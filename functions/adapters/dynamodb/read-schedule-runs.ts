import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import { batchGet } from './batch-get.ts';
import { LEASES } from './tables.ts';

const PREFIX = 'run#';
export const runKey = (taskId: string) => ({ [LEASES.partitionKey]: `${PREFIX}${taskId}` });

const rowSchema = z.object({
  due: z.string(),
  job_id: z.string().nullable(),
  fired_at: z.string().nullable(),
  skipped: z.number(),
  failures: z.number(),
  since: z.string(),
});

/** The runs of tasks as they are kept, for those that only show them. */
export function dynamoReadScheduleRuns(client: DynamoDBDocumentClient, table: string): Pick<ScheduleRuns, 'read'> {
  return {
    async read(taskIds) {
      const keys = [...new Set(taskIds)].map(runKey);
      const items = keys.length === 0 ? [] : await batchGet(client, table, keys, { consistent: true });
      return new Map(
        items.map((item) => [String(item[LEASES.partitionKey]).slice(PREFIX.length), rowSchema.parse(item)]),
      );
    },
  };
}
