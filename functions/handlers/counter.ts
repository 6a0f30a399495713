import * as z from 'zod';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCounters } from '../adapters/dynamodb/counters.ts';
import { type CountedBatch, countBatch } from '../counters/count-batch.ts';
import { settings } from '../runtime/environment.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { measure } from '../runtime/metrics.ts';

const environment = z.object({ VIEWS_TABLE: settings.VIEWS_TABLE }).parse(process.env);
const counters = dynamoCounters(documentClient(), environment.VIEWS_TABLE, Date.now);

export async function handler(batch: unknown): Promise<CountedBatch['response']> {
  const { response, records, added, repeated, errors, oldestAt } = await countBatch(batch, counters);
  for (const error of errors) logger.error('counting failed', errorFields(error));
  if (records > 0) logger.info('counted', { records, added, repeated, failed: errors.length });
  if (oldestAt !== null) measure('CounterLag', Math.max(0, Date.now() - oldestAt));
  return response;
}
