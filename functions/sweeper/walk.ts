/**
 * How the sweeper reads one partition of the due-time index. Entries that became due recently are checked in every
 * sweep. Most older entries are blocked by their credential and stay in the index. A sweep checks a limited number of
 * them, and the next sweep continues there; a scan cycle ends when each entry was checked. Both parts run in parallel,
 * so that neither takes the other's time.
 */
import type { ScanCycle } from '../ports/scan-cycles.ts';
import type { Views } from '../ports/views.ts';

const PAGE = 100;
/** Entries that are handled before the remaining time is checked again. */
const CHUNK = 25;
const PARALLEL = 10;
const MIN_LEFT_MS = 5_000;
/** Long enough for a lost worker to be rescued, and for a lost message to be sent again twice. */
const RECENT_MS = 600_000;

/** Errors by the id of the entry or the key of the partition. */
export type Failures = Map<string, unknown>;

export type Walker = {
  readonly views: Pick<Views, 'page'>;
  readonly failures: Failures;
  readonly result: { complete: boolean };
  /** Time between two sweeps, ms. */
  readonly everyMs: number;
  /** Maximum number of older entries that one sweep checks. */
  readonly most: number;
  remainingMs(): number;
};

/** Handles some entries of a partition. `everyMs`: maximum time since each of them was last checked. */
type Work<Sweep> = (ids: readonly string[], sweep: Sweep, everyMs: number) => Promise<void>;
export type Duty<Sweep> = { readonly key: string; readonly work: Work<Sweep> };

/** Runs `work`; an error is stored as the failure of that entry. */
export async function attempt(id: string, { failures }: Walker, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.set(id, error);
  }
}

/** Runs `work` for each item, ten at a time. */
export async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += PARALLEL) await Promise.all(items.slice(at, at + PARALLEL).map(work));
}

/** Sort keys are `<time>#<id>`. Entries below this boundary are older; entries above it became due recently. */
const lately = (now: number): string => new Date(now - RECENT_MS).toISOString();

/** Handles all entries that became due recently. */
export async function walkLately<Sweep extends Walker>(duty: Duty<Sweep>, now: number, sweep: Sweep): Promise<void> {
  // `$` sorts after `#`: entries due in this very millisecond are included.
  const range = { above: lately(now), below: `${new Date(now).toISOString()}$` };
  await attempt(duty.key, sweep, () => walk(duty, range, Number.POSITIVE_INFINITY, sweep.everyMs, sweep));
}

/** Continues the scan cycle. Returns its new state; null when this sweep alone did the whole cycle. */
export async function walkOn<Sweep extends Walker>(
  duty: Duty<Sweep>,
  now: number,
  left: ScanCycle | null,
  sweep: Sweep,
): Promise<ScanCycle | null> {
  const begins = left === null || left.position === null;
  const before = begins ? (left?.began ?? now - sweep.everyMs) : left.before;
  const cycle = { began: begins ? now : left.began, before, position: left?.position ?? null };
  let end: Walked = { ended: false, position: null };
  await attempt(duty.key, sweep, async () => {
    const range = { above: cycle.position, below: lately(now) };
    end = await walk(duty, range, sweep.most, Math.max(sweep.everyMs, now - before), sweep);
  });
  if (end.ended) return begins ? null : { ...cycle, position: null };
  return end.position === null ? left : { ...cycle, position: end.position };
}

type Walked = { readonly ended: boolean; readonly position: string | null };

/** Handles entries, the longest due first, until the end of the range, `most` entries, or the end of the time. */
async function walk<Sweep extends Walker>(
  { key, work }: Duty<Sweep>,
  { above, below }: { readonly above: string | null; readonly below: string },
  most: number,
  everyMs: number,
  sweep: Sweep,
): Promise<Walked> {
  let position = above;
  for (let left = most; left > 0 && !isOver(sweep); ) {
    const range = { newestFirst: false, limit: Math.min(PAGE, left), above: position, below };
    const page = await sweep.views.page({ index: 'open', key, ...range });
    for (let at = 0; at < page.entries.length; at += CHUNK) {
      if (isOver(sweep)) return { ended: false, position };
      const chunk = page.entries.slice(at, at + CHUNK);
      const ids = chunk.map(({ id }) => id);
      await fulfil(work, ids, everyMs, sweep);
      position = chunk.at(-1)?.sort ?? position;
    }
    left -= page.entries.length;
    if (!page.more) return { ended: true, position };
  }
  return { ended: false, position };
}

function isOver({ remainingMs, result }: Walker): boolean {
  if (remainingMs() >= MIN_LEFT_MS) return false;
  result.complete = false;
  return true;
}

/** If the chunk fails, its entries are handled one by one. */
async function fulfil<Sweep extends Walker>(
  work: Work<Sweep>,
  ids: readonly string[],
  everyMs: number,
  sweep: Sweep,
): Promise<void> {
  try {
    await work(ids, sweep, everyMs);
  } catch {
    for (const id of ids) {
      if (isOver(sweep)) return;
      await attempt(id, sweep, () => work([id], sweep, everyMs));
    }
  }
}
