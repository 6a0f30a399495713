import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { FIVE_MINUTES, mostOf, sumOf } from './metric-math.ts';
import type { OwnMetrics } from './own-metrics.ts';
import type { ServiceFunction } from './service-function.ts';
import type { StreamConsumers } from './stream-consumers.ts';
import type { WorkQueue } from './work-queue.ts';

/** The resources that the alarms watch. */
export type AlarmsProps = {
  readonly topic: ITopic;
  readonly metrics: OwnMetrics;
  readonly queues: readonly WorkQueue[];
  readonly streams: StreamConsumers;
  readonly consumers: {
    readonly stream: readonly ServiceFunction[];
    readonly queue: readonly ServiceFunction[];
    readonly scheduled: readonly ServiceFunction[];
  };
  /** Functions whose throttling must ring an alarm; at most ten, the metrics of an alarm's expression (AWS limit). */
  readonly throttled: readonly ServiceFunction[];
};

const PERIOD = { period: FIVE_MINUTES };
const SUM = { ...PERIOD, statistic: 'Sum' };

/** The metric, the value above which the alarm rings, and for how many periods. */
type Condition = readonly [metric: IMetric, above: number, periods: number];

/**
 * Alarms for problems that need a person; each has its entry in docs/operations.md. At most 15, because each metric of
 * an alarm is paid for.
 */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  /** Rings when more requests fail than before; it rolls back a release of the API. */
  readonly serverErrors: Alarm;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { topic, metrics, queues, streams, consumers, throttled } = props;
    const errors = (functions: readonly ServiceFunction[]) => sumOf(functions, (fn) => fn.metricErrors(PERIOD));
    const conditions: Readonly<Record<string, Condition>> = {
      ServerErrors: [metrics.filtered('ServerErrors', SUM), 5, 1],
      DeadLetters: [
        sumOf(queues, ({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible(PERIOD)),
        0,
        1,
      ],
      OldestMessage: [mostOf(queues, ({ queue }) => queue.metricApproximateAgeOfOldestMessage(PERIOD)), 900, 2],
      StreamGivenUp: [streams.givenUp.metricApproximateNumberOfMessagesVisible(PERIOD), 0, 1],
      IteratorAge: [
        mostOf(consumers.stream, (fn) => fn.metric('IteratorAge', { ...PERIOD, statistic: 'Maximum' })),
        3_600_000,
        2,
      ],
      ViewLag: [
        mostOf(['ProjectionLag', 'CounterLag'] as const, (name) =>
          metrics.written(name, { ...PERIOD, statistic: 'Maximum' }),
        ),
        120_000,
        2,
      ],
      ConsumerErrors: [errors([...consumers.stream, ...consumers.queue]), 5, 2],
      // A schedule runs too rarely for its errors to add up.
      ScheduleErrors: [errors(consumers.scheduled), 0, 1],
      Throttles: [sumOf(throttled, (fn) => fn.metricThrottles(PERIOD)), 0, 2],
      TableThrottles: [metrics.written('TableThrottles', SUM), 10, 2],
      RetentionBehind: [metrics.written('RetentionIncomplete', { period: Duration.hours(1), statistic: 'Sum' }), 0, 3],
      // One is enough: each event writes these lines once and never again.
      DefectFailures: [metrics.filtered('DefectFailures', SUM), 0, 1],
      WebhooksSilenced: [metrics.filtered('SilencedWebhookEndpoints', SUM), 0, 1],
      AccountsCrossed: [metrics.filtered('AccountsCrossed', SUM), 0, 1],
      CredentialAltered: [metrics.written('CredentialAltered', SUM), 0, 1],
    };
    const made = new Map(Object.entries(conditions).map(([name, condition]) => [name, this.alarm(name, ...condition)]));
    for (const alarm of made.values()) alarm.addAlarmAction(new SnsAction(topic));
    this.all = [...made.values()];
    const serverErrors = made.get('ServerErrors');
    if (serverErrors === undefined) throw new Error('there is no alarm ServerErrors');
    this.serverErrors = serverErrors;
  }

  private alarm(id: string, metric: IMetric, threshold: number, evaluationPeriods: number): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
