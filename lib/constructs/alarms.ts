import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FAILURES } from '../../functions/domain/failure/catalogue.ts';
import type { ServiceFunction } from './service-function.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import type { WorkQueue } from './work-queue.ts';

export type AlarmsProps = {
  /** By the name that their alarms begin with: queues whose trouble means the same to whoever is woken. */
  readonly queues: Readonly<Record<string, readonly WorkQueue[]>>;
  readonly streams: StreamConsumers;
  /** Writes a log line for each webhook endpoint that fell silent, and for each task or job that crosses accounts. */
  readonly sweeper: ServiceFunction;
  /** Tells by a log line how each attempt ended, and of each job that crosses accounts. */
  readonly worker: ServiceFunction;
  readonly consumers: readonly ServiceFunction[];
  /** Functions by class: whose errors mean the same to whoever is woken. */
  readonly classes: Readonly<Record<string, readonly ServiceFunction[]>>;
  /** Those that are missed when they do not run; at most ten, the metrics that an alarm's expression takes (AWS limit). */
  readonly throttled: readonly ServiceFunction[];
  /** Those that refuse an account what is beyond its limits. */
  readonly limited: readonly ServiceFunction[];
};

const FIVE_MINUTES = Duration.minutes(5);
const PERIOD = { period: FIVE_MINUTES };

/** What may be a defect of ours. */
const DEFECTS = Object.entries(FAILURES).flatMap(([code, { category }]) =>
  category === 'protocol' || category === 'internal' ? [code] : [],
);

/** What a person must look at; each has its entry in docs/operations.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { queues, streams, sweeper, worker, consumers, classes, throttled, limited } = props;
    for (const [name, each] of Object.entries(queues)) {
      const letters = each.map(({ deadLetters }) => deadLetters);
      const waiting = each.map(({ queue }) => queue);
      this.above(
        `${name}DeadLetters`,
        sum(letters, (queue) => queue.metricApproximateNumberOfMessagesVisible(PERIOD)),
        0,
      );
      this.above(
        `${name}OldestMessage`,
        most(waiting, (queue) => queue.metricApproximateAgeOfOldestMessage(PERIOD)),
        900,
      );
    }
    const defects = new MetricFilter(this, 'Defects', {
      logGroup: worker.logGroup,
      metricNamespace: 'InboxManagerJobs',
      metricName: 'DefectFailures',
      filterPattern: FilterPattern.any(...DEFECTS.map((code) => FilterPattern.stringValue('$.outcome', '=', code))),
      metricValue: '1',
    });
    // At once: a job of this kind is tried three times within some minutes and then no more.
    this.above('DefectFailures', defects.metric({ period: FIVE_MINUTES, statistic: 'Sum' }), 0, 1);
    const silenced = new MetricFilter(this, 'Silenced', {
      logGroup: sweeper.logGroup,
      metricNamespace: 'InboxManagerJobs',
      metricName: 'SilencedWebhookEndpoints',
      filterPattern: FilterPattern.exists('$.silenced'),
      metricValue: '$.silenced',
    });
    this.above('WebhooksSilenced', silenced.metric({ period: FIVE_MINUTES, statistic: 'Sum' }), 0, 1);
    for (const { id, logGroup } of [
      { id: 'CrossedInWorker', logGroup: worker.logGroup },
      { id: 'CrossedInSweeper', logGroup: sweeper.logGroup },
    ])
      new MetricFilter(this, id, {
        logGroup,
        metricNamespace: 'InboxManagerJobs',
        metricName: 'AccountsCrossed',
        filterPattern: FilterPattern.exists('$.crossed_accounts'),
        metricValue: '$.crossed_accounts',
      });
    const crossed = new Metric({
      namespace: 'InboxManagerJobs',
      metricName: 'AccountsCrossed',
      period: FIVE_MINUTES,
      statistic: 'Sum',
    });
    this.above('AccountsCrossed', crossed, 0, 1);
    // No alarm: the caller gets an answer. The metric shows operators who needs a higher limit, or who attacks.
    for (const each of limited)
      new MetricFilter(this, `LimitsReachedIn${each.node.id}`, {
        logGroup: each.logGroup,
        metricNamespace: 'InboxManagerJobs',
        metricName: 'LimitsReached',
        filterPattern: FilterPattern.exists('$.limit'),
        metricValue: '1',
      });
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

type MetricOf<Thing> = (thing: Thing) => IMetric;

const sum = <Thing>(things: readonly Thing[], metricOf: MetricOf<Thing>): IMetric =>
  combined(things.map(metricOf), (names) => names.join(' + '));

const most = <Thing>(things: readonly Thing[], metricOf: MetricOf<Thing>): IMetric =>
  combined(things.map(metricOf), (names) => `MAX([${names.join(', ')}])`);

function combined(metrics: readonly IMetric[], expression: (names: readonly string[]) => string): IMetric {
  const named = metrics.map((metric, at) => [`m${at}`, metric] as const);
  return new MathExpression({
    expression: expression(named.map(([name]) => name)),
    usingMetrics: Object.fromEntries(named),
    period: FIVE_MINUTES,
  });
}
