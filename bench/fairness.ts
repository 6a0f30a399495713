/**
 * Measures how long an account waits for the start of its work, alone and while another account keeps the stack busy.
 * Four scenarios, each on its own stack. Prints; asserts nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ids } from '../functions/adapters/ids/ids.ts';
import { createMailbox } from '../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../local/imap/server.ts';
import { type Api, apiOf, startTestStack } from '../test/fixtures/api.ts';
import setup from '../test/fixtures/global-setup.ts';
import { addCredential } from '../test/fixtures/mailbox-account.ts';
import { startEndlessListServer } from './endless-list-server.ts';

const QUIET_ACCOUNT = 'acc_quiet';
const NOISY_ACCOUNT = 'acc_noisy';
const GOAL_SECONDS = 3;
const SLOW_MS = 1_000;
const TRIES = 5;
/** By then the noisy account has reached its share of workers. */
const SETTLED_MS = 5_000;

type Accounts = { readonly noisy: Api; readonly quiet: Api };
/** Cleanup functions, called in order at the end of a scenario. */
type Ends = (() => Promise<void>)[];
type Scenario = {
  readonly name: string;
  /** Prepares the quiet account; returns a function that measures the wait of one piece of its work, ms. */
  prepare(accounts: Accounts, ends: Ends): Promise<() => Promise<number>>;
  /** Keeps the stack busy; resolves when it is. */
  disturb(accounts: Accounts, ends: Ends): Promise<void>;
};

