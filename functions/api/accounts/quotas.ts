/**
 * How many credentials, tasks, endpoints and running bulk operations an account may have. What is made is counted in a
 * row at once, so that parallel requests together do not exceed the limit. What is deleted or ends is not: a full row is
 * counted again from the views, when nothing was made for so long that they show all that was. Open jobs are only looked
 * up in the counters: that limit may be exceeded by what is made while the views are behind.
 */
import type { LimitName, LimitSettings } from '../../domain/limits/settings.ts';
import { BULK_PROJECTION } from '../../domain/views/bulk-view.ts';
import { accountCounterRows } from '../../domain/views/counters.ts';
import { bulksOf, credentialsOf, tasksOf, webhookEndpointsOf } from '../../domain/views/keys.ts';
import { Problem } from '../../http/problem.ts';
import type { QuotaCounts } from '../../ports/quota-counts.ts';
import type { Views } from '../../ports/views.ts';
import { errorFields, logger } from '../../runtime/logger.ts';

/** By then the views show what was made. */
const SETTLED_MS = 10_000;
const TRIES = 20;
/** Bulk operations are never deleted: of how many it is looked, newest first, which still run. */
const BULKS = 10_000;
const BULKS_AT_ONCE = 100;
const OPEN = ['scheduled', 'queued', 'running', 'retrying'].map((status) => `s:${status}`);

const INDEXED = { credentials: credentialsOf, tasks: tasksOf, webhookEndpoints: webhookEndpointsOf } as const;
export type Counted = keyof typeof INDEXED | 'runningBulkOperations';

export type Quotas = {
  /** Before one more is made. Throws Problem quota_exceeded. */
  admit(accountId: string, kind: Counted, now: number): Promise<void>;
  /** Takes back what was admitted at `now`, as it was not made. Never rejects: a count that is too high mends itself. */
  giveBack(accountId: string, kind: Counted, now: number): Promise<void>;
  /** Before a person makes a job. Throws Problem quota_exceeded. */
  admitJob(accountId: string): Promise<void>;
};

export function quotas(
  quotaCounts: QuotaCounts,
  views: Pick<Views, 'get' | 'page' | 'counters'>,
  limits: LimitSettings,
  clock: () => number = Date.now,
): Quotas {
  return {
    async admit(accountId, kind, now) {
      const most = limits[kind];
      const key = `${kind}#${accountId}`;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (await quotaCounts.add(key, most, now)) return;
        const row = await quotaCounts.read(key);
        if (row !== null && row.count < most) continue;
        if (row !== null && now - row.at < SETTLED_MS) throw exceeded(kind);
        const count = await counted(accountId, kind, most);
        const isFull = count >= most;
        if (!(await quotaCounts.replace(key, { count: isFull ? count : count + 1, at: now }, row))) continue;
        if (isFull) throw exceeded(kind);
        return;
      }
      throw new Problem('try_again');
    },

    async giveBack(accountId, kind, now) {
      // By then the row may have been counted again, without what was not made.
      if (clock() - now >= SETTLED_MS) return;
      try {
        await quotaCounts.giveBack(`${kind}#${accountId}`);
      } catch (error) {
        logger.warn('count not given back', { ...errorFields(error), account_id: accountId, quota: kind });
      }
    },

    async admitJob(accountId) {
      const rows = await views.counters(accountCounterRows(accountId), { consistent: false });
      const open = [...rows.values()].flatMap((names) => OPEN.map((name) => names.get(name) ?? 0));
      if (open.reduce((sum, each) => sum + each, 0) >= limits.openJobs) throw exceeded('openJobs');
    },
  };

  function exceeded(limit: LimitName): Problem {
    const detail = `the account has ${limits[limit]} ${limit} (docs/limits.md), the most that is allowed`;
    return new Problem('quota_exceeded', { detail, members: { limit, value: limits[limit] } });
  }

  /** How many there are by the views, counted up to `most`. */
  async function counted(accountId: string, kind: Counted, most: number): Promise<number> {
    const isBulk = kind === 'runningBulkOperations';
    const key = isBulk ? bulksOf(accountId) : INDEXED[kind](accountId);
    let count = 0;
    let seen = 0;
    for (let below: string | null = null; ; ) {
      const limit = isBulk ? BULKS_AT_ONCE : most - count;
      const range = { newestFirst: true, above: null, below, limit };
      const page: Awaited<ReturnType<Views['page']>> = await views.page({ index: 'account', key, ...range });
      const ids = page.entries.map(({ id }) => id);
      count += isBulk ? await running(ids) : ids.length;
      seen += ids.length;
      below = page.entries.at(-1)?.sort ?? null;
      if (!page.more || below === null || count >= most || (isBulk && seen >= BULKS)) return count;
    }
  }

  async function running(bulkIds: readonly string[]): Promise<number> {
    const rows = [...(await views.get(bulkIds, { consistent: false })).values()];
    return rows.filter((row) => BULK_PROJECTION.fromRow(row)?.status === 'running').length;
  }
}
