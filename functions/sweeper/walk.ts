/**
 * The sweeper's way through one partition of the due-time index. What came due lately is looked at in every sweep. Of
 * what has been due for longer (most of it is held by its credential, and stays where it is) a sweep looks at a bounded
 * number, and the next one goes on from there: a lap, in which each entry has its turn. Both at once, so that neither
 * takes the other's time.
 */
import type { Lap } from '../ports/sweep-laps.ts';
import type { Views } from '../ports/views.ts';

const PAGE = 100;
/** Entries at a time, between two looks at the clock. */
const CHUNK = 25;
const PARALLEL = 10;
const LEAST_LEFT_MS = 5_000;
/** Long enough for a lost worker to be rescued, and for a lost message to be sent again twice. */
const LATELY_MS = 600_000;

/** What could not be done, by the id of the entry or the key of the partition. */
export type Failures = Map<string, unknown>;

export type Walker = {
  readonly views: Pick<Views, 'page'>;
  readonly failures: Failures;
  readonly result: { complete: boolean };
  /** How far apart sweeps are, ms. */
  readonly everyMs: number;
  /** Entries due for long that one sweep looks at. */
  readonly most: number;
  remainingMs(): number;
};

/** What is done with some entries of a partition. `everyMs`: how long ago each was looked at before, at most. */
type Work<Sweep> = (ids: readonly string[], sweep: Sweep, everyMs: number) => Promise<void>;
export type Duty<Sweep> = { readonly key: string; readonly work: Work<Sweep> };

/** Does it; what breaks is kept as the failure of that entry. */
export async function attempt(id: string, { failures }: Walker, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.set(id, error);
  }
}

export async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += PARALLEL) await Promise.all(items.slice(at, at + PARALLEL).map(work));
}

/** Sort keys are `<time>#<id>`: below this boundary lies what was due for longer, above it what came due lately. */
const lately = (now: number): string => new Date(now - LATELY_MS).toISOString();

/** All that came due lately. */
export async function walkLately<Sweep extends Walker>(duty: Duty<Sweep>, now: number, sweep: Sweep): Promise<void> {
  // `$` follows `#`: what is due this very millisecond is included.
  const range = { above: lately(now), below: `${new Date(now).toISOString()}$` };
  await attempt(duty.key, sweep, () => walk(duty, range, Number.POSITIVE_INFINITY, sweep.everyMs, sweep));
}

/** Goes on with the lap. Returns where it has come to; null when all of it was done in this sweep alone. */
export async function walkOn<Sweep extends Walker>(
  duty: Duty<Sweep>,
  now: number,
  left: Lap | null,
  sweep: Sweep,
): Promise<Lap | null> {
  const begins = left === null || left.position === null;
  const before = begins ? (left?.began ?? now - sweep.everyMs) : left.before;
  const lap = { began: begins ? now : left.began, before, position: left?.position ?? null };
  let end: Walked = { ended: false, position: null };
  await attempt(duty.key, sweep, async () => {
    const range = { above: lap.position, below: lately(now) };
    end = await walk(duty, range, sweep.most, Math.max(sweep.everyMs, now - before), sweep);
  });
  if (end.ended) return begins ? null : { ...lap, position: null };
  return end.position === null ? left : { ...lap, position: end.position };
}

type Walked = { readonly ended: boolean; readonly position: string | null };

/** Entries in the order in which they came due, until the end of the range, `most` of them, or the end of the time. */
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
  if (remainingMs() >= LEAST_LEFT_MS) return false;
  result.complete = false;
  return true;
}

/** What breaks for all of them together is done for each alone. */
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
