/**
 * What a million jobs cost, line by line, beside the prices of other services: `npm run bench -- cost`. Prints; asserts
 * nothing. The method is in `docs/decisions/0049-what-the-bench-of-costs-counts.md`.
 */
import * as z from 'zod';
import { METRICS } from '../functions/domain/metrics/catalogue.ts';
import { localContext } from '../local/stack.ts';
import { readAssembly, resourcesOf } from '../local/template/assembly.ts';
import { synthesize } from '../local/template/synthesize.ts';
import { allIn, type Budget, budgetRows, fixed, type Idle, idleBill, type Line, sumOf } from './bill.ts';
import { mailRuns, type Run, retentionRun, scheduleRuns, triggerRun } from './cost-runs.ts';
import { type CostWorld, startCostWorld } from './cost-world.ts';
import { leastOf } from './least.ts';
import { PEERS } from './peers.ts';
import { PRICES_DATE } from './prices.ts';

const MAILBOXES = 5_000;
const WINDOWS_S = [0, 2, 5];
const SLOW_COUNT = 30;
/** Jobs before each run, in other mailboxes: a deployment's functions are warm. */
const WARM_COUNT = 15;
const MAIL_COUNT = 5;
const SCHEDULE_RUNS = 5;

type Named = { readonly rate: number; readonly window: number; readonly latencyMs: number } & Run;

/** `count`: jobs of a run at 30 a second. `slow`: the factor by which time is stretched. */
export async function benchCost(count: number, slow: number): Promise<void> {
  const world = await startCostWorld(count + WARM_COUNT);
  const print = (...lines: readonly string[]): void => console.log(lines.join('\n'));
  try {
    await world.restart(1000);
    await world.seed();
    // The first login of each makes it valid, which is an event more.
    await world.quiet();
    await triggerRun(world, { rate: 30, first: 0, count: count + WARM_COUNT, latencyMs: 0, slow });
    print(...method(count, slow));
    const runs: Named[] = [];
    const measure = async (window: number, rate: number, latencyMs: number): Promise<void> => {
      // A new start has no secret open.
      const stretch = rate === 1 ? 1 : slow;
      await world.restart(window * 1000 * stretch);
      await triggerRun(world, { rate, first: count, count: WARM_COUNT, latencyMs, slow: stretch });
      const jobs = rate === 1 ? Math.min(SLOW_COUNT, count) : count;
      const run = await triggerRun(world, { rate, first: 0, count: jobs, latencyMs, slow: stretch });
      const named = { ...run, rate, window, latencyMs };
      runs.push(named);
      print(...linesOf(named));
    };
    let mail: Awaited<ReturnType<typeof mailRuns>> = [];
    let idle: Idle | null = null;
    let retention: Awaited<ReturnType<typeof retentionRun>> | null = null;
    for (const window of WINDOWS_S) {
      if (window === 2) await measure(window, 30, 400);
      for (const rate of [30, 1]) await measure(window, rate, 150);
      if (window === 2) mail = await mailRuns(world, MAIL_COUNT, 150);
      if (window === 5) retention = await retentionRun(world);
      if (window === 5) idle = await idleOf(world);
    }
    if (retention === null || idle === null) throw new Error('there was no window of 5 s');
    print('', '### Retention, for a million jobs', '', ...tableOf(retention.lines), '');
    print(`n = ${retention.count} jobs that had succeeded: deleted, and erased two days later.`);
    print('', '### A million of each', '', ...table(runs, mail), '');
    print(`Work on mail: n = ${MAIL_COUNT} each, all triggered at once.`);
    const month = idleBill(idle);
    print('', '### A month without a job', '', '| line | $ |', '| --- | ---: |');
    print(...month.map(({ name, dollars }) => `| ${name} | ${fixed(dollars)} |`));
    print('', '### Budget', '', '| budget | goal | measured | met |', '| --- | ---: | ---: | --- |');
    print(...budgetRows(budgets(runs, retention.lines, month)));
    const long = runs.find(({ rate, window }) => rate === 30 && window === WINDOWS_S.at(-1));
    print('', '### The least that a job of this design can cost', '', ...tableOf(leastOf(long?.lines ?? [])));
  } finally {
    await world.stop();
  }
}

function method(count: number, slow: number): readonly string[] {
  return [
    `List prices of us-east-1 of ${PRICES_DATE}, without any free tier. Each job is a trigger of an existing task (a sync of the list of folders).`,
    `Each job uses a mailbox and a credential of its own, as with ${MAILBOXES} mailboxes: no process meets a mailbox again while it keeps`,
    `its secret. n = ${count} jobs at 30 a second and ${Math.min(SLOW_COUNT, count)} at 1, of ten accounts; all succeeded. The streams have four shards.`,
    `At 30 a second, time is stretched by ${slow}: rate, latency and window alike. Units are those that the engine reports.`,
    `Before each run, ${WARM_COUNT} jobs in other mailboxes start the functions.`,
    'The window is `projectionWindowSeconds`, the batching window of the projector and of the counter. Writes that a job makes only',
    'because the bench is slower than a deployment (places of accounts from 2 s on, renewals from 13 s on) are shown with $0.00.',
    '',
    'Functions are shown apart from units, by two assumptions. Processor time is that of the function’s thread, stretched by the share',
    'of a processor that its memory buys (1,769 MB is one). Each call of DynamoDB, SQS and KMS waits 5 ms, and calls wait one after',
    'the other, which is too much for batches. Workers also wait for mail servers: commands × latency, once for each invocation.',
    'This wait is not in “all in”: it is the work itself, which other services bill as well, or leave to the customer.',
  ];
}

