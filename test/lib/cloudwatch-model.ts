/** A small model of CloudWatch: which alarms of the template ring for these log lines and values of AWS's metrics. */
import { vi } from 'vitest';
import * as z from 'zod';
import { ofType, type Resource } from './synthesized.ts';

/** A line that CloudWatch receives, and the function or log group of its origin. */
export type LogLine = { readonly from: string; readonly line: Readonly<Record<string, unknown>> };
/** A value of an AWS metric, and the beginning of its resource's id. */
export type AwsValue = { readonly metric: string; readonly of: string; readonly value: number };

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});
const alarmSchema = z.object({
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  ComparisonOperator: z.literal('GreaterThanThreshold'),
  TreatMissingData: z.literal('notBreaching'),
  AlarmActions: z.array(z.object({ Ref: z.string() })).min(1),
  Statistic: z.string().optional(),
  Metrics: z
    .array(
      z.object({
        Expression: z.string().optional(),
        Id: z.string(),
        MetricStat: z.object({ Metric: metricSchema, Stat: z.string() }).optional(),
      }),
    )
    .optional(),
  ...metricSchema.partial().shape,
});
const filterSchema = z.object({
  FilterPattern: z.string(),
  LogGroupName: z.object({ Ref: z.string() }),
  MetricTransformations: z.tuple([
    z.object({ MetricName: z.string(), MetricNamespace: z.string(), MetricValue: z.string() }),
  ]),
});
const emfSchema = z
  .object({
    _aws: z.object({
      CloudWatchMetrics: z.array(
        z.object({
          Namespace: z.string(),
          Dimensions: z.array(z.array(z.string())),
          Metrics: z.array(z.object({ Name: z.string() })),
        }),
      ),
    }),
  })
  .loose();

const nameOf = (id: string): string => /^Alarms(\w+)[0-9A-F]{8}$/.exec(id)?.[1] ?? id;

export function alarmsOf(resources: readonly Resource[]) {
  return new Map(
    ofType(resources, 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => [
      nameOf(id),
      alarmSchema.parse(Properties),
    ]),
  );
}

/** The number of metrics that an alarm is billed for. */
export const pricedMetrics = (alarm: z.infer<typeof alarmSchema>): number =>
  alarm.Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;

/** The alarms that ring when these lines and values occur in each period. */
export function ringingAlarms(
  resources: readonly Resource[],
  lines: readonly LogLine[],
  values: readonly AwsValue[] = [],
) {
  const own = new Map<string, number[]>();
  const add = (metric: string, value: number) => own.set(metric, [...(own.get(metric) ?? []), value]);
  for (const { line } of lines) for (const [metric, value] of embedded(line)) add(metric, value);
  for (const filter of ofType(resources, 'AWS::Logs::MetricFilter').map(({ Properties }) =>
    filterSchema.parse(Properties),
  )) {
    const [{ MetricName, MetricNamespace, MetricValue }] = filter.MetricTransformations;
    for (const { from, line } of lines)
      if (filter.LogGroupName.Ref.startsWith(from) && matches(filter.FilterPattern, line))
        add(
          `${MetricNamespace} ${MetricName} {}`,
          Number(MetricValue.startsWith('$.') ? line[MetricValue.slice(2)] : MetricValue),
        );
  }
  return [...alarmsOf(resources)]
    .filter(([, alarm]) => measuredBy(alarm, own, values) > alarm.Threshold)
    .map(([name]) => name);
}

/** The values of a line in the embedded metric format, by namespace, name and dimensions. */
function embedded(line: Readonly<Record<string, unknown>>): (readonly [string, number])[] {
  const read = emfSchema.safeParse(line);
  if (!read.success) return [];
  return read.data._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Metrics.map(({ Name }) => {
      const dimensions = Object.fromEntries(Dimensions.flat().map((each) => [each, read.data[each]]));
      return [`${Namespace} ${Name} ${JSON.stringify(dimensions)}`, Number(read.data[Name])] as const;
    }),
  );
}

/** The part of CloudWatch's filter syntax that is used: `$.field = "text"` with `*` at the end, joined by `||`. */
function matches(pattern: string, line: Readonly<Record<string, unknown>>): boolean {
  const inner = /^\{ (.*) \}$/.exec(pattern)?.[1];
  if (inner === undefined) throw new Error(`unknown filter ${pattern}`);
  return inner.split(' || ').some((term) => {
    const [, field, text] = /^\(?\$\.(\w+) = "([^"]*)"\)?$/.exec(term) ?? [];
    if (field === undefined || text === undefined) throw new Error(`unknown term ${term}`);
    const value = line[field];
    if (value === undefined) return false;
    return text.endsWith('*') ? String(value).startsWith(text.slice(0, -1)) : value === text;
  });
}

function measuredBy(
  alarm: z.infer<typeof alarmSchema>,
  own: ReadonlyMap<string, readonly number[]>,
  values: readonly AwsValue[],
): number {
  const one = (metric: z.infer<typeof metricSchema>, statistic: string): number => {
    const isOwn = !metric.Namespace.startsWith('AWS/');
    const dimensions = Object.fromEntries(metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
    const found = isOwn
      ? (own.get(`${metric.Namespace} ${metric.MetricName} ${JSON.stringify(dimensions)}`) ?? [])
      : values
          .filter(({ metric: name, of }) => name === metric.MetricName && JSON.stringify(dimensions).includes(`"${of}`))
          .map(({ value }) => value);
    if (found.length === 0) return 0;
    return statistic === 'Sum' ? found.reduce((sum, each) => sum + each, 0) : Math.max(...found);
  };
  if (alarm.Metrics === undefined) return one(metricSchema.parse(alarm), alarm.Statistic ?? '');
  const of = new Map(
    alarm.Metrics.flatMap(({ Id, MetricStat }) =>
      MetricStat === undefined ? [] : [[Id, one(MetricStat.Metric, MetricStat.Stat)] as const],
    ),
  );
  const expression = alarm.Metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? '';
  const named = [...expression.matchAll(/m\d+/g)].map(([name]) => of.get(name) ?? 0);
  return expression.startsWith('MAX(') ? Math.max(...named) : named.reduce((sum, each) => sum + each, 0);
}

/** The output of this process meanwhile, as lines of JSON; standard output and error both go to a function's log. */
export async function linesOf(from: string, run: () => unknown): Promise<LogLine[]> {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    }),
  );
  try {
    await run();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const texts = written
    .join('')
    .split('\n')
    .filter((text) => text.startsWith('{'));
  return texts.map((text) => ({ from, line: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) }));
}
