import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRICS, type MetricName } from '../domain/metrics/catalogue.ts';

/** Namespace and service are those of the environment (POWERTOOLS_METRICS_NAMESPACE, POWERTOOLS_SERVICE_NAME). */
const metrics = new Metrics();

/**
 * Writes one value of a metric as a log line in CloudWatch's embedded metric format. `fields` are additional data of
 * the line. They are not dimensions, because CloudWatch charges each value of a dimension as a metric.
 */
export function measure(name: MetricName, value: number, fields: Readonly<Record<string, string>> = {}): void {
  const single = metrics.singleMetric();
  for (const [field, text] of Object.entries(fields)) single.addMetadata(field, text);
  single.addMetric(name, METRICS[name], value);
}
