/**
 * The metrics of our own that functions write, with their units. Alarms and docs/logs-and-metrics.md are checked
 * against it.
 */
export const METRICS = {
  /** From the append of a batch's oldest event to the end of its projection. */
  ProjectionLag: 'Milliseconds',
  /** From the write of a batch's oldest view row to the end of its counting. */
  CounterLag: 'Milliseconds',
  /** A run of retention that was out of time. */
  RetentionIncomplete: 'Count',
  /** A credential whose row in the database was changed by another program than this service. */
  CredentialAltered: 'Count',
  /** A try that DynamoDB refused because a table was at its limit. The SDK tries again. */
  TableThrottles: 'Count',
} as const;

export type MetricName = keyof typeof METRICS;
