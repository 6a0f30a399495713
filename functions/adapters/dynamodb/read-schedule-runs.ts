import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { RUNS_KEPT_MS, type TaskRuns, type Trigger } from '../../domain/schedule/run.ts';
import type { ScheduleRuns } from '../../ports/schedule-runs.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { LEASES, RUN_PREFIX } from './tables.ts';

/** The key of a task's row of runs. */
export const runKey = (taskId: string) => ({ [LEASES.partitionKey]: `${RUN_PREFIX}${taskId}` });

const runSchema = z.object({
  due: z.string(),
  job_id: z.string().nullable(),
  fired_at: z.string().nullable(),
  skipped: z.number(),
  failures: z.number(),
  since: z.string(),
});
const triggerSchema = z.object({ trigger_job: z.string(), trigger_at: z.string() });

/** The attributes of the last trigger in a row of runs. */
export const triggerAttributes = (trigger: Trigger | null) =>
  trigger === null ? {} : { trigger_job: trigger.job_id, trigger_at: trigger.at };

function fromRow(item: Record<string, unknown>): TaskRuns {
  const run = runSchema.safeParse(item);
  const trigger = triggerSchema.safeParse(item);
  return {
    run: run.success ? run.data : null,
    trigger: trigger.success ? { job_id: trigger.data.trigger_job, at: trigger.data.trigger_at } : null,
  };
}

/** The stored runs of tasks, for functions that show tasks and trigger them. */
export function dynamoReadScheduleRuns(
  client: DynamoDBDocumentClient,
  table: string,
): Pick<ScheduleRuns, 'read' | 'noteTrigger'> {
  return {
    async read(taskIds, options) {
      const keys = [...new Set(taskIds)].map(runKey);
      const items = keys.length === 0 ? [] : await batchGet(client, table, keys, options);
      return new Map(items.map((item) => [String(item[LEASES.partitionKey]).slice(RUN_PREFIX.length), fromRow(item)]));
    },

    async noteTrigger(taskId, { job_id, at }) {
      const update = new UpdateCommand({
        TableName: table,
        Key: runKey(taskId),
        UpdateExpression: 'SET trigger_job = :job, trigger_at = :at, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(trigger_at) OR trigger_at <= :at',
        ExpressionAttributeNames: { '#ttl': LEASES.ttl },
        ExpressionAttributeValues: {
          ':job': job_id,
          ':at': at,
          ':ttl': Math.ceil((Date.parse(at) + RUNS_KEPT_MS) / 1000),
        },
      });
      await conditional(() => client.send(update));
    },
  };
}
