import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCoalescing } from '../adapters/dynamodb/coalescing.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { pauseWithJitter } from '../adapters/dynamodb/pause.ts';
import { dynamoSlots } from '../adapters/dynamodb/slots.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { sqsBulkQueue } from '../adapters/sqs/bulk-queue.ts';
import { sqsWorkQueue } from '../adapters/sqs/work-queue.ts';
import { dispatchOnce } from '../dispatcher/dispatch.ts';
import { settings } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { fromViews } from '../streams/current.ts';
import { checkpointAt, streamedEvents } from '../streams/records.ts';

const environment = z
  .object({
    WORK_QUEUE_URL: settings.WORK_QUEUE_URL,
    PRIORITY_QUEUE_URL: settings.PRIORITY_QUEUE_URL,
    BULK_QUEUE_URL: settings.BULK_QUEUE_URL,
    EVENTS_TABLE: settings.EVENTS_TABLE,
    VIEWS_TABLE: settings.VIEWS_TABLE,
    LEASES_TABLE: settings.LEASES_TABLE,
  })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const sqs = new SQSClient(REQUESTS);
const ports = {
  queue: sqsWorkQueue(sqs, { work: environment.WORK_QUEUE_URL, priority: environment.PRIORITY_QUEUE_URL }),
  bulks: sqsBulkQueue(sqs, environment.BULK_QUEUE_URL),
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  ids,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  slots: dynamoSlots(client, environment.LEASES_TABLE),
  views,
  coalescing: dynamoCoalescing(client, environment.LEASES_TABLE),
  pause: pauseWithJitter,
  now: () => Date.now(),
};

export async function handler(batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const events = streamedEvents(batch);
  const { sent, failedStreams } = await dispatchOnce(
    events.map(({ event }) => event),
    ports,
  );
  logger.info('dispatched', { records: events.length, sent, failed: failedStreams.size });
  return checkpointAt(events, failedStreams);
}
