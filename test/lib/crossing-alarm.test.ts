import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { logger } from '../../functions/runtime/logger.ts';
import { reportCrossing } from '../../functions/streams/refuse-job.ts';
import { ofType, synthesized } from './synthesized.ts';

const { service } = synthesized();

const filterSchema = z.object({
  FilterPattern: z.string(),
  LogGroupName: z.object({ Ref: z.string() }),
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

test('each job or task that crosses accounts raises the alarm, whether the worker or the sweeper meets it', () => {
  const filters = ofType(service, 'AWS::Logs::MetricFilter')
    .map(({ Properties }) => filterSchema.parse(Properties))
    .filter(({ FilterPattern }) => FilterPattern.includes('crossed_accounts'));
  expect(filters.map(({ LogGroupName: { Ref } }) => /^\D+/.exec(Ref)?.[0]).toSorted()).toEqual([
    expect.stringMatching(/^SweeperLogs/),
    expect.stringMatching(/^WorkerLogs/),
  ]);
  for (const { FilterPattern, MetricTransformations } of filters) {
    expect(FilterPattern).toBe('{ $.crossed_accounts = "*" }');
    expect(MetricTransformations).toEqual([
      { MetricName: 'AccountsCrossed', MetricNamespace: 'InboxManagerJobs', MetricValue: '$.crossed_accounts' },
    ]);
  }
  const alarms = ofType(service, 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => alarmSchema.parse(Properties))
    .filter(({ MetricName }) => MetricName === 'AccountsCrossed');
  expect(alarms).toEqual([
    {
      MetricName: 'AccountsCrossed',
      Namespace: 'InboxManagerJobs',
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    },
  ]);
});

test('the log line has the field that the alarm counts', () => {
  const line = vi.spyOn(logger, 'error').mockImplementation(() => {});
  reportCrossing({ job_id: 'job_x', account_id: 'acc_a', credential_id: 'pc_x' });
  expect(line).toHaveBeenCalledExactlyOnceWith(expect.any(String), {
    crossed_accounts: 1,
    job_id: 'job_x',
    account_id: 'acc_a',
    credential_id: 'pc_x',
  });
});
