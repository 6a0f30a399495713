import { Duration } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

export type WorkQueueProps = {
  /** Time-out of the function that works on the messages. */
  readonly workerTimeout: Duration;
  /** Messages per invocation, and invocations at once. */
  readonly batchSize: number;
  readonly maxConcurrency: number;
};

/** A message is a hint: one that is lost is sent again by the sweeper, one that fails five times is for a person to look at. */
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
      // AWS: at least six times the function's time-out, or messages come again while they are worked on.
      visibilityTimeout: Duration.seconds(6 * workerTimeout.toSeconds()),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
  }

  /** Send messages. */
  allowSend(fn: IGrantable): void {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
  }

  /** Ask how many messages wait. */
  allowBacklog(fn: IGrantable): void {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources: [this.queue.queueArn] }),
    );
  }

  /** Messages go to the worker in batches, each answered for on its own. */
  deliverTo(worker: ServiceFunction): void {
    worker.live.addEventSource(new SqsEventSource(this.queue, { ...this.mapping, reportBatchItemFailures: true }));
  }
}
