/** What operators of the demo have done: pauses, postponed and resolved jobs, and bulk operations. */
import { type CredentialOf, inLanes, until } from './jobs.ts';
import type { DemoAccount } from './mailboxes.ts';

const WAIT_MS = 60_000;
const IN_A_DAY_MS = 86_400_000;

/** Jobs that wait: for a paused mailbox, for a later time, and for the only connection of a slow mail server. */
export async function makeWaiting({ client, account_id, signal }: DemoAccount, of: CredentialOf): Promise<void> {
  const billing = of('billing');
  const reason = 'the customer moves the mailbox today';
  await client.credentials.pause({ credential_id: billing, body: { reason }, signal, idempotencyKey: 'demo pause' });
  const asked = async (name: 'billing' | 'slow', folder: string, key: string): Promise<string> => {
    const body = { credential_id: of(name), folder };
    return (await client.sync.messages({ account_id, body, signal, idempotencyKey: `demo ${key}` })).data.job_id;
  };
  for (const folder of ['INBOX', 'Sent', 'Archive', 'Customers/Lindqvist'])
    await asked('billing', folder, `paused ${folder}`);
  const run_at = new Date(Date.now() + IN_A_DAY_MS).toISOString();
  for (const n of [1, 2, 3]) {
    const job_id = await asked('billing', 'Sent', `later ${n}`);
    await client.jobs.update({ job_id, body: { run_at }, signal, idempotencyKey: `demo run at ${n}` });
  }
  const body = { credential_id: of('slow') };
  await client.sync.mailboxes({ account_id, body, signal, idempotencyKey: 'demo slow mailboxes' });
  await client.sync.messages({ account_id, body, signal, idempotencyKey: 'demo slow messages' });
  for (const n of [1, 2]) await asked('slow', `Scans/201${n}`, `slow ${n}`);
}

/** One bulk operation that has ended, one that was aborted, and two jobs that were resolved by hand. */
export async function makeOperations({ client, account_id, signal }: DemoAccount): Promise<void> {
  const filter = (code: 'message_not_found' | 'permission_denied' | 'operation_not_allowed') => ({
    status: ['failed' as const],
    last_error_code: [code],
    label: ['demo'],
  });
  const start = async (body: Parameters<typeof client.bulk.start>[0]['body'], idempotencyKey: string) => {
    const { data } = await client.bulk.start({ account_id, body, signal, idempotencyKey });
    return 'id' in data ? data.id : '';
  };
  const resolved = await start(
    { action: 'resolve', filter: filter('message_not_found'), reason: 'the customer deleted these messages' },
    'demo bulk resolve',
  );
  await client.bulk.waitFor(resolved, { signal, timeoutMs: WAIT_MS });
  const aborted = await start(
    { action: 'retry', filter: filter('permission_denied'), reason: 'the folder is shared now', rate_per_second: 1 },
    'demo bulk retry',
  );
  await until({ signal }, async () => (await client.bulk.get({ bulk_id: aborted, signal })).data.done > 0);
  const reason = 'the folder is not shared yet: the owner was asked again';
  await client.bulk.abort({ bulk_id: aborted, body: { reason }, signal, idempotencyKey: 'demo bulk abort' });
  const { data } = await client.jobs.search({
    account_id,
    body: { filter: filter('operation_not_allowed'), limit: 2 },
    signal,
  });
  const note = 'the project folders were never meant to be searched';
  await inLanes(data, ({ id: job_id }) =>
    client.jobs.resolve({ job_id, body: { note }, signal, idempotencyKey: `demo resolve ${job_id}` }),
  );
}

/** The label of the task that is made last: it says that the demo is complete. */
export const COMPLETE = 'demo-complete';

/** Tasks with schedules, one of them paused. */
export async function makeSchedules({ client, account_id, signal }: DemoAccount, of: CredentialOf): Promise<void> {
  const create = async (schedule: { every: string } | { cron: string; time_zone: string }, labels: string[]) => {
    const body = {
      task_type: 'imap_sync_messages' as const,
      payload: { folder: 'INBOX' },
      target_credential_id: of('sales'),
      schedule,
      labels: ['demo', ...labels],
    };
    const idempotencyKey = `demo schedule ${labels.join()}`;
    return (await client.tasks.create({ account_id, body, signal, idempotencyKey })).data.id;
  };
  const paused = await create({ every: '6h' }, ['often']);
  const body = { reason: 'once a night is enough' };
  await client.tasks.pause({ task_id: paused, body, signal, idempotencyKey: 'demo pause task' });
  await create({ cron: '30 2 * * *', time_zone: 'Europe/Berlin' }, ['nightly']);
  await create({ cron: '0 7 * * 1', time_zone: 'Europe/Berlin' }, ['weekly', COMPLETE]);
}
