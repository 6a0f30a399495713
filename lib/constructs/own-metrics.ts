import { Metric, type MetricProps } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FAILURES } from '../../functions/domain/failure/catalogue.ts';
import type { MetricName } from '../../functions/domain/metrics/catalogue.ts';
import { namespaceOf } from './namespace.ts';
import { SERVICE, type ServiceFunction } from './service-function.ts';

/** The functions and the access logs whose lines become metrics. */
export type OwnMetricsProps = {
  /** Writes a log line for each endpoint that became silent, and for each task or job that crosses accounts. */
  readonly sweeper: ServiceFunction;
  /** Writes a log line at the end of each attempt, and for each job that crosses accounts. */
  readonly worker: ServiceFunction;
  /** Functions that refuse requests by the limits of an account. */
  readonly limited: readonly ServiceFunction[];
  /** Access logs of the gateway: they include replies that no function made. */
  readonly accessLogs: ILogGroup;
};

type Filtered = 'DefectFailures' | 'SilencedWebhookEndpoints' | 'AccountsCrossed' | 'LimitsReached' | 'ServerErrors';

/** Failure codes that may be a defect of this service. */
const DEFECTS = Object.entries(FAILURES).flatMap(([code, { category }]) =>
  category === 'protocol' || category === 'internal' ? [code] : [],
);

/**
 * The metrics of this service: those that functions write in the embedded metric format, and those that filters make of
 * log lines.
 */
export class OwnMetrics extends Construct {
  private readonly namespace: string;

  constructor(scope: Construct, id: string, { sweeper, worker, limited, accessLogs }: OwnMetricsProps) {
    super(scope, id);
    this.namespace = namespaceOf(this);
    const defect = FilterPattern.any(...DEFECTS.map((code) => FilterPattern.stringValue('$.outcome', '=', code)));
    this.filter('Defects', 'DefectFailures', worker.logGroup, defect, '1');
    this.filter(
      'Silenced',
      'SilencedWebhookEndpoints',
      sweeper.logGroup,
      FilterPattern.exists('$.silenced'),
      '$.silenced',
    );
    for (const each of [worker, sweeper])
      this.filter(
        `CrossedIn${each.node.id}`,
        'AccountsCrossed',
        each.logGroup,
        FilterPattern.exists('$.crossed_accounts'),
        '$.crossed_accounts',
      );
    for (const each of limited)
      this.filter(`LimitsIn${each.node.id}`, 'LimitsReached', each.logGroup, FilterPattern.exists('$.limit'), '1');
    // The gateway writes the status as text.
    this.filter('ServerErrors', 'ServerErrors', accessLogs, FilterPattern.stringValue('$.status', '=', '5*'), '1');
  }

  /** A metric that filters make of log lines. */
  filtered(metricName: Filtered, more: Pick<MetricProps, 'period' | 'statistic'>): Metric {
    return new Metric({ namespace: this.namespace, metricName, ...more });
  }

  /** A metric that functions write. */
  written(metricName: MetricName, more: Pick<MetricProps, 'period' | 'statistic'>): Metric {
    return new Metric({ namespace: this.namespace, metricName, dimensionsMap: { service: SERVICE }, ...more });
  }

  private filter(
    id: string,
    metricName: Filtered,
    logGroup: ILogGroup,
    filterPattern: IFilterPattern,
    metricValue: string,
  ): void {
    new MetricFilter(this, id, { logGroup, metricNamespace: this.namespace, metricName, filterPattern, metricValue });
  }
}
