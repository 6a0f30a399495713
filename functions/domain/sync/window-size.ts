import { intersectUids, lastUids, MAX_UID, type UidSet } from './uid-set.ts';

/** Maximum number of messages in one FETCH. */
export const WINDOW = 500;
/**
 * Minimum, while more messages are left: enough that a message the server cannot return has neighbours that it can.
 */
export const SMALLEST_WINDOW = 32;

/** Number of neighbouring UIDs that are stored in one item, counted from zero. */
export const SLOT_UIDS = 64;

const QUICK_MS = 10_000;
const SLOW_MS = 30_000;

/**
 * How many messages to request next, from the last window's result. After a slow or broken window the next one is
 * smaller: several windows must fit into one run of an attempt, even with the slowest server.
 */
export function nextWindow(size: number, last: { readonly tookMs: number; readonly broke: boolean }): number {
  if (last.broke || last.tookMs > SLOW_MS) return smallerWindow(size);
  return last.tookMs < QUICK_MS ? Math.min(WINDOW, size * 2) : size;
}

/** The size after a window that was too large: each such window costs a connection. */
export const smallerWindow = (size: number): number => Math.max(SMALLEST_WINDOW, Math.floor(size / 4));

/**
 * The newest `size` messages. A full window also takes the other UIDs in the slot of its lowest UID; otherwise that
 * slot would be written twice.
 */
export function windowOf(uids: UidSet, size: number): UidSet {
  const newest = lastUids(uids, size);
  const low = newest[0]?.[0];
  if (low === undefined || size < WINDOW) return newest;
  return intersectUids(uids, [[Math.max(1, low - (low % SLOT_UIDS)), MAX_UID]]);
}
