import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoConnections } from '../adapters/dynamodb/connections.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { dynamoProjection } from '../adapters/dynamodb/projection.ts';
import { dynamoQuotaCounts } from '../adapters/dynamodb/quota-counts.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { sqsBulkQueue } from '../adapters/sqs/bulk-queue.ts';
import { runBulk } from '../bulk/run-bulk.ts';
import type { Bulk } from '../domain/bulk/bulk.ts';
import { type BulkMessage, bulkMessageSchema } from '../ports/bulk-queue.ts';
import { jobServers } from '../queries/servers-of-jobs.ts';
import { settings } from '../runtime/environment.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { fromViews } from '../streams/current.ts';

const { EVENTS_TABLE, EVENTS_STREAM_ARN, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, BULK_QUEUE_URL, ACCOUNT_BULKS } =
  settings;
const environment = z
  .object({ EVENTS_TABLE, EVENTS_STREAM_ARN, VIEWS_TABLE, SECRETS_TABLE, LEASES_TABLE, BULK_QUEUE_URL, ACCOUNT_BULKS })
  .parse(process.env);
const client = documentClient();
const queue = sqsBulkQueue(new SQSClient(REQUESTS), environment.BULK_QUEUE_URL);
const quotaCounts = dynamoQuotaCounts(client, environment.LEASES_TABLE);
const views = dynamoViews(client, environment.VIEWS_TABLE);
const base = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  views,
  ids,
  now: () => Date.now(),
  random: () => Math.random(),
  pause: (ms: number): Promise<void> => pause(ms),
  accountBulks: environment.ACCOUNT_BULKS,
};
const ports = {
  ...base,
  projection: dynamoProjection(new DynamoDBStreamsClient(REQUESTS), environment.EVENTS_STREAM_ARN, base),
  serversOf: jobServers(dynamoConnections(client, environment.SECRETS_TABLE)),
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots: dynamoSlots(client, environment.LEASES_TABLE),
  runLater: (message: BulkMessage, delayMs: number): Promise<void> => queue.send(message, delayMs),
  async ended({ account_id: accountId }: Bulk): Promise<void> {
    try {
      await quotaCounts.giveBack(`runningBulkOperations#${accountId}`);
    } catch (error) {
      logger.warn('count not reduced', { account_id: accountId, ...errorFields(error) });
    }
  },
  failed: (jobId: string, error: unknown): void =>
    logger.error('bulk item failed', { job_id: jobId, ...errorFields(error) }),
};

export async function handler(batch: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const failures: { itemIdentifier: string }[] = [];
  for (const record of batch.Records) {
    try {
      const message = bulkMessageSchema.parse(JSON.parse(record.body));
      const turn = await runBulk(message, { ...ports, remainingMs: () => context.getRemainingTimeInMillis() });
      if (turn !== 'over') await queue.send(turn.message, turn.delayMs);
      logger.info('bulk run', { bulk_id: message.bulk_id, again_in: turn === 'over' ? null : turn.delayMs });
    } catch (error) {
      logger.error('bulk run failed', { message_id: record.messageId, ...errorFields(error) });
      failures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures: failures };
}
