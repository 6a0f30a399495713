import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoEraser } from '../adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../adapters/dynamodb/mail-store.ts';
import { dynamoRetentionPeriods } from '../adapters/dynamodb/retention-periods.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { periodsInForce } from '../retention/periods.ts';
import { retainOnce } from '../retention/retain.ts';
import { settings } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { measure } from '../runtime/metrics.ts';

const environment = z
  .object({
    EVENTS_TABLE: settings.EVENTS_TABLE,
    VIEWS_TABLE: settings.VIEWS_TABLE,
    LEASES_TABLE: settings.LEASES_TABLE,
    MAIL_TABLE: settings.MAIL_TABLE,
    RETAIN_UNCHANGED_HOURS: settings.RETAIN_UNCHANGED_HOURS,
    RETAIN_SUCCEEDED_HOURS: settings.RETAIN_SUCCEEDED_HOURS,
    RETAIN_FAILED_HOURS: settings.RETAIN_FAILED_HOURS,
    RETAIN_SHORTER: settings.RETAIN_SHORTER,
  })
  .parse(process.env);
const HOUR_MS = 3_600_000;
const client = documentClient();
const ports = {
  log: dynamoEventLog(client, environment.EVENTS_TABLE, ids),
  views: dynamoViews(client, environment.VIEWS_TABLE),
  eraser: dynamoEraser(client, { events: environment.EVENTS_TABLE, views: environment.VIEWS_TABLE }),
  mail: dynamoMailStore(client, environment.MAIL_TABLE),
  now: () => Date.now(),
};

const periods = dynamoRetentionPeriods(client, environment.LEASES_TABLE);
const set = {
  unchanged: environment.RETAIN_UNCHANGED_HOURS * HOUR_MS,
  succeeded: environment.RETAIN_SUCCEEDED_HOURS * HOUR_MS,
  failed: environment.RETAIN_FAILED_HOURS * HOUR_MS,
};

export async function handler(_event: unknown, context: Context): Promise<void> {
  const { retention, refused } = await periodsInForce(set, environment.RETAIN_SHORTER === 'allow', periods);
  if (refused.length > 0) logger.warn('shorter retention refused', { kept_longer: refused });
  const result = await retainOnce({ ...ports, retention, remainingMs: () => context.getRemainingTimeInMillis() });
  logger.info('retained', result);
  if (!result.complete) measure('RetentionIncomplete', 1);
}
