/** Most messages asked for in one FETCH. */
export const WINDOW = 500;
/** Fewest, while there are more: so many that one message the server cannot answer for has neighbours that it can. */
export const SMALLEST_WINDOW = 32;

const QUICK_MS = 10_000;
const SLOW_MS = 30_000;

/**
 * How many messages to ask for next, from how the last window went. A window that took long, or broke, is followed by
 * smaller ones: what is asked for must fit into a part of an attempt several times over, on the slowest server too.
 */
export function nextWindow(size: number, last: { readonly tookMs: number; readonly broke: boolean }): number {
  if (last.broke || last.tookMs > SLOW_MS) return Math.max(SMALLEST_WINDOW, Math.floor(size / 4));
  return last.tookMs < QUICK_MS ? Math.min(WINDOW, size * 2) : size;
}
