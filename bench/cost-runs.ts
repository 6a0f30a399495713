/** The work that the bench of costs does: triggers at a rate, work on mail, retention, and schedules without any job. */
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoEraser } from '../functions/adapters/dynamodb/eraser.ts';
import { dynamoEventLog } from '../functions/adapters/dynamodb/event-log.ts';
import { dynamoMailStore } from '../functions/adapters/dynamodb/mail-store.ts';
import { dynamoViews } from '../functions/adapters/dynamodb/views.ts';
import { ids } from '../functions/adapters/ids/ids.ts';
import { retainOnce } from '../functions/retention/retain.ts';
import { plainMessage } from '../test/fixtures/messages.ts';
import { billOf, type Line, waitingLine } from './bill.ts';
import type { CostWorld, Measured } from './cost-world.ts';

const DAY_MS = 86_400_000;
const WORKER_MB = 1024;

export type Run = {
  readonly count: number;
  readonly seconds: number;
  readonly lines: readonly Line[];
  readonly startMs: readonly number[];
};

/** The lines of the bill, with what the workers waited for mail servers of this latency. */
function linesOf({ usage, commands }: Measured, count: number, latencyMs: number): readonly Line[] {
  // The credentials of one invocation run side by side, so it waits for about one session.
  const worker = usage.functions.find(({ name }) => name === 'Worker');
  const sessionSeconds = (commands / count) * (latencyMs / 1000);
  return [
    ...billOf(usage, count, sessionSeconds),
    waitingLine(WORKER_MB, (worker?.invocations ?? 0) * sessionSeconds, count),
  ];
}

/**
 * Triggers the tasks of `count` mailboxes, each once, at `rate` a second, and waits until all is done. `first`: the
 * first of the mailboxes. `slow`: the factor by which time is stretched, for a machine that cannot keep the rate. The
 * caller stretches the window.
 */
export async function triggerRun(
  world: CostWorld,
  {
    rate,
    first,
    count,
    latencyMs,
    slow,
  }: {
    readonly rate: number;
    readonly first: number;
    readonly count: number;
    readonly latencyMs: number;
    readonly slow: number;
  },
): Promise<Run> {
  world.mail.latencyMs = latencyMs * slow;
  const before = await world.succeeded();
  world.forget();
  const began = performance.now();
  const triggers: Promise<string>[] = [];
  const jobIds: { readonly id: string; readonly account: string }[] = [];
  for (const { taskId, account } of world.targets.slice(first, first + count)) {
    const trigger = async (): Promise<string> => {
      const { body, status, text } = await world.api(account).post(`/api/tasks/${taskId}/trigger`);
      if (status !== 202 && status !== 201) throw new Error(`the trigger was refused: ${text}`);
      jobIds.push({ id: body.data.id, account });
      return body.data.id;
    };
    triggers.push(trigger());
    await pause(Math.max(0, began + (triggers.length * 1000 * slow) / rate - performance.now()));
  }
  await Promise.all(triggers);
  await world.done(before + count);
  const seconds = (performance.now() - began) / 1000;
  const measured = world.read(count);
  const startMs: number[] = [];
  for (const { id, account } of jobIds.slice(0, 100)) {
    const { body } = await world.api(account).get(`/api/jobs/${id}`);
    startMs.push(Date.parse(body.data.started_at) - Date.parse(body.data.created_at));
  }
  return { count, seconds, lines: linesOf(measured, count, latencyMs), startMs };
}

