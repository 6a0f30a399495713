import { WaitTimedOut } from './problem.ts';
import { pause } from './transport.ts';

/** Options of a wait. */
export type WaitOptions<Thing> = {
  /** Maximum duration of the wait, ms. Without it, the wait ends only with the signal. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the resource each time that it has changed. */
  readonly onProgress?: (thing: Thing) => void;
};

/** The resource as it was read. `waited`: the service itself waited before it answered. */
export type Look<Thing> = { readonly thing: Thing; readonly waited: boolean };

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * Reads a resource again and again until its work has ended. Throws WaitTimedOut, the errors of `look`, or the reason
 * of the signal.
 */
export async function waitUntil<Thing extends { readonly version: number }>(
  name: string,
  look: (signal: AbortSignal) => Promise<Look<Thing>>,
  isOver: (thing: Thing) => boolean,
  { timeoutMs, signal, onProgress }: WaitOptions<Thing>,
): Promise<Thing> {
  const stop = new AbortController();
  const end = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  const late = new WaitTimedOut(`${name} had not ended after ${timeoutMs} ms`);
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop.abort(late), timeoutMs);
  try {
    let seen = -1;
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(MAX_PAUSE_MS, wait * 1.5)) {
      const { thing, waited } = await look(stop.signal);
      if (thing.version !== seen) onProgress?.(thing);
      seen = thing.version;
      if (isOver(thing)) return thing;
      await pause(waited ? FIRST_PAUSE_MS : wait, stop.signal);
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
