import { setTimeout as pause } from 'node:timers/promises';
import { createMailbox } from '../local/imap/mailbox.ts';
import { type ImapServer, startImapServer } from '../local/imap/server.ts';
import { type Api, apiOf, startTestStack } from '../test/fixtures/api.ts';
import setup from '../test/fixtures/global-setup.ts';
import { addCredential } from '../test/fixtures/mailbox-account.ts';

const QUIET_JOBS = 5;
const SLOW_MS = 1_000;
const AT_ONCE = 16;

/**
 * An account with thousands of jobs on a slow server, and one with five on a quick one: how long the five wait for their
 * start, alone and behind the others. Prints; asserts nothing.
 */
export async function benchFairness(noisyJobs: number): Promise<void> {
  await setup();
  const [stack, slow, quick] = await Promise.all([startTestStack(), server(SLOW_MS), server(0)]);
  try {
    const [noisy, quiet] = await Promise.all([apiOf(stack, 'acc_noisy'), apiOf(stack, 'acc_quiet')]);
    const quietTasks = await tasksOf(quiet, 'acc_quiet', quick, 1);
    await startDelays(quiet, quietTasks, 1);
    const alone = await startDelays(quiet, quietTasks, QUIET_JOBS);
    const noisyTasks = await tasksOf(noisy, 'acc_noisy', slow, AT_ONCE);
    const began = performance.now();
    await trigger(noisy, noisyTasks, noisyJobs);
    console.log(`${noisyJobs} noisy jobs requested in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const behind = await startDelays(quiet, quietTasks, QUIET_JOBS);
    const { body } = await noisy.get('/api/accounts/acc_noisy/jobs/stats');
    console.log(`quiet jobs start after ${seconds(alone)} s alone, ${seconds(behind)} s behind the noisy ones`);
    console.log(`noisy jobs then: ${JSON.stringify(body.data.by_status)}`);
  } finally {
    await stack.stop();
    await Promise.all([slow.close(), quick.close()]);
  }
}

const seconds = (delays: readonly number[]): string =>
  delays
    .toSorted((one, other) => one - other)
    .map((ms) => (ms / 1000).toFixed(1))
    .join(' ');

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

async function tasksOf(
  api: Api,
  account: string,
  { port, caPem }: ImapServer,
  count: number,
): Promise<readonly string[]> {
  const target = { host: 'localhost', port, caPem, username: 'ann', password: 'secret' };
  const target_credential_id = await addCredential(api, account, target);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const task = { task_type: 'imap_sync_mailboxes', target_credential_id };
      return (await api.post(`/api/accounts/${account}/tasks`, task)).body.data.id;
    }),
  );
}

/** Triggers of one task at the same moment get in each other's way: each task has a lane of its own. */
async function trigger(api: Api, tasks: readonly string[], count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const left = Array.from({ length: count }).values();
  await Promise.all(
    tasks.map(async (task) => {
      for (const _ of left) ids.push((await api.post(`/api/tasks/${task}/trigger`)).body.data.id);
    }),
  );
  return ids;
}

/** From the request to the start of the first attempt, ms, of so many jobs. */
async function startDelays(api: Api, tasks: readonly string[], count: number): Promise<readonly number[]> {
  const ids = await trigger(api, tasks, count);
  return Promise.all(
    ids.map(async (id) => {
      for (;;) {
        const { body } = await api.get(`/api/jobs/${id}`);
        const { started_at, created_at } = body.data;
        if (started_at !== null) return Date.parse(started_at) - Date.parse(created_at);
        await pause(50);
      }
    }),
  );
}
