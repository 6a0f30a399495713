import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import type { WorkQueue } from './work-queue.ts';

export type AlarmsProps = {
  /** By the name that their alarms begin with. */
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly streams: StreamConsumers;
  /** Writes a log line for each webhook endpoint that fell silent. */
  readonly sweeper: ServiceFunction;
  readonly consumers: readonly ServiceFunction[];
  /** Functions by class: whose errors mean the same to whoever is woken. */
  readonly classes: Readonly<Record<string, readonly ServiceFunction[]>>;
  /** Those that are missed when they do not run; at most ten, the metrics that an alarm's expression takes (AWS limit). */
  readonly throttled: readonly ServiceFunction[];
};

const FIVE_MINUTES = Duration.minutes(5);

/** What a person must look at; each has its entry in docs/operations.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { queues, streams, sweeper, consumers, classes, throttled }: AlarmsProps) {
    super(scope, id);
    for (const [name, { queue, deadLetters }] of Object.entries(queues)) {
      this.above(
        `${name}DeadLetters`,
        deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
        0,
      );
      this.above(`${name}OldestMessage`, queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }), 900);
    }
    const silenced = new MetricFilter(this, 'Silenced', {
      logGroup: sweeper.logGroup,
      metricNamespace: 'InboxManagerJobs',
      metricName: 'SilencedWebhookEndpoints',
      filterPattern: FilterPattern.exists('$.silenced'),
      metricValue: '$.silenced',
    });
    this.above('WebhooksSilenced', silenced.metric({ period: FIVE_MINUTES, statistic: 'Sum' }), 0, 1);
    this.above('StreamGivenUp', streams.givenUp.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }), 0);
    for (const consumer of consumers) {
      this.above(
        `${consumer.node.id}IteratorAge`,
        consumer.metric('IteratorAge', { period: FIVE_MINUTES, statistic: 'Maximum' }),
        3_600_000,
      );
    }
    for (const [name, functions] of Object.entries(classes)) {
      this.above(
        `${name}Errors`,
        sum(functions, (fn) => fn.metricErrors({ period: FIVE_MINUTES })),
        // A schedule runs too seldom for its errors to add up.
        name === 'Schedule' ? 0 : 5,
        name === 'Schedule' ? 1 : 2,
      );
    }
    this.above(
      'Throttles',
      sum(throttled, (fn) => fn.metricThrottles({ period: FIVE_MINUTES })),
      0,
    );
  }

  private above(id: string, metric: IMetric, threshold: number, evaluationPeriods = 2): void {
    new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function sum(functions: readonly ServiceFunction[], metricOf: (fn: ServiceFunction) => IMetric): MathExpression {
  const metrics = functions.map((fn, at) => [`m${at}`, metricOf(fn)] as const);
  return new MathExpression({
    expression: metrics.map(([name]) => name).join(' + '),
    usingMetrics: Object.fromEntries(metrics),
    period: FIVE_MINUTES,
  });
}