export async function benchFairness(noisyJobs: number): Promise<void> {
  await setup();
  for (const scenario of [bulks(12), waits(8), drips(60), slowServer(noisyJobs)]) {
    try {
      await run(scenario);
    } catch (error) {
      // The other scenarios can still be measured.
      console.log(`${scenario.name}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function run({ name, prepare, disturb }: Scenario): Promise<void> {
  const stack = await startTestStack();
  const ends: Ends = [];
  try {
    const [noisy, quiet] = await Promise.all([apiOf(stack, NOISY_ACCOUNT), apiOf(stack, QUIET_ACCOUNT)]);
    const work = await prepare({ noisy, quiet }, ends);
    await work();
    const alone = await several(work);
    console.log(`${name}: starts after ${seconds(alone)} s alone`);
    await disturb({ noisy, quiet }, ends);
    const behind = await several(work);
    const kept = behind.every((ms) => ms < GOAL_SECONDS * 1_000) ? 'within' : 'above';
    console.log(`${name}: starts after ${seconds(behind)} s beside it: ${kept} ${GOAL_SECONDS} s`);
  } finally {
    await stack.stop();
    for (const end of ends) await end();
  }
}

async function several(work: () => Promise<number>): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let n = 0; n < TRIES; n += 1) delays.push(await work());
  return delays;
}

const seconds = (delays: readonly number[]): string =>
  delays
    .toSorted((one, other) => one - other)
    .map((ms) => (ms / 1000).toFixed(1))
    .join(' ');

const drips = (mailboxes: number): Scenario => ({
  name: `${mailboxes} mailboxes that drip a line each 5 s`,
  prepare: quickSync,
  async disturb({ noisy }, ends) {
    const server = await startEndlessListServer(5_000);
    ends.push(() => server.close());
    const target = { host: 'localhost', port: server.port, caPem: '', securityMode: 'none' as const };
    for (let n = 0; n < mailboxes; n += 1) {
      const login = { username: `ann${n}`, password: 'secret' };
      const credential_id = await addCredential(noisy, NOISY_ACCOUNT, { ...target, ...login });
      await noisy.post(`/api/accounts/${NOISY_ACCOUNT}/imap/sync-mailboxes`, { credential_id });
    }
    await pause(SETTLED_MS);
  },
});

const bulks = (count: number): Scenario => ({
  name: `${count} bulk operations at one a second`,
  prepare:
    async ({ quiet }) =>
    () =>
      bulkOfOne(quiet),
  async disturb({ noisy }) {
    for (let n = 0; n < count; n += 1) await bulk(noisy, NOISY_ACCOUNT, 200, 1, {});
    await pause(SETTLED_MS);
  },
});

const waits = (count: number): Scenario => ({
  name: `${count} requests that wait for a bulk`,
  prepare:
    async ({ quiet }) =>
    async () => {
      const began = performance.now();
      await bulk(quiet, QUIET_ACCOUNT, 1, 50, {});
      return performance.now() - began;
    },
  async disturb({ noisy }, ends) {
    let stopped = false;
    ends.push(async () => {
      stopped = true;
    });
    const lanes = Array.from({ length: count }, async () => {
      while (!stopped) {
        const began = performance.now();
        await bulk(noisy, NOISY_ACCOUNT, 200, 1, { prefer: 'wait=20' });
        // A request that was answered at once is repeated only after a pause.
        await pause(Math.max(0, 1_000 - (performance.now() - began)));
      }
    });
    void Promise.allSettled(lanes);
    await pause(SETTLED_MS);
  },
});

const slowServer = (jobs: number): Scenario => ({
  name: `${jobs} jobs on a server that takes ${SLOW_MS / 1000} s a command`,
  prepare: quickSync,
  async disturb({ noisy }, ends) {
    const slow = await server(SLOW_MS);
    ends.push(() => slow.close());
    const tasks = await Promise.all(Array.from({ length: 16 }, () => taskOf(noisy, NOISY_ACCOUNT, slow)));
    const left = Array.from({ length: jobs }).values();
    // Simultaneous triggers of one task conflict, so each task is triggered in its own sequence.
    await Promise.all(
      tasks.map(async (task) => {
        for (const _ of left) await noisy.post(`/api/tasks/${task}/trigger`);
      }),
    );
  },
});

/** A sync of a quick mailbox: from the request to the start of its first attempt. */
async function quickSync({ quiet }: Accounts, ends: Ends): Promise<() => Promise<number>> {
  const quick = await server(0);
  ends.push(() => quick.close());
  const task = await taskOf(quiet, QUIET_ACCOUNT, quick);
  return async () => {
    const { body } = await quiet.post(`/api/tasks/${task}/trigger`);
    for (;;) {
      const job = await quiet.get(`/api/jobs/${body.data.id}`);
      const { started_at: started, created_at: created } = job.body.data;
      if (started !== null) return Date.parse(started) - Date.parse(created);
      await pause(50);
    }
  };
}

/** An operation on one job: the time from the request until the job is handled. */
async function bulkOfOne(api: Api): Promise<number> {
  const began = performance.now();
  const id = await bulk(api, QUIET_ACCOUNT, 1, 50, {});
  for (;;) {
    const { body } = await api.get(`/api/bulk-operations/${id}`);
    if (body.data.status !== 'running') return performance.now() - began;
    await pause(50);
  }
}

/** An operation on jobs that do not exist: each is handled like any other. */
async function bulk(
  api: Api,
  account: string,
  jobs: number,
  rate: number,
  headers: Record<string, string>,
): Promise<string> {
  const job_ids = Array.from({ length: jobs }, () => ids.next('job'));
  const order = { action: 'retry', job_ids, reason: 'bench', rate_per_second: rate };
  const { body, text } = await api.post(`/api/accounts/${account}/jobs/bulk`, order, headers);
  if (body.data === undefined) throw new Error(`the bulk was refused: ${text}`);
  return body.data.id;
}

function server(delayMs: number): Promise<ImapServer> {
  return startImapServer({
    accounts: [{ username: 'ann', password: 'secret', mailboxes: [createMailbox({ path: 'INBOX' })] }],
    tls: 'implicit',
    script: async () => {
      await pause(delayMs);
      return { kind: 'normal' };
    },
  });
}

async function taskOf(api: Api, account: string, { port, caPem }: ImapServer): Promise<string> {
  const target = { host: 'localhost', port, caPem, username: 'ann', password: 'secret' };
  const target_credential_id = await addCredential(api, account, target);
  const task = { task_type: 'imap_sync_mailboxes', target_credential_id };
  return (await api.post(`/api/accounts/${account}/tasks`, task)).body.data.id;
}
