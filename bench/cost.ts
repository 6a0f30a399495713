import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { createMailbox } from '../local/imap/mailbox.ts';
import { startImapServer } from '../local/imap/server.ts';
import { startStack } from '../local/stack.ts';
import { type Api, apiOf } from '../test/fixtures/api.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import setup, { TEST_ISSUER } from '../test/fixtures/global-setup.ts';
import { addCredential } from '../test/fixtures/mailbox-account.ts';
import { type Consumed, tapDynamoDb } from './dynamodb-tap.ts';
import { PRICES } from './prices.ts';

const ACCOUNT = 'acc_cost';
const BASE = `/api/accounts/${ACCOUNT}`;
const MAILBOXES = 30;
const MILLION = 1e6;

type Work = { readonly invocations: number; readonly gbSeconds: number };
type Reading = {
  readonly consumed: Consumed;
  readonly functions: ReadonlyMap<string, Work>;
  readonly logBytes: number;
};

/**
 * The cost of a million jobs: triggers of existing tasks on an idle mailbox, at two rates, from the units and the
 * invocations that were measured on the embedded stack. The cost of sweeps without jobs is reported separately, and so
 * is the worker's time, most of which it waits for mail servers. Prints; asserts nothing.
 */
export async function benchCost(seconds: number): Promise<void> {
  await setup();
  const directory = mkdtempSync(join(tmpdir(), 'cost-'));
  const engine = await startDynoxide();
  const tap = await tapDynamoDb(engine.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = tap.url;
  const inboxes = Array.from({ length: MAILBOXES }, (_, n) => ({
    username: `user${n}`,
    password: 'secret',
    mailboxes: [createMailbox({ path: 'INBOX' })],
  }));
  const [stack, server] = await Promise.all([
    startStack({ dataDirectory: directory, port: 0, issuer: TEST_ISSUER }),
    startImapServer({ accounts: inboxes, tls: 'implicit' }),
  ]);
  const logs = readLogs(join(directory, 'logs'));
  try {
    const api = await apiOf(stack, ACCOUNT);
    const tasks: string[] = [];
    for (const { username, password } of inboxes) {
      const target = { host: 'localhost', port: server.port, caPem: server.caPem, username, password };
      const target_credential_id = await addCredential(api, ACCOUNT, target);
      const task = { task_type: 'imap_sync_mailboxes', target_credential_id };
      tasks.push((await api.post(`${BASE}/tasks`, task)).body.data.id);
    }
    // The first login of each credential adds an event, because it makes the credential valid.
    await run(api, tasks, tasks.length, MAILBOXES);
    const read = (): Reading => ({ consumed: tap.read(), ...logs() });
    read();
    await pause(seconds * 1000);
    const idle = read();
    printIdle(idle, seconds);
    for (const rate of [30, 1]) {
      const count = rate * seconds;
      const took = await run(api, tasks, count, rate);
      printRate(rate, count, took, read(), idle, seconds);
    }
  } finally {
    await stack.stop();
    await server.close();
    await tap.stop();
    await engine.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Triggers `count` jobs, `rate` in each second, and waits until they have ended. Returns the seconds that this took.
 */
async function run(api: Api, tasks: readonly string[], count: number, rate: number): Promise<number> {
  const ended = async (): Promise<number> => {
    const { body } = await api.get(`${BASE}/jobs/stats`);
    return body.data.by_status.succeeded ?? 0;
  };
  const before = await ended();
  const began = performance.now();
  const triggers: Promise<unknown>[] = [];
  for (let n = 0; n < count; n += 1) {
    triggers.push(api.post(`/api/tasks/${tasks[n % tasks.length]}/trigger`));
    await pause(Math.max(0, began + ((n + 1) * 1000) / rate - performance.now()));
  }
  await Promise.all(triggers);
  while ((await ended()) < before + count) await pause(500);
  return (performance.now() - began) / 1000;
}

const report = z.object({
  type: z.literal('platform.report'),
  record: z.object({ metrics: z.object({ billedDurationMs: z.number(), memorySizeMB: z.number() }) }),
});

/** The new lines of the functions' logs since the last call. */
function readLogs(directory: string) {
  const sizes = new Map<string, number>();
  return (): Omit<Reading, 'consumed'> => {
    const functions = new Map<string, Work>();
    let logBytes = 0;
    for (const file of readdirSync(directory)) {
      const path = join(directory, file);
      const from = sizes.get(file) ?? 0;
      const size = statSync(path).size;
      sizes.set(file, size);
      logBytes += size - from;
      const work = { invocations: 0, gbSeconds: 0 };
      for (const line of readFileSync(path).subarray(from, size).toString().split('\n')) {
        const parsed = line.includes('platform.report') ? report.safeParse(JSON.parse(line)) : null;
        if (parsed?.success !== true) continue;
        const { billedDurationMs, memorySizeMB } = parsed.data.record.metrics;
        work.invocations += 1;
        work.gbSeconds += (billedDurationMs / 1000) * (memorySizeMB / 1024);
      }
      functions.set(file.replace(/[0-9A-F]{8}\.log$/, ''), work);
    }
    return { functions, logBytes };
  };
}

const lambdaCost = ({ invocations, gbSeconds }: Work): number =>
  invocations * PRICES.lambdaRequest + gbSeconds * PRICES.lambdaGbSecond;

function printRate(rate: number, count: number, took: number, reading: Reading, idle: Reading, idleSeconds: number) {
  // The sweeps during this time are not part of the cost of jobs.
  const share = took / idleSeconds;
  const { consumed, functions, logBytes } = reading;
  const writes = consumed.writeUnits - idle.consumed.writeUnits * share;
  const reads = consumed.readUnits - idle.consumed.readUnits * share;
  const worker = functions.get('Worker') ?? { invocations: 0, gbSeconds: 0 };
  const scheduled = new Set(['Sweeper', 'Retention', 'Worker']);
  // Neither are the reads of the counters, by which the bench waits for the end.
  const others = [...functions].filter(([name]) => !scheduled.has(name) && name !== 'Read');
  const batches = worker.invocations;
  const sends = functions.get('Dispatcher')?.invocations ?? 0;
  const lines: readonly [string, number, string][] = [
    ['table writes', writes * PRICES.writeUnit, `${per(writes, count)} units a job, indexes included`],
    ['table reads', reads * PRICES.readUnit, `${per(reads, count)} units a job`],
    ['gateway', count * PRICES.httpApiRequest, '1 request a job'],
    [
      'functions',
      others.reduce((sum, [, work]) => sum + lambdaCost(work), 0) + batches * PRICES.lambdaRequest,
      [...others, ['Worker', worker] as const]
        .filter(([, { invocations }]) => invocations > 0)
        .map(([name, { invocations }]) => `${name} ${per(invocations, count)}`)
        .join(', '),
    ],
    ['queue', (sends + 2 * batches) * PRICES.sqsRequest, `${per(sends + 2 * batches, count)} requests a job`],
    ['logs', (logBytes / 1e9) * PRICES.logGb, `${per(logBytes, count)} bytes a job`],
  ];
  const total = lines.reduce((sum, [, cost]) => sum + cost, 0);
  console.log(`\n${count} jobs at ${rate} a second, all ended after ${took.toFixed(0)} s; per million jobs:`);
  for (const [name, cost, why] of lines) console.log(`  ${name}: $${million(cost, count)} (${why})`);
  console.log(`  all in: $${million(total, count)} (budget $${rate >= 30 ? 10 : 18})`);
  const seconds = worker.gbSeconds;
  console.log(
    `  apart: the worker's time $${million(seconds * PRICES.lambdaGbSecond, count)} (${per(seconds, count)} GB-s a job)`,
  );
}

function printIdle({ consumed, functions, logBytes }: Reading, seconds: number): void {
  const month = (30 * 24 * 3600) / seconds;
  const lambda = [...functions.values()].reduce((sum, work) => sum + lambdaCost(work), 0);
  const units = consumed.writeUnits * PRICES.writeUnit + consumed.readUnits * PRICES.readUnit;
  // Each mapping of a queue polls with at least five connections of 20 s (AWS documentation).
  const polls = 3 * 5 * (seconds / 20) * PRICES.sqsRequest;
  const fixed = 15 * PRICES.alarmMonth + PRICES.keyMonth;
  const total = (lambda + units + polls + (logBytes / 1e9) * PRICES.logGb) * month + fixed;
  console.log(
    `\nidle for ${seconds} s, per month: $${total.toFixed(2)} (budget $12): functions $${(lambda * month).toFixed(2)}, tables $${(units * month).toFixed(2)}, queue polls $${(polls * month).toFixed(2)}, alarms and key $${fixed.toFixed(2)}`,
  );
}

const per = (total: number, count: number): string => (total / count).toFixed(2);
const million = (cost: number, count: number): string => ((cost / count) * MILLION).toFixed(2);
