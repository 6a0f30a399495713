import { expect, test } from 'vitest';
import * as z from 'zod';
import { ofType, synthesized } from './synthesized.ts';

const filterSchema = z.object({
  FilterPattern: z.string(),
  LogGroupName: z.object({ Ref: z.string() }),
  MetricTransformations: z.array(z.object({ MetricName: z.string(), MetricValue: z.string() })),
});

test('a metric counts each request that reached a limit, from the logs of all functions that check limits', () => {
  const filters = ofType(synthesized().service, 'AWS::Logs::MetricFilter')
    .map(({ Properties }) => filterSchema.parse(Properties))
    .filter(({ MetricTransformations: [metric] }) => metric?.MetricName === 'LimitsReached');
  expect(filters.map(({ LogGroupName }) => LogGroupName.Ref.replace(/Logs.*$/, '')).toSorted()).toEqual([
    'Command',
    'Credentials',
    'Read',
    'Tasks',
  ]);
  for (const { FilterPattern, MetricTransformations } of filters)
    expect([FilterPattern, MetricTransformations]).toEqual([
      '{ $.limit = "*" }',
      [{ MetricName: 'LimitsReached', MetricValue: '1' }],
    ]);
});
