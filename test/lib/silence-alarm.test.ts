import { expect, test } from 'vitest';
import * as z from 'zod';
import { ofType, synthesized } from './synthesized.ts';

const { service } = synthesized();

const ref = z.object({ Ref: z.string() });
const filterSchema = z.object({
  FilterPattern: z.string(),
  LogGroupName: ref,
  MetricTransformations: z.array(
    z.object({ MetricName: z.string(), MetricNamespace: z.string(), MetricValue: z.string() }),
  ),
});
const alarmSchema = z.object({
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.string(),
  EvaluationPeriods: z.number(),
  TreatMissingData: z.string(),
});

test('each endpoint that falls silent raises the alarm: by what the sweeper logs of it', () => {
  const filters = ofType(service, 'AWS::Logs::MetricFilter')
    .map(({ Properties }) => filterSchema.parse(Properties))
    .filter(({ FilterPattern }) => FilterPattern.includes('silenced'));
  expect(filters).toEqual([
    {
      // What the sweeper writes when it appends that one fell silent.
      FilterPattern: '{ $.silenced = "*" }',
      LogGroupName: { Ref: expect.stringMatching(/^SweeperLogs/) },
      MetricTransformations: [
        { MetricName: 'SilencedWebhookEndpoints', MetricNamespace: 'InboxManagerJobs', MetricValue: '$.silenced' },
      ],
    },
  ]);
  const [filter] = filters;
  const [metric] = filter?.MetricTransformations ?? [];
  const alarms = ofType(service, 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => alarmSchema.parse(Properties))
    .filter(({ MetricName }) => MetricName === metric?.MetricName);
  expect(alarms).toEqual([
    {
      MetricName: metric?.MetricName,
      Namespace: metric?.MetricNamespace,
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    },
  ]);
});