/** Deletes the jobs at the end of their retention period and erases them two days later. Lines for a million jobs. */
export async function retentionRun(
  world: CostWorld,
): Promise<{ readonly count: number; readonly lines: readonly Line[] }> {
  const plain = new DynamoDBClient({
    endpoint: world.tapUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const client = DynamoDBDocumentClient.from(plain, { marshallOptions: { removeUndefinedValues: true } });
  const { EVENTS_TABLE: events = '', VIEWS_TABLE: views = '', MAIL_TABLE: mail = '' } = world.running().environment;
  const run = async (now: number): Promise<{ deleted: number; erased: number; complete: boolean }> =>
    retainOnce({
      log: dynamoEventLog(client, events, ids),
      views: dynamoViews(client, views),
      eraser: dynamoEraser(client, { events, views }),
      mail: dynamoMailStore(client, mail),
      retention: { unchanged: DAY_MS, succeeded: 7 * DAY_MS, failed: 90 * DAY_MS },
      now: () => now,
      remainingMs: () => 300_000,
    });
  await world.quiet();
  world.forget();
  const cpu = process.threadCpuUsage();
  const { deleted } = await run(Date.now() + 8 * DAY_MS);
  await world.quiet();
  const { erased } = await run(Date.now() + 11 * DAY_MS);
  const { user, system } = process.threadCpuUsage(cpu);
  client.destroy();
  await world.quiet();
  if (deleted === 0 || erased < deleted) throw new Error(`retention deleted ${deleted} and erased ${erased}`);
  const { usage } = world.read(0);
  const own = { name: 'Retention', memoryMb: 1769, invocations: 0, cpuSeconds: (user + system) / 1e6 };
  return { count: deleted, lines: billOf({ ...usage, functions: [...usage.functions, own] }, deleted) };
}

/** What `runs` runs of this scheduled function consumed, without any job. */
export async function scheduleRuns(world: CostWorld, name: string, runs: number): Promise<Measured> {
  await world.running().invoke(name, {});
  await world.quiet();
  world.forget();
  for (let n = 0; n < runs; n += 1) await world.running().invoke(name, {});
  await world.quiet();
  return world.read(0);
}

/** Does each kind of work on mail in `count` mailboxes, one kind after another. Lines for a million of each kind. */
export async function mailRuns(
  world: CostWorld,
  count: number,
  latencyMs: number,
): Promise<readonly { readonly name: string; readonly lines: readonly Line[] }[]> {
  const targets = world.targets.slice(0, count);
  const measured: { name: string; lines: readonly Line[] }[] = [];
  const inbox = (n: number) => {
    const mailbox = world.inboxes.find(({ username }) => username === `user${n}`)?.mailboxes[0];
    if (mailbox === undefined) throw new Error(`there is no mailbox ${n}`);
    return mailbox;
  };
  const deliver = (messages: number): void => {
    for (let n = 0; n < count; n += 1)
      inbox(n).add(
        ...Array.from({ length: messages }, (_, at) => ({
          raw: plainMessage({ n: at, body: 'Text of a letter. '.repeat(100) }),
        })),
      );
  };
  const all = async (name: string | null, task_type: string, payload: object): Promise<void> => {
    const tasks: { readonly path: string; readonly account: string }[] = [];
    for (const { credentialId: target_credential_id, account } of targets) {
      const task = { task_type, target_credential_id, payload };
      const { status, body, text } = await world.api(account).post(`/api/accounts/${account}/tasks`, task);
      if (status !== 201) throw new Error(`a task was refused: ${text}`);
      tasks.push({ path: `/api/tasks/${body.data.id}/trigger`, account });
    }
    await world.quiet();
    const before = await world.succeeded();
    world.forget();
    for (const { path, account } of tasks) {
      const { status, text } = await world.api(account).post(path);
      if (status >= 300) throw new Error(`${task_type} was refused: ${text}`);
    }
    await world.done(before + count);
    const reading = world.read(count);
    if (name !== null) measured.push({ name, lines: linesOf(reading, count, latencyMs) });
  };
  world.mail.latencyMs = latencyMs;
  const folder = { folder: 'INBOX' };
  deliver(50);
  await all(null, 'imap_sync_messages', folder);
  await all('sync without a change', 'imap_sync_messages', folder);
  deliver(50);
  await all('sync of 50 new mails', 'imap_sync_messages', folder);
  const set = { ...folder, uid_validity: 1, uids: [1] };
  await all('change of a flag', 'imap_set_flags', { ...set, add: ['\\Seen'] });
  await all('move of a mail', 'imap_move_messages', { ...set, target_folder: 'Archive' });
  return measured;
}
