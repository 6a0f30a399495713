import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Ids } from '../../ports/ids.ts';
import type { RunEntry, ScheduleRuns } from '../../ports/schedule-runs.ts';
import { batchGet } from './batch-get.ts';
import { conditional } from './conditional.ts';
import { appending, stillAt } from './event-log.ts';
import { LEASES } from './tables.ts';
import { transact } from './transaction.ts';

const PREFIX = 'run#';
const rowSchema = z.object({
  due: z.string(),
  job_id: z.string().nullable(),
  fired_at: z.string().nullable(),
  skipped: z.number(),
  failures: z.number(),
  since: z.string(),
});

/** Rows of the leases table. They expire, so that a deleted task leaves none. */
export function dynamoScheduleRuns(
  client: DynamoDBDocumentClient,
  tables: { readonly leases: string; readonly events: string },
  ids: Pick<Ids, 'token'>,
): ScheduleRuns {
  const put = ({ taskId, run, replaces, until }: RunEntry) => ({
    TableName: tables.leases,
    Item: { [LEASES.partitionKey]: `${PREFIX}${taskId}`, ...run, [LEASES.ttl]: Math.ceil(until / 1000) },
    ...(replaces === null
      ? { ConditionExpression: `attribute_not_exists(${LEASES.partitionKey})` }
      : { ConditionExpression: 'due = :old', ExpressionAttributeValues: { ':old': replaces } }),
  });
  return {
    async read(taskIds) {
      const keys = [...new Set(taskIds)].map((id) => ({ [LEASES.partitionKey]: `${PREFIX}${id}` }));
      const items = keys.length === 0 ? [] : await batchGet(client, tables.leases, keys, { consistent: true });
      return new Map(
        items.map((item) => [String(item[LEASES.partitionKey]).slice(PREFIX.length), rowSchema.parse(item)]),
      );
    },

    record(entry) {
      return conditional(() => client.send(new PutCommand(put(entry))));
    },

    async fire({ job, taskVersion, ...entry }) {
      const written = await transact(client, [
        appending(tables.events, job, ids.token()),
        stillAt(tables.events, entry.taskId, taskVersion),
        { Put: put(entry) },
      ]);
      return written.kind === 'written';
    },
  };
}
