/**
 * A message that leaves one mailbox and appears in another was moved: it counts as neither added nor removed.
 * Different runs may see the two halves, so unmatched halves are stored for some minutes.
 */
import * as z from 'zod';

const count = z.int().nonnegative();

/**
 * Messages that one job saw leave or enter a mailbox. `at` in ms since the epoch; `prints` are message fingerprints.
 */
const trace = z.strictObject({ mailboxKey: z.string(), at: count, by: z.string(), prints: z.array(z.string()) });

export const traces = z.strictObject({
  /** The credential generation. */
  generation: z.int().positive(),
  removed: z.array(trace),
  added: z.array(trace),
});
export type Traces = z.infer<typeof traces>;
type Trace = Traces['removed'][number];

/** `arrived`: new on the server too, not only fetched late. */
export type Seen = { readonly print: string; readonly mailboxKey: string; readonly arrived: boolean };

/** The attempt that saw the messages: its own counts already include each half. */
export type Observer = { readonly by: string; readonly since: number; readonly now: number };

export type Matched = {
  readonly moved: number;
  /** How many of the attempt's additions and removals were halves of moves. */
  readonly added: number;
  readonly removed: number;
  readonly traces: Traces;
  /** Whether there is a new half to store, or one less. */
  readonly changed: boolean;
};

const GRACE_MS = 10 * 60_000;
/** Maximum number of fingerprints of each kind: enough for moves by hand, and the item stays cheap to write. */
const MAX_PRINTS = 2_000;

type Half = { readonly print: string; readonly mailboxKey: string; readonly own: boolean; readonly from: Trace | null };

/** Pairs the messages of this run with each other and with halves of earlier runs; each half once. */
export function matchMoves(
  earlier: Traces,
  seen: { readonly added: readonly Seen[]; readonly removed: readonly Seen[] },
  observer: Observer,
): Matched {
  const { by, since, now } = observer;
  const alive = ({ at }: Trace): boolean => now - at <= GRACE_MS;
  const isOwn = (each: Trace): boolean => each.by === by && each.at >= since;
  const halves = (list: readonly Trace[]): Half[] =>
    list
      .filter(alive)
      .flatMap((from) => from.prints.map((print) => ({ print, mailboxKey: from.mailboxKey, own: isOwn(from), from })));
  const fromNow = ({ print, mailboxKey }: Seen): Half => ({ print, mailboxKey, own: true, from: null });

  const gone = pool([...seen.removed.map(fromNow), ...halves(earlier.removed)]);
  const appeared = pool(halves(earlier.added));
  let [moved, added, removed] = [0, 0, 0];
  const left: Seen[] = [];
  for (const each of seen.added) {
    const other = gone.take(each);
    if (other === null) left.push(each);
    else [moved, added, removed] = [moved + 1, added + 1, removed + Number(other.own)];
  }
  for (const each of gone.rest()) {
    if (each.from !== null) continue;
    const other = appeared.take(each);
    if (other === null) continue;
    gone.drop(each);
    [moved, added, removed] = [moved + 1, added + Number(other.own), removed + 1];
  }
  const arrivals = left.filter(({ arrived }) => arrived).map(fromNow);
  const fresh = gone.rest().filter(({ from }) => from === null).length + arrivals.length;
  return {
    moved,
    added,
    removed,
    changed: fresh > 0 || moved > 0,
    traces: {
      generation: earlier.generation,
      removed: remembered(gone.rest(), observer),
      added: remembered([...arrivals, ...appeared.rest()], observer),
    },
  };
}

/** Halves by fingerprint. A half matches a half of the same message in another mailbox. */
function pool(halves: readonly Half[]) {
  const byPrint = new Map<string, Half[]>();
  for (const half of halves) {
    const same = byPrint.get(half.print);
    if (same === undefined) byPrint.set(half.print, [half]);
    else same.push(half);
  }
  const drop = (half: Half): void => {
    const same = byPrint.get(half.print) ?? [];
    const at = same.indexOf(half);
    if (at >= 0) same.splice(at, 1);
  };
  return {
    take({ print, mailboxKey }: { readonly print: string; readonly mailboxKey: string }): Half | null {
      const found = byPrint.get(print)?.find((half) => half.mailboxKey !== mailboxKey) ?? null;
      if (found !== null) drop(found);
      return found;
    },
    drop,
    rest: (): Half[] => [...byPrint.values()].flat(),
  };
}

/** Newest first, so that the oldest are dropped when there are too many. */
function remembered(halves: readonly Half[], { by, now }: Observer): Trace[] {
  const groups = new Map<string, Trace>();
  const newestFirst = halves.toSorted((one, other) => (other.from?.at ?? now) - (one.from?.at ?? now));
  for (const { print, mailboxKey, from } of newestFirst.slice(0, MAX_PRINTS)) {
    const key = { mailboxKey, at: from?.at ?? now, by: from?.by ?? by };
    const name = JSON.stringify(key);
    const group = groups.get(name) ?? { ...key, prints: [] };
    group.prints.push(print);
    groups.set(name, group);
  }
  return [...groups.values()];
}
