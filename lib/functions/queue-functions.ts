/** The functions that handle queues. Both also send messages to their own queue; this loop is intended. */
import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { VIEWS } from '../../functions/adapters/dynamodb/tables.ts';
import { acknowledge } from '../constructs/findings.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import { environmentOf, type Resources } from './resources.ts';

/** Timeout of one invocation; the queues hide a message for six times as long. */
export const QUEUE_TIMEOUT = Duration.minutes(5);
/** How long a mail server may be silent before a worker closes the connection. */
const SILENCE = Duration.seconds(20);
/**
 * A worker syncs mailboxes of any size. With early collection of young objects it needs less than 256 MB (measured by
 * `bench/`).
 */
export const WORKER_NODE_OPTIONS = ['--max-semi-space-size=4'];

const NO_DESTINATION = {
  'Serverless-LambdaEventSourceMappingDestination': 'A queue mapping has none; the queue has its dead-letter queue.',
};

export class WorkerFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    const { state, queues, configuration } = resources;
    super(scope, 'Worker', {
      entry: 'functions/handlers/worker.ts',
      environment: {
        ...environmentOf(resources, 'events', 'views', 'secrets', 'leases', 'mail', 'key', 'jobQueues', 'imap'),
        ACCOUNT_WORKERS: String(configuration.accountWorkers),
        IMAP_SILENCE_MS: String(SILENCE.toMilliseconds()),
      },
      timeout: QUEUE_TIMEOUT,
      memorySize: 1024,
      recursiveLoop: RecursiveLoop.ALLOW,
      nodeOptions: WORKER_NODE_OPTIONS,
      egress: resources.egress,
    });
    state.eventLog.allowAppend(this);
    state.tables.views.allowRead(this, VIEWS.credentialIndex);
    state.tables.secrets.allowUse(this);
    state.tables.leases.allowHold(this, 'leases', 'slots');
    state.tables.mail.allowSync(this);
    state.dataKey.allowOpen(this, 'credential');
    for (const queue of [queues.work, queues.priority]) queue.allowSend(this);
    acknowledge(this, NO_DESTINATION);
  }
}

export class BulkFunction extends ServiceFunction {
  constructor(scope: Construct, resources: Resources) {
    const { state, queues, configuration } = resources;
    super(scope, 'Bulk', {
      entry: 'functions/handlers/bulk-runner.ts',
      environment: {
        ...environmentOf(resources, 'events', 'stream', 'views', 'secrets', 'leases', 'bulkQueue'),
        ACCOUNT_BULKS: String(configuration.accountBulks),
      },
      timeout: QUEUE_TIMEOUT,
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    state.eventLog.allowAppend(this);
    // Bulk operations check that their marks are in every shard.
    state.eventLog.allowReadStream(this);
    state.tables.views.allowSearch(this);
    state.tables.secrets.allowReadConnections(this);
    state.tables.leases.allowHold(this, 'leases', 'slots', 'usage');
    queues.bulks.allowSend(this);
    acknowledge(this, NO_DESTINATION);
  }
}
