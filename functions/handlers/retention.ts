import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoEraser } from '../adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../adapters/dynamodb/mail-store.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { retainOnce } from '../retention/retain.ts';
import { settings } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';

const { EVENTS_TABLE, VIEWS_TABLE, MAIL_TABLE, RETAIN_UNCHANGED_HOURS, RETAIN_SUCCEEDED_HOURS, RETAIN_FAILED_HOURS } =
  settings;
const environment = z
  .object({
    EVENTS_TABLE,
    VIEWS_TABLE,
    MAIL_TABLE,
    RETAIN_UNCHANGED_HOURS,
    RETAIN_SUCCEEDED_HOURS,
    RETAIN_FAILED_HOURS,
  })
  .parse(process.env);
const HOUR_MS = 3_600_000;
const client = documentClient();
const ports = {
  log: dynamoEventLog(client, environment.EVENTS_TABLE, ids),
  views: dynamoViews(client, environment.VIEWS_TABLE),
  eraser: dynamoEraser(client, { events: environment.EVENTS_TABLE, views: environment.VIEWS_TABLE }),
  mail: dynamoMailStore(client, environment.MAIL_TABLE),
  retention: {
    unchanged: environment.RETAIN_UNCHANGED_HOURS * HOUR_MS,
    succeeded: environment.RETAIN_SUCCEEDED_HOURS * HOUR_MS,
    failed: environment.RETAIN_FAILED_HOURS * HOUR_MS,
  },
  now: () => Date.now(),
};

export async function handler(_event: unknown, context: Context): Promise<void> {
  const result = await retainOnce({ ...ports, remainingMs: () => context.getRemainingTimeInMillis() });
  logger.info('retained', result);
}
