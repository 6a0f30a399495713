/**
 * What the bench of costs measures: an embedded stack with four stream shards over an engine that reports what it
 * consumes, a mail server with a latency for each command, and mailboxes with a credential and a task each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { createMailbox } from '../local/imap/mailbox.ts';
import { startImapServer } from '../local/imap/server.ts';
import { type Stack, startStack } from '../local/stack.ts';
import type { Assembly } from '../local/template/assembly.ts';
import { type Api, apiOf } from '../test/fixtures/api.ts';
import { startDynoxide } from '../test/fixtures/dynoxide.ts';
import setup, { TEST_ISSUER } from '../test/fixtures/global-setup.ts';
import { addCredential } from '../test/fixtures/mailbox-account.ts';
import { countAwsCalls } from './aws-calls.ts';
import type { Usage } from './bill.ts';
import { tapDynamoDb } from './dynamodb-tap.ts';
import { functionLogs } from './function-logs.ts';

/** An account may make 20 requests a second. */
const ACCOUNTS = 10;
/** Enough workers that jobs do not wait for one another. */
const ENVIRONMENTS = 8;
const SEEDERS = 8;
const LATE_MS = 600_000;
/** A minute of the schedules: longer than any run, and 15 of them are still within the 2^31 ms of a timer. */
const MINUTE_MS = 100_000_000;
/** If nothing is read or written for the window and this time, the work has ended. */
const QUIET_MS = 3_000;

export type Target = { readonly credentialId: string; readonly taskId: string; readonly account: string };
export type Measured = { readonly usage: Usage; readonly commands: number };
export type CostWorld = Awaited<ReturnType<typeof startCostWorld>>;

/** `mailboxes`: their number; a run uses each at most once. */
export async function startCostWorld(mailboxes: number) {
  await setup();
  const directory = mkdtempSync(join(tmpdir(), 'cost-'));
  const engine = await startDynoxide();
  const tap = await tapDynamoDb(engine.endpoint);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = tap.url;
  const calls = countAwsCalls();
  const mail = { latencyMs: 0, commands: 0 };
  const inboxes = Array.from({ length: mailboxes }, (_, n) => ({
    username: `user${n}`,
    password: 'secret',
    mailboxes: [createMailbox({ path: 'INBOX' }), createMailbox({ path: 'Archive' })],
  }));
  const server = await startImapServer({
    accounts: inboxes,
    tls: 'implicit',
    script: async () => {
      mail.commands += 1;
      await pause(mail.latencyMs);
      return { kind: 'normal' };
    },
  });
  const targets: Target[] = [];
  let stack: Stack | null = null;
  let logs = functionLogs(directory);
  let apis: readonly Api[] = [];
  let windowMs = 0;

  const running = (): Stack => {
    if (stack === null) throw new Error('the stack is not started');
    return stack;
  };

  const apiOfAccount = (account: string): Api => {
    const api = apis[Number(account.replace('acc_cost', ''))];
    if (api === undefined) throw new Error(`there is no account ${account}`);
    return api;
  };

  /** Waits until no mailbox is open and nothing is written or read any more. */
  const quiet = async (): Promise<void> => {
    while (server.connections() > 0 || tap.quietFor() < windowMs + QUIET_MS) await pause(100);
  };
  const succeeded = async (): Promise<number> => {
    let sum = 0;
    let from: Record<string, unknown> | undefined;
    do {
      const page = await engine.client.send(
        new ScanCommand({
          TableName: running().environment.VIEWS_TABLE,
          Select: 'COUNT',
          // A job that has succeeded is in no partition of by_status.
          FilterExpression: 'attribute_not_exists(gs) AND begins_with(id, :job)',
          ExpressionAttributeValues: { ':job': 'job_' },
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      sum += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return sum;
  };

  return {
    mail,
    inboxes,
    targets,
    running,
    api: apiOfAccount,
    /** Stops the stack and starts it again over the same data, with another window of its batching consumers. */
    async restart(window: number): Promise<void> {
      await stack?.stop();
      windowMs = window;
      stack = await startStack({
        dataDirectory: directory,
        port: 0,
        issuer: TEST_ISSUER,
        streamShards: 4,
        minuteMs: MINUTE_MS,
        lateMs: LATE_MS,
        environments: ENVIRONMENTS,
        idleMs: LATE_MS,
        altered: (assembly) => withWindow(assembly, window),
      });
      logs = functionLogs(join(directory, 'logs'));
      const started = stack;
      apis = await Promise.all(Array.from({ length: ACCOUNTS }, (_, n) => apiOf(started, `acc_cost${n}`)));
      // The schedules run once at the start.
      await pause(1_000);
      while (tap.quietFor() < QUIET_MS) await pause(100);
      logs();
    },
    /** A credential and a task for each mailbox. */
    async seed(): Promise<void> {
      const left = inboxes.entries();
      const lane = async (): Promise<void> => {
        for (const [n, { username, password }] of left) {
          const account = `acc_cost${n % ACCOUNTS}`;
          const api = apiOfAccount(account);
          const login = { host: 'localhost', port: server.port, caPem: server.caPem, username, password };
          const credentialId = await addCredential(api, account, login);
          const task = { task_type: 'imap_sync_mailboxes', target_credential_id: credentialId };
          const { body } = await api.post(`/api/accounts/${account}/tasks`, task);
          targets[n] = { credentialId, taskId: body.data.id, account };
        }
      };
      await Promise.all(Array.from({ length: SEEDERS }, lane));
    },
    quiet,
    /** Jobs that have succeeded so far, by the rows of the Views table. It reads past the tap, so it is not counted. */
    succeeded,
    /** Waits until `count` jobs have succeeded and the work has ended. */
    async done(count: number): Promise<void> {
      while ((await succeeded()) < count) await pause(500);
      await quiet();
    },
    /** Forgets what was counted so far. */
    forget(): void {
      tap.read();
      calls.read();
      logs();
      mail.commands = 0;
    },
    /** What was consumed since `forget`. `gatewayRequests`: the requests that the bench made for its jobs. */
    read(gatewayRequests: number): Measured {
      const { functions, bytes, lines } = logs();
      const usage = {
        units: tap.read(),
        functions,
        gatewayRequests,
        ...calls.read(),
        logBytes: bytes,
        logEvents: lines,
        accessLogBytes: gatewayRequests * ACCESS_LOG_LINE.length,
      };
      return { usage, commands: mail.commands };
    },
    tapUrl: tap.url,
    async stop(): Promise<void> {
      await stack?.stop();
      calls.stop();
      await server.close();
      await tap.stop();
      await engine.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A line as the gateway writes it, by `lib/constructs/jobs-api.ts`. */
const ACCESS_LOG_LINE = JSON.stringify({
  request_id: 'JKJaXmPLvHcESHA=',
  route: 'POST /api/tasks/{id}/trigger',
  status: '202',
  latency_ms: '24',
  ip: '203.0.113.112',
});

/** The template with this batching window, in milliseconds, for the stream mappings that have one. */
function withWindow(assembly: Assembly, ms: number): Assembly {
  const resources = assembly.resources.map((resource) =>
    resource.type === 'AWS::Lambda::EventSourceMapping' &&
    Number(resource.properties.MaximumBatchingWindowInSeconds ?? 0) > 0
      ? { ...resource, properties: { ...resource.properties, MaximumBatchingWindowInSeconds: ms / 1000 } }
      : resource,
  );
  return { ...assembly, resources };
}
