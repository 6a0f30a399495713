import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { sqsWorkQueue } from '../adapters/sqs/work-queue.ts';
import { settings } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { dispatchOnce } from './dispatch.ts';
import { checkpointAt, streamedEvents } from './records.ts';

const environment = z.object({ WORK_QUEUE_URL: settings.WORK_QUEUE_URL }).parse(process.env);
const queue = sqsWorkQueue(new SQSClient({ maxAttempts: 5 }), environment.WORK_QUEUE_URL);

export async function handler(batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const events = streamedEvents(batch);
  const { sent, failedStreams } = await dispatchOnce(
    events.map(({ event }) => event),
    queue,
    Date.now(),
  );
  logger.info('dispatched', { records: events.length, sent, failed: failedStreams.size });
  return checkpointAt(events, failedStreams);
}
