import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { startDynoxide } from '../../local/engines/dynoxide.ts';
import { type Api, apiOf, apiWith, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { documentClientFor } from '../fixtures/document-client.ts';
import { seedJobs } from '../fixtures/seeded-jobs.ts';

const ACCOUNT = 'acc_bulk_killed';
const BASE = `/api/accounts/${ACCOUNT}`;
const JOBS = 1_000;
/** A second. The deletion then lasts long enough to be killed in its middle. */
const RATE = 100;

let directory: string;
let table = '';
let child: ChildProcess | null = null;
const jobIds = Array.from({ length: JOBS }, () => ids.next('job'));

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'bulk-killed-'));
});

afterAll(async () => {
  const gone = child === null || child.exitCode !== null || child.signalCode !== null;
  const stopped = gone ? Promise.resolve() : new Promise((resolve) => child?.once('exit', resolve));
  if (!gone) child?.disconnect();
  await stopped;
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<Api> {
  const process_ = fork(new URL('../fixtures/stack-process.ts', import.meta.url), [directory], { stdio: 'inherit' });
  child = process_;
  const url = await new Promise<string>((resolve, reject) => {
    process_.once('message', (message: { url: string }) => resolve(message.url));
    process_.once('exit', (code) => reject(new Error(`the stack stopped with ${code}`)));
  });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    account_id: ACCOUNT,
    role: 'owner',
    uid: 'ann',
  });
  const reply = await fetch(`${url}/_local/oidc/token`, { method: 'POST', body: form });
  const { access_token: token }: Json = await reply.json();
  return apiWith(url, token);
}

async function kill(): Promise<void> {
  const killed = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGKILL');
  await killed;
}

/**
 * Jobs of one event each, as in their log: due in the far future, so that nothing else changes them. A stack in this
 * process projects them, over the same data, and ends before the stack that is killed starts.
 */
async function seed(): Promise<void> {
  const stack = await startTestStack(directory);
  table = stack.environment.EVENTS_TABLE ?? '';
  try {
    await seedJobs(stack, ACCOUNT, jobIds);
    const api = await apiOf(stack, ACCOUNT);
    await until(
      () => total(api),
      (jobs) => jobs === JOBS,
    );
  } finally {
    await stack.stop();
  }
}

const total = async (api: Api): Promise<number> => (await api.get(`${BASE}/jobs/stats`)).body.data.total;

/**
 * How many jobs were deleted exactly once, and by this operation. Read from the log, because only the engine runs here.
 */
async function deletedOnce(operation: Json): Promise<number> {
  const engine = await startDynoxide(join(directory, 'events.db'));
  const histories = new Map<string, string[]>(jobIds.map((id) => [id, []]));
  try {
    const client = documentClientFor(engine.endpoint);
    for (const event of await allEvents(client))
      histories.get(event.stream_id)?.push(`${event.version} ${event.type} ${event.command_id ?? ''}`);
  } finally {
    await engine.stop();
  }
  const deletion = (id: string): string => `2 JobDeleted ${ids.digest(['bulk', operation.id, id])}`;
  return [...histories].filter(
    ([id, events]) => JSON.stringify(events.toSorted()) === JSON.stringify(['1 JobRequested ', deletion(id)]),
  ).length;
}

async function allEvents(client: ReturnType<typeof documentClientFor>): Promise<readonly Json[]> {
  const events: Json[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    events.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return events;
}

it('each job is deleted once if the whole process is killed during a bulk deletion and started again', async () => {
  await seed();

  const before = await start();
  const ask = (api: Api, prefer: string) =>
    api.post(
      `${BASE}/jobs/search-delete`,
      { filter: { status: 'scheduled' }, reason: 'all of them', rate_per_second: RATE },
      { 'idempotency-key': 'all of them', prefer },
    );
  const accepted = await ask(before, 'wait=0');
  expect(accepted).toMatchObject({ status: 202, body: { data: { expected: JOBS } } });
  const path = `/api/bulk-operations/${accepted.body.data.id}`;
  const middle = await until(
    () => before.get(path),
    ({ body }) => body.data.done >= JOBS / 10,
  );
  await kill();
  expect(middle.body.data.status).toBe('running');

  const after = await start();
  const found = (await after.get(path)).body.data;
  expect(found.status).toBe('running');
  expect(found.done).toBeLessThan(JOBS);
  // The same request with the same key starts nothing, and answers when the operation has ended.
  const finished = await until(
    () => ask(after, 'wait=20'),
    ({ status }) => status === 200,
  );
  const operation = finished.body.data;
  expect(operation.id).toBe(accepted.body.data.id);
  expect(operation).toMatchObject({ status: 'completed', matched: JOBS, done: JOBS, skipped: 0, failed: 0 });
  const items = await everyItem(after, `${path}/items`);
  expect(items.map(({ job_id: id }) => id).toSorted()).toEqual(jobIds.toSorted());
  await until(
    () => total(after),
    (jobs) => jobs === 0,
  );
  const stats = (await after.get(`${BASE}/jobs/stats`)).body.data;
  expect(Object.values(stats.by_status).filter((count) => count !== 0)).toEqual([]);
  expect(Object.values(stats.by_action).filter((count) => count !== 0)).toEqual([]);
  await kill();

  const exactlyOnce = await deletedOnce(operation);
  console.log(
    `${JOBS} jobs: ${found.done} told as deleted when the process was killed, ${exactlyOnce} deleted exactly once in the end;`,
    `${(Date.parse(operation.finished_at) - Date.parse(operation.created_at)) / 1000} s at ${RATE}/s with the silence`,
  );
  expect(exactlyOnce).toBe(JOBS);
});
