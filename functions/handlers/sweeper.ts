import { setTimeout as wait } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { REQUESTS } from '../adapters/aws/requests.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoCoalescing } from '../adapters/dynamodb/coalescing.ts';
import { dynamoEventLog } from '../adapters/dynamodb/event-log.ts';
import { dynamoLeases } from '../adapters/dynamodb/leases.ts';
import { pauseWithJitter } from '../adapters/dynamodb/pause.ts';
import { dynamoScanCycleStore } from '../adapters/dynamodb/scan-cycles.ts';
import { dynamoScheduleRuns } from '../adapters/dynamodb/schedule-runs.ts';
import { dynamoViews } from '../adapters/dynamodb/views.ts';
import { ids } from '../adapters/ids/ids.ts';
import { sqsBacklog } from '../adapters/sqs/backlog.ts';
import { sqsBulkQueue } from '../adapters/sqs/bulk-queue.ts';
import { sqsWorkQueue } from '../adapters/sqs/work-queue.ts';
import { settings } from '../runtime/environment.ts';
import { errorFields, logger } from '../runtime/logger.ts';
import { fromViews } from '../streams/current.ts';
import { SweepFailed, sweepOnce } from '../sweeper/sweep.ts';
import type { SweepResult } from '../sweeper/sweep-ports.ts';

/** The rate of the schedule in the service stack. */
const EVERY_MS = 60_000;
const MOST = 2_000;

const environment = z
  .object({
    EVENTS_TABLE: settings.EVENTS_TABLE,
    VIEWS_TABLE: settings.VIEWS_TABLE,
    LEASES_TABLE: settings.LEASES_TABLE,
    WORK_QUEUE_URL: settings.WORK_QUEUE_URL,
    PRIORITY_QUEUE_URL: settings.PRIORITY_QUEUE_URL,
    BULK_QUEUE_URL: settings.BULK_QUEUE_URL,
  })
  .parse(process.env);
const client = documentClient();
const views = dynamoViews(client, environment.VIEWS_TABLE);
const sqs = new SQSClient(REQUESTS);
const ports = {
  log: fromViews(dynamoEventLog(client, environment.EVENTS_TABLE, ids), views),
  views,
  leases: dynamoLeases(client, environment.LEASES_TABLE),
  queue: sqsWorkQueue(sqs, { work: environment.WORK_QUEUE_URL, priority: environment.PRIORITY_QUEUE_URL }),
  backlog: sqsBacklog(sqs, { work: environment.WORK_QUEUE_URL, priority: environment.PRIORITY_QUEUE_URL }),
  bulks: sqsBulkQueue(sqs, environment.BULK_QUEUE_URL),
  ids,
  coalescing: dynamoCoalescing(client, environment.LEASES_TABLE),
  pause: pauseWithJitter,
  wait: (ms: number) => wait(ms),
  runs: dynamoScheduleRuns(client, { leases: environment.LEASES_TABLE, events: environment.EVENTS_TABLE }, ids),
  now: () => Date.now(),
  cycles: dynamoScanCycleStore(client, environment.LEASES_TABLE),
  everyMs: EVERY_MS,
  most: MOST,
};

export async function handler(_event: unknown, context: Context): Promise<void> {
  try {
    const result = await sweepOnce({ ...ports, remainingMs: () => context.getRemainingTimeInMillis() });
    logger.info('swept', countsOf(result));
  } catch (error) {
    if (error instanceof SweepFailed)
      logger.error('sweep incomplete', { ...countsOf(error.result), ...errorFields(error.cause) });
    throw error;
  }
}

/** Silent endpoints have log lines of their own, because the alarm adds up the field `silenced` of those lines. */
const countsOf = ({ silenced: _counted, ...counts }: SweepResult) => counts;
