import type { SyncState } from '../mail/mailbox.ts';

/** Whether stored messages that the server does not list are removed. */
export type RemovalDecision =
  /** The messages are gone: remove their rows. */
  | { readonly kind: 'remove' }
  /** The evidence is too weak: keep the rows, and store this note for the next sync. */
  | { readonly kind: 'wait'; readonly suspected: SyncState['suspected'] };

const MANY = 100;
const SHARE = 0.2;
const SECOND_PASS_MS = 10 * 60_000;

/** A pass that comes too early does not count, and the clocks of workers differ a little. */
const MARGIN_MS = 10_000;

/** When the second pass should run for messages that seemed gone at `at` (ISO). */
export function secondPassAt(at: string): string {
  return new Date(Date.parse(at) + SECOND_PASS_MS + MARGIN_MS).toISOString();
}

/**
 * Whether stored messages that the server did not list may be removed. `complete`: the server listed as many messages
 * as it says exist. If more than 100 and more than a fifth are gone at once, the server may have a problem. Then they
 * must be gone in a second pass too, at least ten minutes later, with about the same number.
 */
export function decideRemovals(given: {
  readonly gone: number;
  readonly stored: number;
  readonly complete: boolean;
  readonly suspected: SyncState['suspected'];
  readonly now: number;
}): RemovalDecision {
  const { gone, stored, complete, suspected, now } = given;
  if (!complete) return { kind: 'wait', suspected };
  if (gone <= MANY || gone <= stored * SHARE) return { kind: 'remove' };
  const first = { at: new Date(now).toISOString(), count: gone };
  if (suspected === null || gone > suspected.count * (1 + SHARE) + MANY) return { kind: 'wait', suspected: first };
  return now - Date.parse(suspected.at) >= SECOND_PASS_MS ? { kind: 'remove' } : { kind: 'wait', suspected };
}
