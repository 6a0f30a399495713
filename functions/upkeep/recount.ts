/**
 * Verifies the counters: counts an account's jobs and credentials one by one and compares the numbers with the stored
 * counters, for the account, its failure groups and the hours in which jobs were made or ended. Counters follow rows
 * within seconds, so one comparison is exact only while nothing changes. During traffic `recountTwice` reports which
 * differences are proven.
 */
import * as z from 'zod';
import { groupIdOf } from '../domain/failure-group/group-id.ts';
import {
  accountCounterRow,
  accountCounterRows,
  COUNTER_PREFIX,
  countsOf,
  countsOfCredential,
  groupCounterRow,
  groupOf,
  hourCounterRow,
  REVISION,
} from '../domain/views/counters.ts';
import { CREDENTIAL_PROJECTION } from '../domain/views/entity-views.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { credentialsOf, failureGroupsOf, jobsOf } from '../domain/views/keys.ts';
import type { ViewRow } from '../domain/views/row.ts';
import type { CountRepair, Replacement } from '../ports/counters.ts';
import type { IndexEntry, Views } from '../ports/views.ts';

const PAGE = 1000;

/**
 * Names whose stored sum differs from the counted one. The name of an hour or a failure group begins with it
 * (`2026-11-01T07 s:failed`). Empty: the counters are correct.
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

/**
 * Sums by name over all jobs and credentials. Adds the hours and groups of the jobs, and all other groups, to `titles`.
 */
async function count(views: Views, accountId: string, titles: Map<string, string>): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const { id } of entriesOf(views, failureGroupsOf(accountId)))
    titles.set(id, `${id.slice(COUNTER_PREFIX.length)} `);
  for await (const row of rowsOf(views, jobsOf(accountId))) {
    const job = jobOf(row);
    if (job === null) continue;
    for (const time of [job.created_at, job.finished_at])
      if (time !== null) titles.set(hourCounterRow(accountId, time), `${time.slice(0, 13)} `);
    const group = groupOf(job);
    if (group !== null) titles.set(groupCounterRow(groupIdOf(group)), `${groupIdOf(group)} `);
    for (const { row: counter, name } of countsOf(job, 0)) add(sums, `${titles.get(counter) ?? ''}${name}`, 1);
  }
  for await (const row of rowsOf(views, credentialsOf(accountId)))
    for (const { name } of countsOfCredential(CREDENTIAL_PROJECTION.fromRow(row), 0)) add(sums, name, 1);
  return sums;
}

/** All entries of a partition of the index by account. */
async function* pagesOf(views: Views, key: string): AsyncGenerator<readonly IndexEntry[]> {
  let above: string | null = null;
  for (let more = true; more; ) {
    const query = { index: 'account', key, newestFirst: false, limit: PAGE, below: null } as const;
    const page: Awaited<ReturnType<Views['page']>> = await views.page({ ...query, above });
    yield page.entries;
    above = page.entries.at(-1)?.sort ?? above;
    more = page.more;
  }
}

async function* entriesOf(views: Views, key: string): AsyncGenerator<IndexEntry> {
  for await (const entries of pagesOf(views, key)) yield* entries;
}

async function* rowsOf(views: Views, key: string): AsyncGenerator<ViewRow> {
  for await (const entries of pagesOf(views, key)) {
    const ids = entries.map(({ id }) => id);
    yield* (await views.get(ids, { consistent: true })).values();
  }
}

/** Sums by name over these counter rows. */
async function read(views: Views, titles: ReadonlyMap<string, string>): Promise<Sums> {
  const sums: Sums = new Map();
  const rows = [...titles.keys()];
  for (let start = 0; start < rows.length; start += PAGE) {
    for (const [row, counts] of await views.counters(rows.slice(start, start + PAGE), { consistent: true }))
      for (const [name, stored] of counts) if (name !== REVISION) add(sums, `${titles.get(row) ?? ''}${name}`, stored);
  }
  return sums;
}

function add(sums: Sums, name: string, by: number): void {
  sums.set(name, (sums.get(name) ?? 0) + by);
}

export type Finding = {
  /** Differences in counter rows that did not change while the jobs were counted: these are proven. */
  readonly drift: Drift;
  /** Differences in rows that changed meanwhile: nothing is proven. */
  readonly unsettled: Drift;
  /** Writes that remove the proven differences, one for each. */
  readonly replacements: readonly Replacement[];
};

/**
 * A recount for use during traffic. Counters follow rows, so a difference may be a change that is not counted yet.
 * After a first difference everything is counted again, between two reads of the counter rows. If a counter row with
 * all its marks is the same before and after, none of its jobs has changed in between, and its difference is proven.
 * `settle` waits as long as counters may be behind rows. The numbers are those of the second count.
 */
export async function recountTwice(
  views: Views,
  accountId: string,
  hours: readonly string[],
  settle: () => Promise<void>,
): Promise<Finding> {
  const first = await recount(views, accountId, hours);
  if (first.size === 0) return { drift: first, unsettled: first, replacements: [] };
  await settle();
  const titles = new Map(accountCounterRows(accountId).map((row) => [row, '']));
  for (const name of first.keys()) {
    const title = titleOf(name);
    if (title !== '') titles.set(rowTitled(accountId, title), title);
  }
  const before = await snapshot(views, [...titles.keys()]);
  const again = [...(await recount(views, accountId, hours))].filter(([name]) => first.has(name));
  await settle();
  const after = await snapshot(views, [...titles.keys()]);
  const moved = new Set(
    [...titles].filter(([row]) => textOf(before.get(row)) !== textOf(after.get(row))).map(([, title]) => title),
  );
  const drift = new Map(again.filter(([name]) => !moved.has(titleOf(name))));
  const unsettled = new Map(again.filter(([name]) => moved.has(titleOf(name))));
  const replacements = [...drift].map(([name, { counted, stored }]) => {
    const title = titleOf(name);
    // The sum of an account's rows counts, so one of them takes the whole difference.
    const row = rowTitled(accountId, title);
    const count = name.slice(title.length);
    const from = z
      .number()
      .nullable()
      .parse(after.get(row)?.[count] ?? null);
    return { row, name: count, from, to: (from ?? 0) + counted - stored };
  });
  return { drift, unsettled, replacements };
}

/** The counter row that a title stands for. */
function rowTitled(accountId: string, title: string): string {
  if (title === '') return accountCounterRow(accountId, 0);
  return title.startsWith('fgr_') ? groupCounterRow(title.trim()) : hourCounterRow(accountId, title);
}

/** The hour or group that a name begins with; empty for a count of the account. */
const titleOf = (name: string): string => name.slice(0, name.indexOf(' ') + 1);

type CounterRow = Readonly<Record<string, unknown>>;

/** Counter rows with all attributes, including marks. */
async function snapshot(views: Views, rows: readonly string[]): Promise<ReadonlyMap<string, CounterRow>> {
  const found = new Map<string, CounterRow>();
  for (let start = 0; start < rows.length; start += PAGE) {
    for (const [row, attributes] of await views.counterRows(rows.slice(start, start + PAGE)))
      found.set(row, attributes);
  }
  return found;
}

const textOf = (row: CounterRow = {}): string => JSON.stringify(Object.entries(row).toSorted());

/** Writes these counts. Returns those that had changed since the recount; they are left as they are. */
export async function repairCounts(
  repair: CountRepair,
  replacements: readonly Replacement[],
): Promise<readonly Replacement[]> {
  const changed: Replacement[] = [];
  for (const replacement of replacements) if (!(await repair.replace(replacement))) changed.push(replacement);
  return changed;
}
