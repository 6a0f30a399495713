/** Turns what was consumed into dollars. Nothing here measures, waits or prints. */
import { AWS_CALL_MS, LOG_EVENT_BYTES, MEMORY_OF_ONE_PROCESSOR_MB, PRICES } from './prices.ts';

/** Kinds of rows of the leases table. `renewal`: a write that keeps a slot or a lease beyond its first 13 seconds. */
export type Rows = 'connection slot' | 'place of an account' | 'renewal' | 'runs of a task' | 'usage' | 'other';

/** Capacity units of one operation on one table or index. */
export type Units = {
  readonly operation: string;
  readonly table: string;
  /** Null: the table itself. */
  readonly index: string | null;
  /** The kind of rows, for a table whose rows are of several kinds; null where they are of one. */
  readonly rows: Rows | null;
  readonly requests: number;
  readonly reads: number;
  readonly writes: number;
};

export type FunctionWork = {
  readonly name: string;
  readonly memoryMb: number;
  readonly invocations: number;
  readonly cpuSeconds: number;
};

/** What a number of jobs, or of other units of work, consumed. */
export type Usage = {
  readonly units: readonly Units[];
  readonly functions: readonly FunctionWork[];
  readonly gatewayRequests: number;
  readonly queueRequests: number;
  readonly kmsRequests: number;
  readonly logBytes: number;
  readonly logEvents: number;
  /** Bytes of the gateway's access log. */
  readonly accessLogBytes: number;
};

/** `stretched`: consumed only because the bench was slower than a deployment, so it is in no sum. */
export type Kind = 'units' | 'requests' | 'functions' | 'waiting' | 'stretched';
export type Line = { readonly name: string; readonly kind: Kind; readonly dollars: number; readonly detail: string };

/**
 * GB-seconds of a function: its processor time, stretched by the share of a processor that its memory buys, and its
 * waiting time, which does not depend on memory.
 */
export function gbSeconds(memoryMb: number, cpuSeconds: number, waitSeconds: number): number {
  if (memoryMb <= 0) return 0;
  const share = Math.min(1, memoryMb / MEMORY_OF_ONE_PROCESSOR_MB);
  return (memoryMb / 1024) * (cpuSeconds / share + waitSeconds);
}

/** Work that ends within 2 s takes no place of its account; no lease or slot is renewed before 13 s. */
const HELD_FROM_S: Readonly<Partial<Record<Rows, number>>> = { 'place of an account': 2, renewal: 13 };

/** Calls of AWS by functions, each of which waits for its answer. */
const callsOf = (usage: Usage): number =>
  usage.units.reduce((sum, { requests }) => sum + requests, 0) + usage.queueRequests + usage.kmsRequests;

/**
 * Dollars for `usage`, line by line, of which there were `count`; each line for a million. `sessionSeconds`: how long a
 * session with a mail server lasts in a deployment. With its calls of AWS it decides which rows are held at all: what
 * only a slow machine wrote is of kind `stretched`.
 */
export function billOf(usage: Usage, count: number, sessionSeconds = 0): readonly Line[] {
  const seconds = sessionSeconds + (callsOf(usage) / count) * (AWS_CALL_MS / 1000);
  const per = (total: number): number => total / count;
  const line = (name: string, kind: Kind, total: number, detail: string): Line => ({
    name,
    kind,
    dollars: per(total) * 1e6,
    detail,
  });
  const tables = usage.units
    .toSorted((one, other) => dollarsOf(other) - dollarsOf(one))
    .map((units) =>
      line(
        nameOf(units),
        units.writes > 0 && seconds < (HELD_FROM_S[units.rows ?? 'other'] ?? 0) ? 'stretched' : 'units',
        dollarsOf(units),
        units.writes > 0 ? `${fixed(per(units.writes))} WRU` : `${fixed(per(units.reads))} RRU`,
      ),
    );
  const invocations = usage.functions.reduce((sum, each) => sum + each.invocations, 0);
  const calls = callsOf(usage);
  return [
    ...tables,
    line(
      'gateway',
      'requests',
      usage.gatewayRequests * PRICES.httpApiRequest,
      `${fixed(per(usage.gatewayRequests))} requests`,
    ),
    line('queues', 'requests', usage.queueRequests * PRICES.sqsRequest, `${fixed(per(usage.queueRequests))} requests`),
    line('fair queues', 'requests', usage.queueRequests * PRICES.sqsFairRequest, 'the same requests'),
    line('KMS', 'requests', usage.kmsRequests * PRICES.kmsRequest, `${fixed(per(usage.kmsRequests))} requests`),
    line(
      'invocations',
      'requests',
      invocations * PRICES.lambdaRequest,
      perFunction(usage.functions, (work) => per(work.invocations)),
    ),
    line(
      'logs',
      'requests',
      ((usage.logBytes + usage.logEvents * LOG_EVENT_BYTES) / 1e9) * PRICES.logGb,
      `${fixed(per(usage.logBytes))} bytes in ${fixed(per(usage.logEvents))} lines`,
    ),
    line(
      'access log',
      'requests',
      ((usage.accessLogBytes + usage.gatewayRequests * LOG_EVENT_BYTES) / 1e9) * PRICES.logGb,
      `${fixed(per(usage.accessLogBytes))} bytes`,
    ),
    line(
      'processor time',
      'functions',
      usage.functions.reduce((sum, work) => sum + gbSeconds(work.memoryMb, work.cpuSeconds, 0), 0) *
        PRICES.lambdaGbSecond,
      perFunction(usage.functions, (work) => per(work.cpuSeconds) * 1000, ' ms'),
    ),
    line(
      'waiting for AWS',
      'functions',
      gbSeconds(512, 0, (calls * AWS_CALL_MS) / 1000) * PRICES.lambdaGbSecond,
      `${fixed(per(calls))} calls of ${AWS_CALL_MS} ms, one after the other, at 512 MB`,
    ),
  ];
}

