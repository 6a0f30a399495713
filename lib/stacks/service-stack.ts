import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { alarmTopic } from '../constructs/alarm-topic.ts';
import { Alarms } from '../constructs/alarms.ts';
import type { Egress } from '../constructs/egress.ts';
import { acknowledge } from '../constructs/findings.ts';
import { JobsApi } from '../constructs/jobs-api.ts';
import { overview } from '../constructs/overview.ts';
import { OwnMetrics } from '../constructs/own-metrics.ts';
import { Releases } from '../constructs/releases.ts';
import { StreamConsumers } from '../constructs/stream-consumers.ts';
import { Timer } from '../constructs/timer.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import { apiFunctions } from '../functions/api-functions.ts';
import { BulkFunction, QUEUE_TIMEOUT, WorkerFunction } from '../functions/queue-functions.ts';
import type { Queues, Resources } from '../functions/resources.ts';
import { RETENTION_EVERY, RetentionFunction, SweeperFunction } from '../functions/scheduled-functions.ts';
import { CounterFunction, DispatcherFunction, ProjectorFunction } from '../functions/stream-functions.ts';
import { audiencesOf } from '../settings.ts';
import type { StateStack } from './state-stack.ts';

/** The state, the network (null: none of its own) and the configuration of the stage. */
export type ServiceStackProps = StackProps & {
  readonly state: StateStack;
  readonly egress: Egress | null;
  readonly configuration: Configuration;
};

/** All resources that a release replaces: functions, queues, API, schedules, alarms. */
export class ServiceStack extends Stack {
  /** Address of the API: `https://` and a host. */
  readonly apiUrl: string;

  constructor(scope: Construct, id: string, { state, egress, configuration, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { workerConcurrency, bulkConcurrency } = configuration;
    const jobs = { workerTimeout: QUEUE_TIMEOUT, batchSize: 10, maxConcurrency: workerConcurrency };
    const bulks = { workerTimeout: QUEUE_TIMEOUT, batchSize: 1, maxConcurrency: bulkConcurrency };
    const queues: Queues = {
      work: new WorkQueue(this, 'WorkQueue', jobs),
      priority: new WorkQueue(this, 'PriorityQueue', jobs),
      bulks: new WorkQueue(this, 'BulkQueue', bulks),
    };
    const resources: Resources = { state, queues, egress, configuration };
    const functions = apiFunctions(this, resources);
    const { read, command, tasks, credentials, document, webhooks } = functions;
    const projector = new ProjectorFunction(this, resources);
    const counter = new CounterFunction(this, resources);
    const dispatcher = new DispatcherFunction(this, resources);
    const bulk = new BulkFunction(this, resources);
    const worker = new WorkerFunction(this, resources);
    const sweeper = new SweeperFunction(this, resources);
    const retention = new RetentionFunction(this, resources);

    const streams = new StreamConsumers(this, 'Streams', {
      events: state.eventLog.table,
      views: state.tables.views,
      projectionWindowSeconds: configuration.projectionWindowSeconds,
    });
    streams.project(projector);
    streams.count(counter);
    streams.dispatch(dispatcher, configuration.dispatcherParallelization);
    queues.work.deliverTo(worker);
    queues.priority.deliverTo(worker);
    queues.bulks.deliverTo(bulk);
    new Timer(this, 'EveryMinute', { every: Duration.minutes(1), target: sweeper });
    new Timer(this, 'EveryQuarterHour', { every: RETENTION_EVERY, target: retention });

    const { api, url, accessLogs } = new JobsApi(this, 'JobsApi', {
      ...configuration,
      audiences: audiencesOf(configuration),
      functions,
    });
    const limited = [read, command, tasks, credentials];
    const metrics = new OwnMetrics(this, 'Metrics', { sweeper, worker, limited, accessLogs });
    const all = [queues.work, queues.priority, queues.bulks];
    const topic = alarmTopic(this, 'AlarmTopic', configuration);
    const alarms = new Alarms(this, 'Alarms', {
      topic,
      metrics,
      queues: all,
      streams,
      consumers: { stream: [projector, counter, dispatcher], queue: [worker, bulk], scheduled: [sweeper, retention] },
      // Without retention, which runs again in a quarter of an hour, and without the document, which is static.
      // IteratorAge shows a throttled counter.
      throttled: [...limited, webhooks, projector, dispatcher, worker, bulk, sweeper],
    });
    if (configuration.canary === 'on')
      new Releases(this, 'Releases', { functions: Object.values(functions), alarm: alarms.serverErrors });
    const everyFunction = [
      ...limited,
      webhooks,
      document,
      projector,
      counter,
      dispatcher,
      worker,
      bulk,
      sweeper,
      retention,
    ];
    for (const [name, invocations] of Object.entries(configuration.reservedConcurrency))
      everyFunction.find(({ node }) => node.id === name)?.reserve(invocations);
    const { views, secrets, leases, mail } = state.tables;
    overview(this, 'Overview', {
      name: this.stackName.replace(/-service$/, ''),
      alarms: alarms.all,
      metrics,
      api,
      queues: all,
      streamReaders: [projector, counter, dispatcher],
      functions: everyFunction,
      tables: [state.eventLog.table, views, secrets, leases, mail],
    });
    acknowledge(this, {
      'Serverless-LambdaTracing': 'The X-Ray SDK is at the end of its support; request ids join the logs instead.',
      'Serverless-LambdaDLQ': 'Only the schedules invoke asynchronously, and the next run repeats them.',
    });
    this.apiUrl = url;
    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    for (const [name, { queue }] of Object.entries({
      Work: queues.work,
      Priority: queues.priority,
      Bulk: queues.bulks,
    }))
      new CfnOutput(this, `${name}QueueUrl`, { value: queue.queueUrl });
  }
}
