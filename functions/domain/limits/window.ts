/** A sliding window: what was counted within the last hour, each with its time. It is exact, unlike counts by clock hour. */
import * as z from 'zod';

export const HOUR_MS = 3_600_000;

export const usesSchema = z.array(z.strictObject({ at: z.int(), group: z.string() }));
export type Uses = Readonly<z.infer<typeof usesSchema>>;

/** How many there may be within an hour: all together, and of one group. */
export type WindowLimits = { readonly all: number; readonly group: number };

export type WindowDecision =
  | { readonly kind: 'counted'; readonly uses: Uses }
  /** `by`: the limit that was met. It holds for another `retryAfterMs`. */
  | { readonly kind: 'refused'; readonly by: 'all' | 'group'; readonly retryAfterMs: number };

/** Counts one more of a group at `now` (ms), or says until when it cannot. What is refused is not counted. */
export function countUse(uses: Uses, group: string, limits: WindowLimits, now: number): WindowDecision {
  const recent = uses.filter(({ at }) => at > now - HOUR_MS).toSorted((one, other) => one.at - other.at);
  const same = recent.filter((use) => use.group === group);
  const waits = [
    { by: 'all' as const, ms: waitFor(recent, limits.all, now) },
    { by: 'group' as const, ms: waitFor(same, limits.group, now) },
  ];
  const longest = waits.reduce((most, each) => (each.ms > most.ms ? each : most));
  if (longest.ms > 0) return { kind: 'refused', by: longest.by, retryAfterMs: longest.ms };
  return { kind: 'counted', uses: [...recent, { at: now, group }] };
}

/** When so many of them have left the window that there is room for one; 0: there is room now. */
function waitFor(uses: Uses, most: number, now: number): number {
  const last = uses[uses.length - most];
  return last === undefined ? 0 : last.at + HOUR_MS - now;
}
