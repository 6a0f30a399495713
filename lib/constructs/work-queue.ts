import { Duration } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

/** Properties of a queue and its function. */
export type WorkQueueProps = {
  /** Timeout of the function that handles the messages. */
  readonly workerTimeout: Duration;
  /** Messages per invocation, and maximum number of simultaneous invocations. */
  readonly batchSize: number;
  readonly maxConcurrency: number;
};

/**
 * The queue of work messages. Messages are advisory: the sweeper sends a lost one again. A message that fails five
 * times goes to the dead letters, for a person.
 */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  private readonly mapping: Pick<WorkQueueProps, 'batchSize' | 'maxConcurrency'>;

  constructor(scope: Construct, id: string, { workerTimeout, ...mapping }: WorkQueueProps) {
    super(scope, id);
    this.mapping = mapping;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    acknowledge(this.deadLetters, { 'Serverless-SQSRedrivePolicy': 'It is the dead-letter queue.' });
    this.queue = new Queue(this, 'Work', {
      // AWS recommends at least six times the function's timeout; otherwise messages are delivered again while they are
      // handled.
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
  }

  /** Allows sending messages. */
  allowSend(fn: IGrantable): void {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
  }

  /** Allows reading how many messages wait. */
  allowBacklog(fn: IGrantable): void {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources: [this.queue.queueArn] }),
    );
  }

  /** Delivers messages to the worker in batches; the worker reports failed messages one by one. */
  deliverTo(worker: ServiceFunction): void {
    worker.live.addEventSource(new SqsEventSource(this.queue, { ...this.mapping, reportBatchItemFailures: true }));
  }
}
