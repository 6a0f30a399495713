/**
 * Limits on the credentials, tasks, endpoints, muted failure groups and running bulk operations of an account. A
 * creation is counted at once in a row, so that parallel requests together do not exceed the limit. A deletion or an end
 * is not subtracted.
 * Instead, a full row is counted again from the views when nothing was created for so long that the views are up to
 * date. Open jobs are only looked up in the counters: that limit may be exceeded by jobs that are created while the
 * views are behind.
 */

import { OPEN_STATUSES } from '../../domain/job/job.ts';
import type { LimitName, LimitSettings } from '../../domain/limits/settings.ts';
import { BULK_PROJECTION } from '../../domain/views/bulk-view.ts';
import { accountCounterRows } from '../../domain/views/counters.ts';
import { bulksOf, credentialsOf, mutesOf, tasksOf, webhookEndpointsOf } from '../../domain/views/keys.ts';
import { Problem } from '../../http/problem.ts';
import type { QuotaCounts } from '../../ports/quota-counts.ts';
import type { Views } from '../../ports/views.ts';
import { errorFields, logger } from '../../runtime/logger.ts';

/** After this time without a creation, the views show everything that was created. */
const SETTLED_MS = 10_000;
const TRIES = 20;
/** Bulk operations are never deleted. At most this many are examined, newest first, to count the running ones. */
const BULKS = 10_000;
const BULKS_AT_ONCE = 100;
const OPEN = OPEN_STATUSES.map((status) => `s:${status}`);

const INDEXED = {
  credentials: credentialsOf,
  tasks: tasksOf,
  webhookEndpoints: webhookEndpointsOf,
  mutedGroups: mutesOf,
} as const;
export type Counted = keyof typeof INDEXED | 'runningBulkOperations';

export type Quotas = {
  /** Call it before one more is created. Throws Problem quota_exceeded, try_again. `now` in ms. */
  admit(accountId: string, kind: Counted, now: number): Promise<void>;
  /**
   * Undoes what `admit` counted at `now` (ms) when nothing was created. Never rejects: a count that is too high is
   * corrected by the next count from the views.
   */
  giveBack(accountId: string, kind: Counted, now: number): Promise<void>;
  /** Call it before a person creates a job. Throws Problem quota_exceeded. */
  admitJob(accountId: string): Promise<void>;
};

/** Quotas by the given limits. `clock` in ms. */
export function quotas(
  quotaCounts: QuotaCounts,
  views: Pick<Views, 'get' | 'page' | 'counters'>,
  limits: LimitSettings,
  clock: () => number = Date.now,
): Quotas {
  return {
    async admit(accountId, kind, now) {
      const max = limits[kind];
      const key = `${kind}#${accountId}`;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        if (await quotaCounts.add(key, max, now)) return;
        const row = await quotaCounts.read(key);
        if (row !== null && row.count < max) continue;
        if (row !== null && now - row.at < SETTLED_MS) throw exceeded(kind);
        const count = await counted(accountId, kind, max, now);
        const isFull = count >= max;
        if (!(await quotaCounts.replace(key, { count: isFull ? count : count + 1, at: now }, row))) continue;
        if (isFull) throw exceeded(kind);
        return;
      }
      throw new Problem('try_again');
    },

    async giveBack(accountId, kind, now) {
      // The row may have been counted again since, without the resource that was not created.
      if (clock() - now >= SETTLED_MS) return;
      try {
        await quotaCounts.giveBack(`${kind}#${accountId}`);
      } catch (error) {
        logger.warn('count not reduced', { ...errorFields(error), account_id: accountId, quota: kind });
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

  /** The number in the views, counted up to `max`. */
  async function counted(accountId: string, kind: Counted, max: number, now: number): Promise<number> {
    // Mutes sort by their end: those that have ended are left out.
    const above = kind === 'mutedGroups' ? new Date(now).toISOString() : null;
    const isBulk = kind === 'runningBulkOperations';
    const key = isBulk ? bulksOf(accountId) : INDEXED[kind](accountId);
    let count = 0;
    let seen = 0;
    for (let below: string | null = null; ; ) {
      const limit = isBulk ? BULKS_AT_ONCE : max - count;
      const range = { newestFirst: true, above, below, limit };
      const page: Awaited<ReturnType<Views['page']>> = await views.page({ index: 'account', key, ...range });
      const ids = page.entries.map(({ id }) => id);
      count += isBulk ? await running(ids) : ids.length;
      seen += ids.length;
      below = page.entries.at(-1)?.sort ?? null;
      if (!page.more || below === null || count >= max || (isBulk && seen >= BULKS)) return count;
    }
  }

  async function running(bulkIds: readonly string[]): Promise<number> {
    const rows = [...(await views.get(bulkIds, { consistent: false })).values()];
    return rows.filter((row) => BULK_PROJECTION.fromRow(row)?.status === 'running').length;
  }
}
