import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';

export const FIVE_MINUTES = Duration.minutes(5);

type MetricOf<Thing> = (thing: Thing) => IMetric;

/** The sum of a metric over all of these resources. */
export const sumOf = <Thing>(things: readonly Thing[], metricOf: MetricOf<Thing>): IMetric =>
  combined(things.map(metricOf), (names) => names.map(orZero).join(' + '));

/** The largest value of a metric among these resources. */
export const mostOf = <Thing>(things: readonly Thing[], metricOf: MetricOf<Thing>): IMetric =>
  combined(things.map(metricOf), (names) => `MAX([${names.map(orZero).join(', ')}])`);

/** A metric without data in a period counts as 0 there: otherwise the whole expression would have no value. */
const orZero = (name: string): string => `FILL(${name}, 0)`;

/** One metric computed from several; an alarm on it costs as much as alarms on each of them. */
function combined(metrics: readonly IMetric[], expression: (names: readonly string[]) => string): IMetric {
  const named = metrics.map((metric, at) => [`m${at}`, metric] as const);
  return new MathExpression({
    expression: expression(named.map(([name]) => name)),
    usingMetrics: Object.fromEntries(named),
    period: FIVE_MINUTES,
  });
}
