import { expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { bulkJobs } from '../../../functions/api/bulk-operations/commands.ts';
import { SYSTEM } from '../../../functions/domain/event/actors.ts';
import { shareKey } from '../../../functions/sharing/account-share.ts';
import { noServers } from '../../fixtures/connections.ts';
import { memoryEventLog, memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';
import { memoryLeases } from '../../fixtures/worker-world.ts';

/** Half of an account's waiting requests: the other half is for tests of credentials. */
const MOST = 2;

/** The route with everything in memory; no runner executes the operations. */
function world() {
  const log = memoryEventLog();
  const slots = memorySlots();
  const fingerprint = async (text: string) => text;
  const ports = {
    log,
    views: memoryViews(),
    ids,
    leases: memoryLeases(),
    slots,
    serversOf: noServers,
    accountWaits: 2 * MOST - 1,
    fingerprint,
    quotas: noQuotas,
  };
  const route = bulkJobs(ports);
  const ask = (accountId: string, waitMs: number) =>
    route.run({
      requestId: 'request-1',
      now: Date.now(),
      path: `/api/accounts/${accountId}/jobs/bulk`,
      origin: 'https://api.test',
      actor: { uid: 'ann', role: 'owner' },
      accounts: [accountId],
      accountId,
      headers: { idempotencyKey: null, ifMatch: null, ifNoneMatch: null, waitMs },
      params: { account_id: accountId },
      query: new Map(),
      body: { action: 'retry', job_ids: [ids.next('job')], reason: 'tidying up', rate_per_second: 1 },
    });
  const waiting = async (accountId: string) => (await slots.look(shareKey('waits', accountId), Date.now())).taken;
  async function finishAll(): Promise<void> {
    for (const { stream_id: streamId, account_id: accountId } of log.all.filter(
      ({ type }) => type === 'BulkRequested',
    )) {
      const totals = { matched: 0, done: 0, skipped: 0, failed: 0 };
      const event = { type: 'BulkFinished', data: { outcome: 'completed', totals } };
      const at = new Date().toISOString();
      await log.append([{ streamId, version: 2, accountId, actor: SYSTEM.bulk, at, event }]);
    }
  }
  return { ask, waiting, finishAll };
}

it("an account's requests that wait for a bulk operation stay within its share: one more is answered at once", async () => {
  const { ask, waiting, finishAll } = world();
  let answered = 0;
  const first = Array.from({ length: MOST }, () => ask('acc_busy', 20_000));
  for (const each of first) void each.then(() => (answered += 1));
  await expect.poll(() => waiting('acc_busy')).toBe(MOST);

  const more = await Promise.all(Array.from({ length: 6 }, () => ask('acc_busy', 20_000)));
  expect(more.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 202));
  expect(answered, 'the first ones still wait').toBe(0);

  const other = ask('acc_quiet', 20_000);
  await expect.poll(() => waiting('acc_quiet')).toBe(1);
  await finishAll();
  expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
  await expect.poll(() => waiting('acc_busy')).toBe(0);
  expect(await waiting('acc_quiet')).toBe(0);
});

it('a bulk operation without a waiting request takes no place', async () => {
  const { ask, waiting } = world();
  expect(await ask('acc_busy', 0)).toMatchObject({ status: 202 });
  expect(await waiting('acc_busy')).toBe(0);
});
