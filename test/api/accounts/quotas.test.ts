import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamoQuotaCounts } from '../../../functions/adapters/dynamodb/quota-counts.ts';
import { type Counted, quotas } from '../../../functions/api/accounts/quotas.ts';
import { type Bulk, bulkSchema } from '../../../functions/domain/bulk/bulk.ts';
import { limitsSchema } from '../../../functions/domain/limits/settings.ts';
import { bulkRow } from '../../../functions/domain/views/bulk-view.ts';
import { FAILURE_GROUP_PROJECTION } from '../../../functions/domain/views/failure-group-view.ts';
import { credentialsOf } from '../../../functions/domain/views/keys.ts';
import { Problem } from '../../../functions/http/problem.ts';
import type { QuotaCounts } from '../../../functions/ports/quota-counts.ts';
import type { Views } from '../../../functions/ports/views.ts';
import { logger } from '../../../functions/runtime/logger.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { memoryViews } from '../../fixtures/in-memory.ts';

const NOW = Date.parse('2026-11-28T10:00:00.000Z');
const LIMITS = limitsSchema.parse({
  credentials: 10,
  tasks: 10,
  webhookEndpoints: 10,
  runningBulkOperations: 10,
  mutedGroups: 10,
  openJobs: 10,
});
const BULK = bulkSchema.parse({
  ...{ id: 'blk_1', account_id: 'acc_one', action: 'retry', created_before: new Date(NOW).toISOString() },
  ...{ rate_per_second: 5, by: 'u', status: 'running', matched: 0, done: 0, skipped: 0, failed: 0, chunk: [] },
  ...{ exhausted: false, aborting: false, created_at: new Date(NOW).toISOString() },
  ...{ updated_at: new Date(NOW).toISOString(), version: 2 },
});
let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

async function world() {
  const { LEASES_TABLE } = await engine.createTables();
  const views = memoryViews();
  /** The state that only one process sees. */
  const process = (seen: Pick<Views, 'get' | 'page' | 'counters'> = views) =>
    quotas(dynamoQuotaCounts(engine.client, LEASES_TABLE), seen, LIMITS);
  const shown = (accountId: string, count: number): void => {
    for (let at = 0; at < count; at += 1)
      views.rows.set(`pc_${at}`, { id: `pc_${at}`, v: 1, b: {}, ga: credentialsOf(accountId), s: `2026#pc_${at}` });
  };
  const admits = (
    who: ReturnType<typeof process>,
    kind: Counted = 'credentials',
    now = NOW,
    account = 'acc_one',
  ): Promise<boolean> =>
    who.admit(account, kind, now).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem && error.code === 'quota_exceeded') return false;
        throw error;
      },
    );
  return { views, table: LEASES_TABLE, process, shown, admits };
}

const KINDS: readonly Counted[] = ['credentials', 'tasks', 'webhookEndpoints', 'mutedGroups', 'runningBulkOperations'];

