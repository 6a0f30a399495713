/** Decides when the console asks the service next. Pure: clock and page are arguments. */

/** The result of the last poll. `busy`: 429 or 503. `lost`: no connection. `refused`: any other error. */
export type PollResult = 'ok' | 'busy' | 'lost' | 'refused';

export type PulseState = {
  readonly hidden: boolean;
  readonly frozen: boolean;
  /** Milliseconds since the keyboard, the pointer or the wheel was used. */
  readonly idleMs: number;
  readonly last: PollResult;
  /** The wait before the last poll, ms. */
  readonly lastWaitMs: number;
};

export const ACTIVE_MS = 5_000;
export const IDLE_MS = 15_000;
export const IDLE_AFTER_MS = 120_000;
export const LONGEST_MS = 60_000;

/**
 * Milliseconds from the end of the last poll to the next; null: no poll while the tab is hidden or the page is frozen.
 * After a lost connection the active pace is kept, so that recovery is seen within 10 s.
 */
export function nextPollMs({ hidden, frozen, idleMs, last, lastWaitMs }: PulseState): number | null {
  if (hidden || frozen) return null;
  if (last === 'busy') return Math.min(LONGEST_MS, Math.max(ACTIVE_MS, lastWaitMs) * 2);
  if (last === 'lost') return ACTIVE_MS;
  return idleMs >= IDLE_AFTER_MS ? IDLE_MS : ACTIVE_MS;
}
