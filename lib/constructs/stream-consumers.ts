import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, type DynamoEventSourceProps, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './findings.ts';
import type { ServiceFunction } from './service-function.ts';
import type { ViewsTable } from './views-table.ts';

/**
 * The prefixes of the ids of counted view rows. Every row of an account raises its revision; jobs and credentials also
 * have counts.
 */
const COUNTED_ROWS = ['acc_', 'job_', 'tsk_', 'pc_', 'blk_', 'whk_', 'dlv_', 'fgr_'];

export type StreamConsumersProps = {
  /** The event log. */
  readonly events: ITable;
  readonly views: ViewsTable;
  /** How long batches of the projector and of the counter are collected. */
  readonly projectionWindowSeconds: number;
};

type Batches = Pick<
  DynamoEventSourceProps,
  'batchSize' | 'maxBatchingWindow' | 'parallelizationFactor' | 'tumblingWindow'
>;

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
 * The two readers of the log's stream, and the reader of the stream of view rows. With a mapping's default settings a
 * record that always fails would block its shard for a day, and the records behind it would expire. Here retries and
 * age are limited, and skipped records are named in a queue. The sweeper and a rebuild repair the skipped work.
 */
export class StreamConsumers extends Construct {
  readonly givenUp: Queue;
  private readonly props: StreamConsumersProps;

  constructor(scope: Construct, id: string, props: StreamConsumersProps) {
    super(scope, id);
    this.props = props;
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
   * batch is collected for the projection window, so that the events of a job cost one view write instead of one each.
   * Its maximum size is rarely reached within it.
   */
  project(projector: ServiceFunction): void {
    projector.live.addEventSource(
      this.source(
        this.props.events,
        { batchSize: 1_000, maxBatchingWindow: this.window },
        { eventName: FilterRule.isEqual('INSERT') },
      ),
    );
  }

  /**
   * One batch of a shard at a time, in order: the mark of a counter row is the last record that it has counted.
   * Lambda names the shard only if the mapping has a tumbling window. Changes of counter rows are filtered out, so the
   * function never causes its own invocation.
   */
  count(counter: ServiceFunction): void {
    counter.live.addEventSource(
      this.source(
        this.props.views,
        { batchSize: 1_000, maxBatchingWindow: this.window, tumblingWindow: Duration.minutes(15) },
        { dynamodb: { Keys: { id: { S: COUNTED_ROWS.map((prefix) => ({ prefix })) } } } },
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
        this.props.events,
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

  private get window(): Duration {
    return Duration.seconds(this.props.projectionWindowSeconds);
  }

  private source(table: ITable, batches: Batches, ...filters: readonly Record<string, unknown>[]): DynamoEventSource {
    return new DynamoEventSource(table, {
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