describe('the limits of an account', () => {
  it.each(KINDS)(
    '%s: many created at once by several processes are no more than the limit, although the views show none',
    async (kind) => {
      const { process, admits } = await world();
      const two = [process(), process()] as const;
      const made = await Promise.all(Array.from({ length: 40 }, (_, at) => admits(two[at % 2 === 0 ? 0 : 1], kind)));
      expect(made.filter(Boolean)).toHaveLength(10);
    },
  );

  it('count what existed before the counting began', async () => {
    const { process, shown, admits } = await world();
    shown('acc_one', 8);
    const one = process();
    const made = [];
    for (let at = 0; at < 5; at += 1) made.push(await admits(one));
    expect(made).toEqual([true, true, false, false, false]);
  });

  it('make room for a new resource once the views show the deletion', async () => {
    const { process, shown, admits, views } = await world();
    const one = process();
    for (let at = 0; at < 10; at += 1) expect(await admits(one)).toBe(true);
    shown('acc_one', 9);
    expect(await admits(one, 'credentials', NOW + 9_000)).toBe(false);
    expect(await admits(one, 'credentials', NOW + 10_000)).toBe(true);
    expect(await admits(one, 'credentials', NOW + 10_001)).toBe(false);
    expect(views.rows.size).toBe(9);
  });

  it('count only running bulk operations', async () => {
    const { process, admits, views } = await world();
    for (let n = 0; n < 30; n += 1) {
      const id = `blk_${10 + n}`;
      const status = n % 3 === 0 && n < 27 ? 'running' : 'completed';
      views.rows.set(id, bulkRow({ ...BULK, id, status }));
    }
    const one = process();
    expect(await admits(one, 'runningBulkOperations')).toBe(true);
    expect(await admits(one, 'runningBulkOperations')).toBe(false);
  });

  it('count to the end when the views return short pages', async () => {
    const { process, shown, admits, views } = await world();
    shown('acc_one', 9);
    const limits: number[] = [];
    const short: Pick<Views, 'get' | 'page' | 'counters'> = {
      ...views,
      page(query) {
        limits.push(query.limit);
        return views.page({ ...query, limit: Math.min(4, query.limit) });
      },
    };
    const one = process(short);
    expect([await admits(one), await admits(one)]).toEqual([true, false]);
    expect(limits, 'no more than could matter').toEqual([10, 6, 2]);
    shown('acc_one', 11);
    limits.length = 0;
    expect(await admits(one, 'credentials', NOW + 10_000)).toBe(false);
    expect(limits).toEqual([10, 6, 2]);
  });

  it('ask the caller to try later when the count stays in conflict', async () => {
    const { views } = await world();
    let tries = 0;
    const contested: QuotaCounts = {
      add: async () => false,
      giveBack: async () => {},
      read: async () => null,
      replace: async () => {
        tries += 1;
        return false;
      },
    };
    await expect(quotas(contested, views, LIMITS).admit('acc_one', 'tasks', NOW)).rejects.toMatchObject({
      code: 'try_again',
    });
    expect(tries).toBe(20);
  });

  it('count running bulk operations, however many have ended since they began', async () => {
    const { process, admits, views } = await world();
    const show = (at: number, status: Bulk['status']): void => {
      const id = `blk_${String(at).padStart(4, '0')}`;
      views.rows.set(id, bulkRow({ ...BULK, id, status, created_at: new Date(NOW + at).toISOString() }));
    };
    const one = process();
    for (let at = 0; at < 10; at += 1) expect(await admits(one, 'runningBulkOperations')).toBe(true);
    for (let at = 0; at < 9; at += 1) show(at, 'running');
    for (let at = 9; at < 250; at += 1) show(at, 'completed');
    expect(await admits(one, 'runningBulkOperations', NOW + 10_000)).toBe(true);
    expect(await admits(one, 'runningBulkOperations', NOW + 10_001)).toBe(false);
    show(250, 'running');
    expect(await admits(one, 'runningBulkOperations', NOW + 30_000)).toBe(false);
  });

  it('count mutes without an end or with a later end, and neither ended mutes nor unmuted groups', async () => {
    const { process, admits, views } = await world();
    const show = (id: string, muted: { readonly until: string | null } | null): void => {
      const group = { id, account_id: 'acc_one', muted, note: null, updated_at: new Date(NOW).toISOString() };
      views.rows.set(id, FAILURE_GROUP_PROJECTION.toRow({ ...group, version: 1 }));
    };
    const inMinutes = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();
    for (let n = 0; n < 4; n += 1) show(`fgr_open_${n}`, { until: null });
    for (let n = 1; n < 6; n += 1) show(`fgr_later_${n}`, { until: inMinutes(n) });
    for (let n = 1; n < 6; n += 1) show(`fgr_ended_${n}`, { until: inMinutes(-n) });
    for (let n = 0; n < 6; n += 1) show(`fgr_unmuted_${n}`, null);
    const one = process();
    expect([await admits(one, 'mutedGroups'), await admits(one, 'mutedGroups')]).toEqual([true, false]);
  });

  it('do not count another account', async () => {
    const { process, admits } = await world();
    const one = process();
    for (let at = 0; at < 11; at += 1) await admits(one);
    expect(await admits(one, 'credentials', NOW, 'acc_two')).toBe(true);
    expect(await admits(one, 'tasks')).toBe(true);
  });

  it('make room at once when a count is undone, and never for more than was counted', async () => {
    const { views, table, admits } = await world();
    const one = quotas(dynamoQuotaCounts(engine.client, table), views, LIMITS, () => NOW + 9_999);
    await one.giveBack('acc_one', 'credentials', NOW);
    for (let at = 0; at < 10; at += 1) expect(await admits(one)).toBe(true);
    expect(await admits(one)).toBe(false);
    await one.giveBack('acc_one', 'credentials', NOW);
    expect([await admits(one), await admits(one)]).toEqual([true, false]);
    await one.giveBack('acc_two', 'credentials', NOW);
    expect(await admits(one)).toBe(false);
  });

  it('undo no count after ten seconds, when the row may have been counted again', async () => {
    const { views, table, admits } = await world();
    const late = quotas(dynamoQuotaCounts(engine.client, table), views, LIMITS, () => NOW + 10_000);
    for (let at = 0; at < 10; at += 1) expect(await admits(late)).toBe(true);
    await late.giveBack('acc_one', 'credentials', NOW);
    expect(await admits(late)).toBe(false);
  });

  it('refuse no request when a count cannot be undone', async () => {
    const { views } = await world();
    const warned = vi.spyOn(logger, 'warn').mockImplementation(() => {});
    const counts = dynamoQuotaCounts(engine.client, 'no-such-table');
    await quotas(counts, views, LIMITS, () => NOW).giveBack('acc_one', 'credentials', NOW);
    expect(warned.mock.calls).toMatchObject([['count not reduced', { account_id: 'acc_one' }]]);
    warned.mockRestore();
  });

  it('are named by a refusal, with the value and the page that describes them', async () => {
    const { process, shown } = await world();
    shown('acc_one', 10);
    await expect(process().admit('acc_one', 'credentials', NOW)).rejects.toMatchObject({
      code: 'quota_exceeded',
      detail: expect.stringContaining('docs/limits.md'),
      members: { limit: 'credentials', value: 10 },
    });
  });

  it('open jobs: none is created by hand while the counters show the limit, and ended jobs do not count', async () => {
    const { process, views } = await world();
    const one = process();
    views.counts.set(
      'cnt#acc_one#0',
      new Map([
        ['s:queued', 3],
        ['s:scheduled', 2],
        ['s:succeeded', 500],
        ['s:resolved', 500],
        ['x:auth_failed', 500],
      ]),
    );
    views.counts.set(
      'cnt#acc_one#1',
      new Map([
        ['s:running', 4],
        ['s:failed', 500],
      ]),
    );
    await expect(one.admitJob('acc_one')).resolves.toBeUndefined();
    views.counts.set('cnt#acc_one#2', new Map([['s:retrying', 1]]));
    await expect(one.admitJob('acc_one')).rejects.toMatchObject({
      code: 'quota_exceeded',
      members: { limit: 'openJobs', value: 10 },
    });
    await expect(one.admitJob('acc_two')).resolves.toBeUndefined();
  });
});
