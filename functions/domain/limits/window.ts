/** A sliding window: every use within the last hour with its time. Unlike counts per clock hour, it is exact. */
import * as z from 'zod';

export const HOUR_MS = 3_600_000;

export const usesSchema = z.array(z.strictObject({ at: z.int(), group: z.string() }));
export type Uses = Readonly<z.infer<typeof usesSchema>>;

/** The maximum within an hour: of all uses, and of one group. */
export type WindowLimits = { readonly all: number; readonly group: number };

export type WindowDecision =
  | { readonly kind: 'counted'; readonly uses: Uses }
  /** `by`: the limit that was reached. It applies for another `retryAfterMs`. */
  | { readonly kind: 'refused'; readonly by: 'all' | 'group'; readonly retryAfterMs: number };

/** Counts one more use of a group at `now` (ms), or returns how long it must wait. Refused uses are not counted. */
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

/** ms until there is room for one more use; 0: there is room now. */
function waitFor(uses: Uses, most: number, now: number): number {
  const last = uses[uses.length - most];
  return last === undefined ? 0 : last.at + HOUR_MS - now;
}