const shown = (lines: readonly Line[]): readonly Line[] => lines.filter(({ dollars }) => dollars >= 0.005);

const tableOf = (lines: readonly Line[]): readonly string[] => [
  '| line | $ a million | by the job |',
  '| --- | ---: | --- |',
  ...shown(lines).map(({ name, kind, dollars, detail }) =>
    kind === 'stretched'
      ? `| ${name} | 0.00 | ${detail}, only because the bench is slow |`
      : `| ${name} | ${fixed(dollars)} | ${detail} |`,
  ),
  `| **units** | **${fixed(sumOf(lines, 'units'))}** | |`,
  `| **all in** | **${fixed(allIn(lines))}** | |`,
];

function linesOf(run: Named): readonly string[] {
  const { rate, window, latencyMs, count, seconds, lines, startMs } = run;
  const sorted = startMs.toSorted((one, other) => one - other);
  const at = (share: number): string => `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]} ms`;
  return [
    '',
    `### ${rate} a second, window of ${window} s, ${latencyMs} ms a command`,
    '',
    ...tableOf(lines),
    '',
    `n = ${count}, all at rest after ${seconds.toFixed(0)} s; from request to start p50 ${at(0.5)}, p99 ${at(0.99)} (n = ${sorted.length}).`,
  ];
}

function table(runs: readonly Named[], mail: Awaited<ReturnType<typeof mailRuns>>): readonly string[] {
  const row = (name: string, lines: readonly Line[]): string =>
    `| ${name} | ${fixed(sumOf(lines, 'units'))} | ${fixed(allIn(lines))} | ${fixed(sumOf(lines, 'waiting'))} | measured |`;
  return [
    '| what | units $ | all in $ | waiting for mail servers $ | source |',
    '| --- | ---: | ---: | ---: | --- |',
    ...runs.map(({ rate, window, latencyMs, lines }) =>
      row(`a job, ${rate} a second, window ${window} s, ${latencyMs} ms a command`, lines),
    ),
    ...mail.map(({ name, lines }) => row(`${name}, window 2 s, 150 ms a command`, lines)),
    ...PEERS.map(
      ({ name, dollars, reckoning, source, date, verified }) =>
        `| ${name} | | ${fixed(dollars)} | | ${reckoning}; ${source}, ${date}${verified ? '' : '; **not verified** at the vendor'} |`,
    ),
  ];
}

const expression = z.object({ MetricStat: z.unknown().optional() });

/** Alarms by the metric, from the template; our metrics as if each was written every hour; schedules by their runs. */
async function idleOf(world: CostWorld): Promise<Idle> {
  const sweeps = await scheduleRuns(world, 'Sweeper', SCHEDULE_RUNS);
  const retentions = await scheduleRuns(world, 'Retention', SCHEDULE_RUNS);
  const assembly = readAssembly(await synthesize(localContext('https://issuer.example')));
  const alarmMetrics = resourcesOf(assembly, 'AWS::CloudWatch::Alarm').reduce((sum, { properties }) => {
    const metrics = z.array(expression).safeParse(properties.Metrics);
    return sum + (metrics.success ? metrics.data.filter(({ MetricStat }) => MetricStat !== undefined).length : 1);
  }, 0);
  return {
    scheduled: [
      { usage: sweeps.usage, runs: SCHEDULE_RUNS, runsAMonth: 30 * 24 * 60 },
      { usage: retentions.usage, runs: SCHEDULE_RUNS, runsAMonth: 30 * 24 * 4 },
    ],
    alarmMetrics,
    customMetrics: Object.keys(METRICS).length,
    dashboards: resourcesOf(assembly, 'AWS::CloudWatch::Dashboard').length,
    keys: resourcesOf(assembly, 'AWS::KMS::Key').length,
    queues: resourcesOf(assembly, 'AWS::Lambda::EventSourceMapping').filter(({ properties }) =>
      JSON.stringify(properties.EventSourceArn).includes('Queue'),
    ).length,
  };
}

function budgets(
  runs: readonly Named[],
  retention: readonly Line[],
  month: readonly { readonly name: string; readonly dollars: number }[],
): readonly Budget[] {
  const of = (name: string, goal: number, rate: number, window: number): Budget => {
    const run = runs.find((each) => each.rate === rate && each.window === window && each.latencyMs === 150);
    const lines = run?.lines.filter(({ kind }) => kind !== 'waiting' && kind !== 'stretched') ?? [];
    return { name, goal, measured: allIn(lines), lines };
  };
  return [
    of('a million at 30 a second, window 2 s', 14, 30, 2),
    of('a million at 30 a second, window 5 s', 12, 30, 5),
    of('a million at 1 a second, window 2 s', 18, 1, 2),
    { name: 'retention of a million', goal: 3, measured: allIn(retention), lines: retention },
    {
      name: 'idle, a month',
      goal: 12,
      measured: month.reduce((sum, { dollars }) => sum + dollars, 0),
      lines: month,
    },
  ];
}