/** How long workers wait for mail servers: `waitSeconds` of all invocations together. */
export function waitingLine(memoryMb: number, waitSeconds: number, count: number): Line {
  const dollars = (gbSeconds(memoryMb, 0, waitSeconds) * PRICES.lambdaGbSecond * 1e6) / count;
  const detail = `${fixed(waitSeconds / count)} s at ${memoryMb} MB`;
  return { name: 'waiting for mail servers', kind: 'waiting', dollars, detail };
}

/** Dollars of the lines of these kinds together. */
export function sumOf(lines: readonly Line[], ...kinds: readonly Kind[]): number {
  return lines.reduce((sum, { kind, dollars }) => sum + (kinds.includes(kind) ? dollars : 0), 0);
}

/** All in, without the waiting for mail servers. */
export const allIn = (lines: readonly Line[]): number => sumOf(lines, 'units', 'requests', 'functions');

/** Units by the same operation on the same table and index, added up. */
export function merged(units: readonly Units[]): readonly Units[] {
  const byName = new Map<string, Units>();
  for (const each of units) {
    const name = nameOf(each);
    const sum = byName.get(name);
    byName.set(
      name,
      sum === undefined
        ? each
        : {
            ...sum,
            requests: sum.requests + each.requests,
            reads: sum.reads + each.reads,
            writes: sum.writes + each.writes,
          },
    );
  }
  return [...byName.values()];
}

export type Idle = {
  /** What a number of runs of each schedule consumed, and how many runs a month has. */
  readonly scheduled: readonly { readonly usage: Usage; readonly runs: number; readonly runsAMonth: number }[];
  readonly alarmMetrics: number;
  readonly customMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  readonly queues: number;
};

/** Each mapping of a queue polls with five connections of 20 s (AWS documentation). */
const POLLS_A_MONTH = 5 * ((30 * 86_400) / 20);

/** Dollars of a month without any job, line by line. */
export function idleBill(idle: Idle): readonly { readonly name: string; readonly dollars: number }[] {
  const schedules = idle.scheduled.reduce((sum, { usage, runs, runsAMonth }) => {
    const one = billOf(usage, runs).reduce((total, { dollars }) => total + dollars, 0) / 1e6;
    return sum + one * runsAMonth;
  }, 0);
  return [
    { name: `${idle.alarmMetrics} metrics of alarms`, dollars: idle.alarmMetrics * PRICES.alarmMetricMonth },
    {
      name: `${idle.customMetrics} metrics of our own, if all are written`,
      dollars: idle.customMetrics * PRICES.customMetricMonth,
    },
    { name: `${idle.dashboards} dashboard`, dollars: idle.dashboards * PRICES.dashboardMonth },
    { name: `${idle.keys} key`, dollars: idle.keys * PRICES.keyMonth },
    { name: `polls of ${idle.queues} queues`, dollars: idle.queues * POLLS_A_MONTH * PRICES.sqsRequest },
    { name: 'schedules', dollars: schedules },
  ];
}

export type Budget = {
  readonly name: string;
  readonly goal: number;
  readonly measured: number;
  /** The parts of the measured sum, shown if the budget is missed. */
  readonly lines: readonly { readonly name: string; readonly dollars: number }[];
};

/** Rows of a table: each budget, whether it is met, and the largest lines of a missed one. */
export function budgetRows(budgets: readonly Budget[]): readonly string[] {
  return budgets.map(({ name, goal, measured, lines }) => {
    const met = measured <= goal;
    const largest = lines
      .toSorted((one, other) => other.dollars - one.dollars)
      .slice(0, 8)
      .map((line) => `${line.name} $${fixed(line.dollars)}`);
    return `| ${name} | $${goal} | $${fixed(measured)} | ${met ? 'yes' : `no: ${largest.join('; ')}`} |`;
  });
}

const nameOf = ({ operation, table, index, rows }: Units): string =>
  `${operation} ${table}${index === null ? '' : `.${index}`}${rows === null ? '' : ` (${rows})`}`;

export const fixed = (value: number): string => value.toFixed(2);
const dollarsOf = ({ reads, writes }: Units): number => reads * PRICES.readUnit + writes * PRICES.writeUnit;

function perFunction(functions: readonly FunctionWork[], value: (work: FunctionWork) => number, unit = ''): string {
  return functions
    .filter(({ invocations }) => invocations > 0)
    .map((work) => `${work.name} ${fixed(value(work))}${unit}`)
    .join(', ');
}
