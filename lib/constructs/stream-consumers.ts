import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, type DynamoEventSourceProps, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';

/** Event types that queue jobs and bulk operations; the dispatcher gets no others. */
const QUEUEING = [
  'JobRequested',
  'JobReleased',
  'AttemptYielded',
  'AttemptFailed',
  'AttemptAbandoned',
  'JobPostponed',
  'JobRetryRequested',
  'JobTriggered',
  'JobUpdated',
  'CredentialVerified',
  'CredentialResumed',
  'BulkRequested',
  'DeliveryReceived',
];

/**
 * The two readers of the log's stream. With a mapping's default settings a record that always fails would block its
 * shard for a day, and the records behind it would expire. Here retries and age are limited, and skipped records are
 * named in a queue. The sweeper and a rebuild repair the skipped work.
 */
export class StreamConsumers extends Construct {
  readonly givenUp: Queue;
  private readonly table: ITable;

  constructor(scope: Construct, id: string, props: { readonly table: ITable }) {
    super(scope, id);
    this.table = props.table;
    this.givenUp = new Queue(this, 'GivenUp', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const reason = 'It holds what the stream mappings gave up on, and is itself the last stop.';
    acknowledge(this.givenUp, { 'Serverless-SQSRedrivePolicy': reason, 'AwsSolutions-SQS3': reason });
  }

  /**
   * One batch of a shard at a time: bulk operations wait for marks that are processed in the order of the shard. A
   * batch is collected for up to a second, so that the events of a job cost one view write instead of one each. Its
   * maximum size is rarely reached within a second.
   */
  project(projector: ServiceFunction): void {
    projector.live.addEventSource(
      this.source(
        { batchSize: 1_000, maxBatchingWindow: Duration.seconds(1) },
        { eventName: FilterRule.isEqual('INSERT') },
      ),
    );
  }

  /** `parallel`: batches of one shard at once; each event stream is still processed in order, which is sufficient. */
  dispatch(dispatcher: ServiceFunction, parallel: number): void {
    const inserted = (NewImage: Record<string, unknown>) => ({
      eventName: FilterRule.isEqual('INSERT'),
      dynamodb: { NewImage },
    });
    dispatcher.live.addEventSource(
      this.source(
        { batchSize: 100, maxBatchingWindow: Duration.seconds(0), parallelizationFactor: parallel },
        inserted({ type: { S: FilterRule.or(...QUEUEING) } }),
        // Of the many successes, only those that request another sync.
        inserted({
          type: { S: FilterRule.isEqual('AttemptSucceeded') },
          data: { M: { recheck_at: { S: FilterRule.exists() } } },
        }),
      ),
    );
  }

  private source(
    batches: Pick<DynamoEventSourceProps, 'batchSize' | 'maxBatchingWindow' | 'parallelizationFactor'>,
    ...filters: readonly Record<string, unknown>[]
  ): DynamoEventSource {
    return new DynamoEventSource(this.table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      ...batches,
      bisectBatchOnError: true,
      retryAttempts: 8,
      maxRecordAge: Duration.hours(6),
      reportBatchItemFailures: true,
      onFailure: new SqsDlq(this.givenUp),
      filters: filters.map((filter) => FilterCriteria.filter(filter)),
    });
  }
}
