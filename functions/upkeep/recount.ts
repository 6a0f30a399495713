/**
 * Verifies the counters: counts an account's jobs one by one and compares the numbers with the stored counters, for
 * the account and for the hours in which jobs were made. Exact only while nothing changes: during live traffic a
 * difference counts only if a second check finds the same one.
 */
import { accountCounterRows, countsOf, hourCounterRow } from '../domain/views/counters.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { jobsOf } from '../domain/views/keys.ts';
import type { Views } from '../ports/views.ts';

const PAGE = 1000;

/**
 * Names whose stored sum differs from the counted one; names of an hour begin with it (`2026-11-01T07 s:failed`).
 * Empty: the counters are correct.
 */
export type Drift = ReadonlyMap<string, { readonly counted: number; readonly stored: number }>;

type Sums = Map<string, number>;

/**
 * One check: reads every view row of the account, about half a read unit each. `hours` (any ISO time within each):
 * hours to check even if none of their jobs is left; hours with jobs are always checked. Throws when the table does
 * not answer.
 */
export async function recount(views: Views, accountId: string, hours: readonly string[] = []): Promise<Drift> {
  const titles = new Map(accountCounterRows(accountId).map((row) => [row, '']));
  for (const hour of hours) titles.set(hourCounterRow(accountId, hour), `${hour.slice(0, 13)} `);
  const counted = await count(views, accountId, titles);
  const stored = await read(views, titles);
  const names = new Set([...counted.keys(), ...stored.keys()]);
  return new Map(
    [...names]
      .sort()
      .map((name) => [name, { counted: counted.get(name) ?? 0, stored: stored.get(name) ?? 0 }] as const)
      .filter(([, sums]) => sums.counted !== sums.stored),
  );
}

/** Sums by name over all jobs. Adds their hours to `titles`. */
async function count(views: Views, accountId: string, titles: Map<string, string>): Promise<Sums> {
  const sums: Sums = new Map();
  let above: string | null = null;
  for (let more = true; more; ) {
    const query = { index: 'account', key: jobsOf(accountId), newestFirst: false, limit: PAGE, below: null } as const;
    const page = await views.page({ ...query, above });
    const ids = page.entries.map(({ id }) => id);
    for (const row of (await views.get(ids, { consistent: true })).values()) {
      const job = jobOf(row);
      if (job === null) continue;
      const hour = job.created_at.slice(0, 13);
      titles.set(hourCounterRow(accountId, hour), `${hour} `);
      for (const { row: counter, name } of countsOf(job, 0)) add(sums, `${titles.get(counter) ?? ''}${name}`, 1);
    }
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
  return sums;
}

/** Sums by name over these counter rows. */
async function read(views: Views, titles: ReadonlyMap<string, string>): Promise<Sums> {
  const sums: Sums = new Map();
  const rows = [...titles.keys()];
  for (let start = 0; start < rows.length; start += PAGE) {
    for (const [row, counts] of await views.counters(rows.slice(start, start + PAGE), { consistent: true }))
      for (const [name, stored] of counts) add(sums, `${titles.get(row) ?? ''}${name}`, stored);
  }
  return sums;
}

function add(sums: Sums, name: string, by: number): void {
  sums.set(name, (sums.get(name) ?? 0) + by);
}

export type Finding = {
  /** The same difference in both checks. */
  readonly drift: Drift;
  /** A difference in both checks, but not the same: it changed meanwhile, so nothing is proven. */
  readonly unsettled: Drift;
};

/**
 * A recount for use during live traffic: differences are checked a second time, after `settle` has resolved. The
 * numbers are those of the second check.
 */
export async function recountTwice(
  views: Views,
  accountId: string,
  hours: readonly string[],
  settle: () => Promise<void>,
): Promise<Finding> {
  const first = await recount(views, accountId, hours);
  if (first.size === 0) return { drift: first, unsettled: first };
  await settle();
  const again = [...(await recount(views, accountId, hours))].filter(([name]) => first.has(name));
  const same = ([name, { counted, stored }]: (typeof again)[number]): boolean => {
    const before = first.get(name);
    return before !== undefined && before.stored - before.counted === stored - counted;
  };
  return { drift: new Map(again.filter(same)), unsettled: new Map(again.filter((each) => !same(each))) };
}
