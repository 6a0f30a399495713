/**
 * One account keeps a running stack busy with slow bulk operations and requests that wait for them. Another account's
 * work must still be done, measured by order and counts, not by time. The stack runs each function four times at once,
 * and an account has two places among the bulk runners and the waiting requests.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { createMailbox, type ImapServer, startImapServer } from '../../local/imap/server.ts';
import type { Stack } from '../../local/stack.ts';
import { type Answer, type Api, apiOf, ended, type Json, startTestStack, until } from '../fixtures/api.ts';
import { addCredential } from '../fixtures/mailbox-account.ts';
import { sixAtOnce } from '../fixtures/six-at-once.ts';

const QUIET = 'acc_quiet';

let stack: Stack;
let quiet: Api;
let quick: ImapServer;

beforeAll(async () => {
  stack = await startTestStack(null, { environments: 4 });
  quiet = await apiOf(stack, QUIET);
  quick = await startImapServer({
    accounts: [{ username: 'ann', password: 'secret', mailboxes: [createMailbox({ path: 'INBOX' })] }],
    tls: 'implicit',
  });
});
afterAll(async () => {
  await stack?.stop();
  await quick?.close();
});

const BULKS = 12;
const WAITS = 8;
/** Half of the places for waiting requests: the others are for tests of credentials. */
const WAITING = 1;
const namedJobs = (jobs: number): readonly string[] => Array.from({ length: jobs }, () => ids.next('job'));
/** Each takes half a minute or more at one job a second. Refused jobs stay unchanged, so every operation tries them. */
const ORDERS: readonly [string, string, () => Json][] = [
  ['retry jobs by id', 'acc_by_ids', () => ({ action: 'retry', job_ids: namedJobs(200) })],
  ['retry jobs by a filter', 'acc_by_filter', () => ({ action: 'retry', filter: { status: ['succeeded'] } })],
  ['delete jobs by id', 'acc_by_delete', () => ({ action: 'delete', job_ids: namedJobs(200) })],
];

const bulk = (api: Api, account: string, order: Json, rate: number, headers = {}): Promise<Answer> =>
  api.post(`/api/accounts/${account}/jobs/bulk`, { ...order, reason: 'test', rate_per_second: rate }, headers);

describe.each(ORDERS)('an account that has many slow bulk operations %s', (_, account, order) => {
  let noisy: Api;
  beforeAll(async () => {
    noisy = await apiOf(stack, account);
    if (order().filter === undefined) return;
    const login = { username: 'ann', password: 'secret' };
    const { port, caPem } = quick;
    const credential_id = await addCredential(noisy, account, { host: 'localhost', port, caPem, ...login });
    await sixAtOnce(40, async () => {
      const { body } = await noisy.post(`/api/accounts/${account}/imap/sync-mailboxes`, { credential_id });
      await ended(noisy, body.data.job_id);
    });
  });

  it("does not delay another account's operation while its own are running", async () => {
    const made = await sixAtOnce(BULKS, async () => (await bulk(noisy, account, order(), 1)).body.data.id);
    const { body } = await bulk(quiet, QUIET, { action: 'retry', job_ids: namedJobs(1) }, 50);
    await until(
      () => quiet.get(`/api/bulk-operations/${body.data.id}`),
      (answer) => answer.body.data.status !== 'running',
    );
    const others = await sixAtOnce(BULKS, async (n) => noisy.get(`/api/bulk-operations/${made[n]}`));
    expect(others.map((answer) => answer.body.data.status)).toEqual(made.map(() => 'running'));
    await sixAtOnce(BULKS, (n) => noisy.post(`/api/bulk-operations/${made[n]}/abort`));
  });

  it("gets its waiting requests answered at once except for one, and another account's while these wait", async () => {
    const answers: Answer[] = [];
    const asked = Array.from({ length: WAITS }, async () => {
      answers.push(await bulk(noisy, account, order(), 1, { prefer: 'wait=20' }));
    });
    await until(
      async () => answers.length,
      (count) => count >= WAITS - WAITING,
    );
    const own = await bulk(quiet, QUIET, { action: 'retry', job_ids: namedJobs(1) }, 50);
    expect(own.status).toBe(202);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: WAITS - WAITING }, () => 202));
    await sixAtOnce(answers.length, async (n) => noisy.post(`/api/bulk-operations/${answers[n]?.body.data.id}/abort`));
    await Promise.all(asked);
    const last = answers.slice(WAITS - WAITING);
    await sixAtOnce(last.length, async (n) => noisy.post(`/api/bulk-operations/${last[n]?.body.data.id}/abort`));
  });
});
