import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration } from '../configuration.ts';
import { Alarms } from '../constructs/alarms.ts';
import { acknowledge } from '../constructs/findings.ts';
import { JobsApi } from '../constructs/jobs-api.ts';
import { StreamConsumers } from '../constructs/stream-consumers.ts';
import { Timer } from '../constructs/timer.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import { apiFunctions } from '../functions/api-functions.ts';
import { BulkFunction, QUEUE_TIMEOUT, WorkerFunction } from '../functions/queue-functions.ts';
import type { Queues, Resources } from '../functions/resources.ts';
import { RetentionFunction, SweeperFunction } from '../functions/scheduled-functions.ts';
import { DispatcherFunction, ProjectorFunction } from '../functions/stream-functions.ts';
import type { StateStack } from './state-stack.ts';

export type ServiceStackProps = StackProps & { readonly state: StateStack; readonly configuration: Configuration };

/** Everything that a release replaces: functions, queue, API, schedule, alarms. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { state, configuration, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const jobs = { workerTimeout: QUEUE_TIMEOUT, batchSize: 10, maxConcurrency: 50 };
    const queues: Queues = {
      work: new WorkQueue(this, 'WorkQueue', jobs),
      priority: new WorkQueue(this, 'PriorityQueue', jobs),
      bulks: new WorkQueue(this, 'BulkQueue', { workerTimeout: QUEUE_TIMEOUT, batchSize: 1, maxConcurrency: 10 }),
    };
    const resources: Resources = { state, queues, configuration };
    const functions = apiFunctions(this, resources);
    const { read, command, tasks, credentials, document, webhooks } = functions;
    const projector = new ProjectorFunction(this, resources);
    const dispatcher = new DispatcherFunction(this, resources);
    const bulk = new BulkFunction(this, resources);
    const worker = new WorkerFunction(this, resources);
    const sweeper = new SweeperFunction(this, resources);
    const retention = new RetentionFunction(this, resources);

    const streams = new StreamConsumers(this, 'Streams', { table: state.eventLog.table });
    streams.project(projector);
    streams.dispatch(dispatcher);
    queues.work.deliverTo(worker);
    queues.priority.deliverTo(worker);
    queues.bulks.deliverTo(bulk);
    new Timer(this, 'EveryMinute', { every: Duration.minutes(1), target: sweeper });
    new Timer(this, 'EveryHour', { every: Duration.hours(1), target: retention });

    const { api } = new JobsApi(this, 'JobsApi', { ...configuration, functions });
    new Alarms(this, 'Alarms', {
      queues: { Work: [queues.work, queues.priority], Bulk: [queues.bulks] },
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
    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
