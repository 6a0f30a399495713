/**
 * The proof of the counters: counts an account's jobs one by one and compares. Exact only while nothing changes; run
 * beside live traffic, a difference must be seen twice to mean anything.
 */
import { accountCounterRow, accountCounterRows, countsOf } from '../domain/views/counters.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { jobsOf } from '../domain/views/keys.ts';
import type { Views } from '../ports/views.ts';

/** Names whose stored sum differs from what was counted. Empty: the counters are right. */
export type Drift = ReadonlyMap<string, { readonly counted: number; readonly stored: number }>;

/** Reads every view row of the account: about half a read unit per job. */
export async function recount(views: Views, accountId: string): Promise<Drift> {
  const counted = new Map<string, number>();
  const key = jobsOf(accountId);
  let above: string | null = null;
  for (let more = true; more; ) {
    const page = await views.page({ index: 'account', key, newestFirst: false, limit: 1000, above, below: null });
    const ids = page.entries.map(({ id }) => id);
    for (const row of (await views.get(ids, { consistent: true })).values()) {
      for (const { row: counter, name } of countsOf(jobOf(row), 0)) {
        if (counter === accountCounterRow(accountId, 0)) counted.set(name, (counted.get(name) ?? 0) + 1);
      }
    }
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
  const stored = new Map<string, number>();
  for (const shard of (await views.counters(accountCounterRows(accountId), { consistent: true })).values()) {
    for (const [name, count] of shard) stored.set(name, (stored.get(name) ?? 0) + count);
  }
  const names = new Set([...counted.keys(), ...stored.keys()]);
  const differing = [...names].filter((name) => (counted.get(name) ?? 0) !== (stored.get(name) ?? 0));
  return new Map(differing.map((name) => [name, { counted: counted.get(name) ?? 0, stored: stored.get(name) ?? 0 }]));
}
