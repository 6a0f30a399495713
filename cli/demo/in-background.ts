/** Fills the demo account in the background, while the embedded stack serves requests. */
import { createClient } from '../../client/index.ts';
import { demoPlaceOf } from './place.ts';
import { seedDemo } from './seed.ts';

/**
 * Starts to fill the demo account, and returns at once. The returned function stops this, and resolves when no request
 * is running. `complain` is called with a sentence if the demo cannot be completed.
 */
export function fillDemo(url: string, token: string, complain: (sentence: string) => void): () => Promise<void> {
  const stop = new AbortController();
  const { signal } = stop;
  const fill = async (): Promise<void> => {
    const place = await demoPlaceOf(url, signal);
    await seedDemo({ client: createClient({ url, token }), place, signal });
  };
  const done = fill().catch((error: unknown) => {
    if (signal.aborted) return;
    complain(`The demo is not complete (${error instanceof Error ? error.message : error}). Go on with: inboxctl demo`);
  });
  return () => {
    stop.abort(new Error('the stack stops'));
    return done;
  };
}
