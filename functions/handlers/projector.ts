import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { pauseWithJitter } from '../adapters/dynamodb/pause.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { projectBatch } from '../projector/project-batch.ts';
import { settings } from '../runtime/environment.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { measure } from '../runtime/metrics.ts';

const environment = z
  .object({ EVENTS_TABLE: settings.EVENTS_TABLE, VIEWS_TABLE: settings.VIEWS_TABLE })
  .parse(process.env);
const client = documentClient();
const ports = {
  log: dynamoEventLog(client, environment.EVENTS_TABLE, ids),
  views: dynamoViews(client, environment.VIEWS_TABLE),
  pause: pauseWithJitter,
};

export async function handler(batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const { response, result, oldestAt } = await projectBatch(batch, ports);
  const { failed, ...counts } = result;
  for (const { streamId, error } of failed)
    logger.error('projection failed', { stream_id: streamId, ...errorFields(error) });
  logger.info('projected', { records: batch.Records.length, ...counts, failed: failed.length });
  if (oldestAt !== null) measure('ProjectionLag', Math.max(0, Date.now() - oldestAt));
  return response;
}
