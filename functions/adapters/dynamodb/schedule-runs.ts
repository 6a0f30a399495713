import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Ids } from '../../ports/ids.ts';
import type { RunEntry, ScheduleRuns } from '../../ports/schedule-runs.ts';
import { conditional } from './conditional.ts';
import { appending, stillAt } from './event-log.ts';
import { dynamoReadScheduleRuns, runKey, triggerAttributes } from './read-schedule-runs.ts';
import { LEASES } from './tables.ts';
import { transact } from './transaction.ts';

/** Rows of the leases table. They expire, so that a deleted task leaves none. */
export function dynamoScheduleRuns(
  client: DynamoDBDocumentClient,
  tables: { readonly leases: string; readonly events: string },
  ids: Pick<Ids, 'token'>,
): ScheduleRuns {
  const put = ({ taskId, run, replaces, trigger, until }: RunEntry) => ({
    TableName: tables.leases,
    Item: { ...runKey(taskId), ...run, ...triggerAttributes(trigger), [LEASES.ttl]: Math.ceil(until / 1000) },
    ConditionExpression: [
      replaces === null ? 'attribute_not_exists(due)' : 'due = :old',
      trigger === null ? 'attribute_not_exists(trigger_job)' : 'trigger_job = :job',
    ].join(' AND '),
    ...(replaces === null && trigger === null
      ? {}
      : {
          ExpressionAttributeValues: {
            ...(replaces === null ? {} : { ':old': replaces }),
            ...(trigger === null ? {} : { ':job': trigger.job_id }),
          },
        }),
  });
  return {
    ...dynamoReadScheduleRuns(client, tables.leases),

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
