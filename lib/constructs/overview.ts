import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { FIVE_MINUTES } from './metric-math.ts';
import type { OwnMetrics } from './own-metrics.ts';
import type { ServiceFunction } from './service-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** The resources that the dashboard shows. */
export type OverviewProps = {
  readonly name: string;
  readonly alarms: readonly Alarm[];
  readonly metrics: OwnMetrics;
  readonly api: HttpApi;
  readonly queues: readonly WorkQueue[];
  readonly streamReaders: readonly ServiceFunction[];
  readonly functions: readonly ServiceFunction[];
  readonly tables: readonly TableV2[];
};

const PERIOD = { period: FIVE_MINUTES };
const SUM = { ...PERIOD, statistic: 'Sum' };

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 8, height: 6 });

/** One dashboard: the state of the alarms, and graphs of their metrics. */
export function overview(scope: Construct, id: string, props: OverviewProps): Dashboard {
  const { name, alarms, metrics, api, queues, streamReaders, functions, tables } = props;
  const of = (fn: ServiceFunction) => ({ ...PERIOD, label: fn.node.id });
  return new Dashboard(scope, id, {
    dashboardName: name,
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 4 })],
      [
        graph(
          'Requests, and answers of 500 and above',
          [api.metricCount(SUM)],
          [metrics.filtered('ServerErrors', SUM)],
        ),
        graph('Latency of the API, ms', [
          api.metricLatency({ ...PERIOD, statistic: 'p50' }),
          api.metricLatency({ ...PERIOD, statistic: 'p99' }),
        ]),
        graph('Requests beyond a limit', [metrics.filtered('LimitsReached', SUM)]),
      ],
      [
        graph(
          'Messages that wait',
          queues.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible(PERIOD)),
        ),
        graph(
          'Oldest message, s',
          queues.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(PERIOD)),
        ),
        graph(
          'Dead letters',
          queues.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible(PERIOD)),
        ),
      ],
      [
        graph(
          'Age of what the stream readers read, ms',
          streamReaders.map((fn) => fn.metric('IteratorAge', { ...of(fn), statistic: 'Maximum' })),
        ),
        graph('Lag of the views, ms', [
          metrics.written('ProjectionLag', { ...PERIOD, statistic: 'p50' }),
          metrics.written('ProjectionLag', { ...PERIOD, statistic: 'Maximum' }),
          metrics.written('CounterLag', { ...PERIOD, statistic: 'Maximum' }),
        ]),
        graph('Failures that may be defects', [metrics.filtered('DefectFailures', SUM)]),
      ],
      [
        graph(
          'Errors of functions',
          functions.map((fn) => fn.metricErrors(of(fn))),
        ),
        graph(
          'Functions at once',
          functions.map((fn) => fn.metric('ConcurrentExecutions', { ...of(fn), statistic: 'Maximum' })),
          functions.map((fn) => fn.metricThrottles(of(fn))),
        ),
        graph(
          'Written units, and refused tries',
          tables.map((table) => table.metricConsumedWriteCapacityUnits(PERIOD)),
          [metrics.written('TableThrottles', SUM)],
        ),
      ],
    ],
  });
}
