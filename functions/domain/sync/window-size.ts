import { intersectUids, lastUids, MAX_UID, type UidSet } from './uid-set.ts';

/** Most messages asked for in one FETCH. */
export const WINDOW = 500;
/** Fewest, while there are more: so many that one message the server cannot answer for has neighbours that it can. */
export const SMALLEST_WINDOW = 32;

/** So many neighbouring UIDs are stored together, counted from zero. */
export const SLOT_UIDS = 64;

const QUICK_MS = 10_000;
const SLOW_MS = 30_000;

/**
 * How many messages to ask for next, from how the last window went. A window that took long, or broke, is followed by
 * smaller ones: what is asked for must fit into a part of an attempt several times over, on the slowest server too.
 */
export function nextWindow(size: number, last: { readonly tookMs: number; readonly broke: boolean }): number {
  if (last.broke || last.tookMs > SLOW_MS) return smallerWindow(size);
  return last.tookMs < QUICK_MS ? Math.min(WINDOW, size * 2) : size;
}

/** How many to ask for after a window that was too much: each such window costs a connection. */
export const smallerWindow = (size: number): number => Math.max(SMALLEST_WINDOW, Math.floor(size / 4));

/**
 * The newest messages, `size` of them; a whole window also takes what shares the slot of its lowest UID, which would
 * have to be stored with it a second time else.
 */
export function windowOf(uids: UidSet, size: number): UidSet {
  const newest = lastUids(uids, size);
  const low = newest[0]?.[0];
  if (low === undefined || size < WINDOW) return newest;
  return intersectUids(uids, [[Math.max(1, low - (low % SLOT_UIDS)), MAX_UID]]);
}
