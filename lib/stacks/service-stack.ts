import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import {
  MAIL,
  MATCH_PREFIX,
  RUN_PREFIX,
  USAGE_PREFIX,
  VIEWS,
  WAITS_PREFIX,
} from '../../functions/adapters/dynamodb/tables.ts';
import type { Configuration } from '../configuration.ts';
import { Alarms } from '../constructs/alarms.ts';
import { acknowledge } from '../constructs/findings.ts';
import { grantIndexes, grantKey, grantRows, grantTable } from '../constructs/grants.ts';
import { JobsApi } from '../constructs/jobs-api.ts';
import { ServiceFunction, type ServiceFunctionProps, WORKER_NODE_OPTIONS } from '../constructs/service-function.ts';
import { StreamConsumers } from '../constructs/stream-consumers.ts';
import { SEARCH_INDEXES } from '../constructs/tables.ts';
import { Timer } from '../constructs/timer.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { StateStack } from './state-stack.ts';

export type ServiceStackProps = StackProps & { readonly state: StateStack; readonly configuration: Configuration };

const WORKER_TIMEOUT = Duration.minutes(5);
/** How long a mail server may be silent before a worker cuts the connection. */
const SILENCE = Duration.seconds(20);

/** Everything that a release replaces: functions, queue, API, schedule, alarms. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { state, configuration, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { eventLog, tables, dataKey } = state;
    const work = new WorkQueue(this, 'WorkQueue', {
      workerTimeout: WORKER_TIMEOUT,
      batchSize: 10,
      maxConcurrency: 50,
    });
    const priority = new WorkQueue(this, 'PriorityQueue', {
      workerTimeout: WORKER_TIMEOUT,
      batchSize: 10,
      maxConcurrency: 50,
    });
    const bulks = new WorkQueue(this, 'BulkQueue', {
      workerTimeout: WORKER_TIMEOUT,
      batchSize: 1,
      maxConcurrency: 10,
    });

    const env = {
      events: { EVENTS_TABLE: eventLog.table.tableName },
      stream: { EVENTS_STREAM_ARN: eventLog.streamArn },
      views: { VIEWS_TABLE: tables.views.tableName },
      secrets: { SECRETS_TABLE: tables.secrets.tableName },
      leases: { LEASES_TABLE: tables.leases.tableName },
      mail: { MAIL_TABLE: tables.mail.tableName },
      key: { DATA_KEY_ID: dataKey.keyArn },
      queue: { WORK_QUEUE_URL: work.queue.queueUrl, PRIORITY_QUEUE_URL: priority.queue.queueUrl },
      limits: { LIMITS: JSON.stringify(configuration.limits) },
      issuers: { PUSH_ISSUERS: configuration.pushIssuers },
      bulks: { BULK_QUEUE_URL: bulks.queue.queueUrl },
      imap: {
        IMAP_PORTS: configuration.imapPorts,
        IMAP_LOOPBACK: configuration.imapLoopback,
        IMAP_PLAINTEXT: configuration.imapPlaintext,
      },
    };
    const fn = (
      name: string,
      entry: string,
      environment: Record<string, string>,
      more: Pick<ServiceFunctionProps, 'memorySize' | 'recursiveLoop' | 'nodeOptions'> & { timeout?: Duration } = {},
    ) => new ServiceFunction(this, name, { entry, environment, timeout: Duration.seconds(29), ...more });

    const read = fn('Read', 'functions/handlers/read.ts', {
      ...env.limits,
      ...env.events,
      ...env.views,
      ...env.secrets,
      ...env.leases,
      ...env.key,
      ACCOUNT_WAITS: String(configuration.accountWaits),
    });
    const command = fn('Command', 'functions/handlers/command.ts', {
      ...env.limits,
      ...env.events,
      ...env.views,
      ...env.secrets,
      ...env.leases,
      ...env.key,
      ACCOUNT_WAITS: String(configuration.accountWaits),
    });
    const credentials = fn('Credentials', 'functions/handlers/credentials.ts', {
      ...env.events,
      ...env.views,
      ...env.secrets,
      ...env.leases,
      ...env.mail,
      ...env.key,
      ...env.imap,
      ...env.issuers,
      ...env.limits,
      ACCOUNT_WAITS: String(configuration.accountWaits),
    });
    const tasks = fn('Tasks', 'functions/handlers/tasks.ts', {
      ...env.limits,
      ...env.events,
      ...env.views,
      ...env.leases,
      ...env.mail,
      ...env.key,
      ACCOUNT_WAITS: String(configuration.accountWaits),
    });
    const webhooks = fn('Webhooks', 'functions/handlers/webhooks.ts', {
      ...env.events,
      ...env.views,
      ...env.secrets,
      ...env.key,
      ...env.issuers,
    });
    const document = fn('Document', 'functions/handlers/document.ts', {}, { memorySize: 256 });
    const projector = fn(
      'Projector',
      'functions/handlers/projector.ts',
      { ...env.events, ...env.views },
      { timeout: Duration.minutes(1) },
    );
    const dispatcher = fn(
      'Dispatcher',
      'functions/handlers/dispatcher.ts',
      { ...env.events, ...env.queue, ...env.bulks, ...env.views, ...env.leases },
      { timeout: Duration.minutes(1) },
    );
    const bulk = fn(
      'Bulk',
      'functions/handlers/bulk-runner.ts',
      // A run sends itself the message to go on: that loop is meant.
      {
        ...env.events,
        ...env.stream,
        ...env.views,
        ...env.secrets,
        ...env.leases,
        ...env.bulks,
        ACCOUNT_BULKS: String(configuration.accountBulks),
      },
      { timeout: WORKER_TIMEOUT, recursiveLoop: RecursiveLoop.ALLOW },
    );
    const worker = fn(
      'Worker',
      'functions/handlers/worker.ts',
      {
        ...env.events,
        ...env.views,
        ...env.secrets,
        ...env.leases,
        ...env.mail,
        ...env.key,
        ...env.queue,
        ...env.imap,
        ACCOUNT_WORKERS: String(configuration.accountWorkers),
        IMAP_SILENCE_MS: String(SILENCE.toMilliseconds()),
        // A worker sends the rest of a job's delay back to its own queue: that loop is meant.
      },
      {
        timeout: WORKER_TIMEOUT,
        memorySize: 1024,
        recursiveLoop: RecursiveLoop.ALLOW,
        nodeOptions: WORKER_NODE_OPTIONS,
      },
    );
    const sweeper = fn(
      'Sweeper',
      'functions/handlers/sweeper.ts',
      { ...env.events, ...env.views, ...env.leases, ...env.queue, ...env.bulks },
      { timeout: Duration.seconds(55) },
    );

    const retention = fn(
      'Retention',
      'functions/handlers/retention.ts',
      {
        ...env.events,
        ...env.views,
        ...env.mail,
        RETAIN_UNCHANGED_HOURS: String(configuration.retainUnchangedHours),
        RETAIN_SUCCEEDED_HOURS: String(configuration.retainSucceededDays * 24),
        RETAIN_FAILED_HOURS: String(configuration.retainFailedDays * 24),
      },
      { timeout: Duration.minutes(5) },
    );

    eventLog.allowRead(read, projector);
    eventLog.allowErase(retention);
    eventLog.allowReadAudit(read);
    eventLog.allowAppend(command, tasks, credentials, webhooks, dispatcher, bulk, worker, sweeper);
    // It looks whether its marks are in every shard.
    eventLog.allowReadStream(bulk);
    // A scheduled run is made only while its task is as it was seen.
    eventLog.allowCheck(sweeper);
    for (const reader of [read, command, tasks, credentials]) {
      // The wrapped key of cursors, the one row of Views that these may put.
      grantRows(tables.views, reader, [VIEWS.cursorKey], 'dynamodb:GetItem', 'dynamodb:PutItem');
      grantKey(dataKey, reader, 'cursor', 'kms:GenerateDataKey', 'kms:Decrypt');
    }
    for (const searcher of [read, command, dispatcher, bulk]) {
      grantTable(tables.views, searcher, 'dynamodb:BatchGetItem');
      grantIndexes(tables.views, searcher, ...SEARCH_INDEXES);
    }
    for (const reader of [credentials, worker]) {
      grantTable(tables.views, reader, 'dynamodb:BatchGetItem');
      grantIndexes(tables.views, reader, VIEWS.credentialIndex);
    }
    for (const reader of [tasks, webhooks]) grantTable(tables.views, reader, 'dynamodb:BatchGetItem');
    grantIndexes(tables.views, tasks, VIEWS.accountIndex);
    grantTable(tables.views, sweeper, 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    grantTable(tables.leases, sweeper, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
    grantTable(tables.views, retention, 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem');
    grantIndexes(tables.views, credentials, VIEWS.accountIndex, VIEWS.taskIndex);
    grantIndexes(tables.views, sweeper, VIEWS.credentialIndex);
    for (const scheduled of [sweeper, retention]) grantIndexes(tables.views, scheduled, VIEWS.openIndex);
    grantTable(tables.views, projector, 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    // Connection fields, for filters by host. None of these may open a secret.
    for (const searcher of [read, command, bulk]) grantTable(tables.secrets, searcher, 'dynamodb:BatchGetItem');
    // The worker stores refreshed tokens under the data key that it has just opened.
    for (const opener of [credentials, worker])
      grantTable(tables.secrets, opener, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    grantTable(tables.secrets, credentials, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    grantTable(tables.leases, read, 'dynamodb:GetItem');
    grantTable(tables.leases, tasks, 'dynamodb:GetItem', 'dynamodb:BatchGetItem');
    // A trigger is noted beside the task's runs.
    grantRows(tables.leases, tasks, [`${RUN_PREFIX}*`, `${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
    grantRows(tables.leases, read, [`${USAGE_PREFIX}*`, `${WAITS_PREFIX}*`], 'dynamodb:UpdateItem');
    for (const holder of [command, credentials, dispatcher, bulk, worker, sweeper])
      grantTable(tables.leases, holder, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    grantTable(tables.mail, tasks, 'dynamodb:Query');
    grantIndexes(tables.mail, credentials, MAIL.accountIndex, MAIL.credentialIndex);
    // Whether an account has few mailboxes decides how its messages are stored.
    grantIndexes(tables.mail, worker, MAIL.accountIndex);
    // Retention erases what a deleted credential has left.
    grantIndexes(tables.mail, retention, MAIL.credentialIndex);
    for (const eraser of [worker, credentials, retention]) {
      grantTable(
        tables.mail,
        eraser,
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:BatchWriteItem',
      );
    }
    grantTable(tables.mail, credentials, 'dynamodb:BatchGetItem');
    grantTable(tables.mail, worker, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
    grantKey(dataKey, credentials, 'credential', 'kms:GenerateDataKey', 'kms:Decrypt');
    grantKey(dataKey, worker, 'credential', 'kms:Decrypt');
    grantKey(dataKey, credentials, 'webhook', 'kms:GenerateDataKey', 'kms:Decrypt');
    grantKey(dataKey, webhooks, 'webhook', 'kms:Decrypt');
    // Endpoints, and what leads from a mailbox's name to its credential: no credential's secret.
    grantRows(tables.secrets, webhooks, ['whk_*', `${MATCH_PREFIX}*`], 'dynamodb:GetItem');
    const senders = {
      [work.queue.queueArn]: [dispatcher, worker, sweeper],
      [priority.queue.queueArn]: [dispatcher, worker, sweeper],
      [bulks.queue.queueArn]: [dispatcher, bulk, sweeper],
    };
    for (const [queueArn, functions] of Object.entries(senders)) {
      for (const sender of functions)
        sender.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    }

    const streams = new StreamConsumers(this, 'Streams', { table: eventLog.table });
    streams.project(projector);
    streams.dispatch(dispatcher);
    work.deliverTo(worker);
    priority.deliverTo(worker);
    bulks.deliverTo(bulk);
    new Timer(this, 'EveryMinute', { every: Duration.minutes(1), target: sweeper });
    new Timer(this, 'EveryHour', { every: Duration.hours(1), target: retention });

    const { api } = new JobsApi(this, 'JobsApi', {
      ...configuration,
      functions: { read, command, tasks, credentials, document, webhooks },
    });
    new Alarms(this, 'Alarms', {
      queues: { Work: [work, priority], Bulk: [bulks] },
      sweeper,
      worker,
      streams,
      consumers: [projector, dispatcher],
      classes: {
        Api: [read, command, tasks, credentials, document, webhooks],
        Stream: [projector, dispatcher],
        Worker: [worker, bulk],
        Schedule: [sweeper, retention],
      },
      // Not retention, which comes again in an hour, nor the document, which is static.
      limited: [read, command, tasks, credentials],
      throttled: [read, command, tasks, credentials, webhooks, projector, dispatcher, worker, bulk, sweeper],
    });
    acknowledge(this, {
      'Serverless-LambdaTracing': 'The X-Ray SDK is at the end of its support; request ids join the logs instead.',
      'Serverless-LambdaDLQ': 'Only the schedules invoke asynchronously, and the next minute or hour repeats them.',
    });
    for (const consumer of [worker, bulk]) {
      acknowledge(consumer, {
        'Serverless-LambdaEventSourceMappingDestination':
          'A queue mapping has none; the queue has its dead-letter queue.',
      });
    }
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
