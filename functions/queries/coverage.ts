import type { Period } from '../domain/search/values.ts';

export type Reach = {
  readonly examined: number;
  /** Time of the last item looked at, null for none. */
  readonly reached: string | null;
  readonly complete: boolean;
};

/**
 * What a read in order of time has covered, in a filter's own terms: nothing with `from` ≤ time < `to` was left out, on
 * this page and those before it. Items that share the millisecond of the last one may come after it: newest first, that
 * millisecond is not covered yet.
 */
export function coverageOf({ examined, reached, complete }: Reach, period: Period, newestFirst: boolean) {
  const from = period.gte ?? null;
  const to = period.lt ?? null;
  if (complete || reached === null) return { examined, from, to, complete };
  return newestFirst
    ? { examined, from: new Date(Date.parse(reached) + 1).toISOString(), to, complete }
    : { examined, from, to: reached, complete };
}

/**
 * The period that the pages from the first one on can cover: newest first, what was made after the first page was asked
 * for (`began`, ms) comes before it and is in none of the later ones.
 */
export function periodSince(period: Period, began: number, newestFirst: boolean): Period {
  const start = new Date(began).toISOString();
  return newestFirst && (period.lt === undefined || period.lt > start) ? { ...period, lt: start } : period;
}
