import { WaitTimedOut } from './problem.ts';
import { pause } from './transport.ts';

export type WaitOptions<Thing> = {
  /** How long to wait in all, ms. Without it, until the signal ends it. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the thing each time that it was looked at and had changed. */
  readonly onProgress?: (thing: Thing) => void;
};

/** What was seen. `waited`: the service itself waited before it answered. */
export type Look<Thing> = { readonly thing: Thing; readonly waited: boolean };

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/** Looks at a thing until it is over. Throws WaitTimedOut, what `look` throws, or the reason of the signal. */
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
