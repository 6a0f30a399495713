/** The jobs of the demo: made by tasks of the public API, and worked on by the stack like those of a customer. */
import { pause } from '../../client/transport.ts';
import type { CredentialName, DemoAccount } from './mailboxes.ts';
import { failingWork, healthyWork, type Messages, type Work } from './work.ts';

export type CredentialOf = (name: CredentialName) => string;

/** Requests at the same time: the embedded stack runs four invocations of one function at once. */
const LANES = 4;
const WAIT_MS = 120_000;
const LOOK_MS = 1_000;

/**
 * Credentials whose jobs all fail. After the first failure their other jobs wait, so the demo starts some of these
 * itself.
 */
const REFUSING = ['anna', 'ben', 'clara', 'harbor', 'typo'] as const;
/** How many jobs of each of them are started, so that they fail. The other jobs wait. */
const STARTED = 5;

/** Runs the step for each item, a few of them at the same time. */
export async function inLanes<Item>(items: Iterable<Item>, step: (item: Item) => Promise<unknown>): Promise<void> {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await step(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** Syncs folders and messages of the mailboxes that work, so that the other jobs have something to work on. */
export async function firstSyncs({ client, account_id, signal }: DemoAccount, of: CredentialOf): Promise<void> {
  await inLanes(['sales', 'support', 'billing', 'workshop', 'dora'] as const, async (name) => {
    const body = { credential_id: of(name) };
    for (const route of ['mailboxes', 'messages'] as const) {
      const idempotencyKey = `demo ${route} ${name}`;
      const { data } = await client.sync[route]({ account_id, body, signal, idempotencyKey });
      await client.jobs.waitFor(data.job_id, { signal, timeoutMs: WAIT_MS });
    }
  });
}

async function messagesOf(
  { client, account_id, signal }: DemoAccount,
  credential_id: string,
  folder: string,
): Promise<Messages> {
  const mailboxes = (await client.mail.mailboxes({ account_id, credential_id, limit: 100, signal })).data;
  const filter = { credential_id: [credential_id], folder };
  const emails = (await client.mail.searchEmails({ account_id, body: { filter, limit: 50 }, signal })).data;
  return {
    uid_validity: mailboxes.find(({ path }) => path === folder)?.uid_validity ?? 1,
    uids: emails.map(({ uid }) => uid).sort((one, other) => one - other),
  };
}

/** Makes the tasks, and triggers each of them until it has its jobs. Returns when all jobs are requested. */
export async function requestJobs(account: DemoAccount, of: CredentialOf): Promise<void> {
  const { client, account_id, signal } = account;
  const orders = await messagesOf(account, of('workshop'), 'INBOX');
  const found = {
    orders,
    statements: await messagesOf(account, of('workshop'), 'Read only'),
    tickets: await messagesOf(account, of('support'), 'INBOX'),
    letters: await messagesOf(account, of('dora'), 'INBOX'),
  };
  const sales = await messagesOf(account, of('sales'), 'INBOX');
  const works: Work[] = [...failingWork(found), ...healthyWork(sales, orders)];
  await inLanes(works.entries(), async ([at, { credential, task, jobs, labels = [] }]) => {
    const body = { ...task, target_credential_id: of(credential), labels: ['demo', ...labels] };
    const key = `demo task ${at}`;
    const { data: made } = await client.tasks.create({ account_id, body, signal, idempotencyKey: key });
    for (let n = 0; n < jobs; n += 1)
      await client.tasks.trigger({ task_id: made.id, body: {}, signal, idempotencyKey: `${key} job ${n}` });
  });
}

/** Starts jobs that wait because of their credential. They fail by the same error. */
export async function startRefused(account: DemoAccount, of: CredentialOf): Promise<void> {
  const { client, account_id, signal } = account;
  const credential_id = REFUSING.map((name) => of(name));
  await until(account, async () => (await countOf(account, { credential_id, status: ['failed'] })) >= REFUSING.length);
  const body = { reason: 'does it work now?' };
  await inLanes(credential_id, async (id) => {
    const filter = { credential_id: [id], status: ['queued' as const] };
    const { data } = await client.jobs.search({ account_id, body: { filter, limit: STARTED }, signal });
    for (const { id: job_id } of data)
      await client.jobs.trigger({ job_id, body, signal, idempotencyKey: `demo start ${job_id}` });
  });
}

/** Waits until no job of the demo waits for a worker. */
export async function untilWorked(account: DemoAccount): Promise<void> {
  await until(account, async () => {
    const filter = { status: ['queued' as const, 'running' as const], label: ['demo'] };
    const { client, account_id, signal } = account;
    const { data } = await client.jobs.search({ account_id, body: { filter, limit: 100 }, signal });
    return data.every(
      ({ waiting_on: wait, status }) => status === 'queued' && wait !== null && wait !== 'account_share',
    );
  });
}

type Filter = NonNullable<Parameters<DemoAccount['client']['jobs']['search']>[0]['body']>['filter'];

async function countOf({ client, account_id, signal }: DemoAccount, filter: Filter): Promise<number> {
  return (await client.jobs.search({ account_id, body: { filter, limit: 100 }, signal })).data.length;
}

/** Waits for a condition, but not for ever. If a slow machine does not meet it, the demo only has fewer failures. */
export async function until({ signal }: Pick<DemoAccount, 'signal'>, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await isSo()) && Date.now() < deadline) await pause(LOOK_MS, signal);
}
