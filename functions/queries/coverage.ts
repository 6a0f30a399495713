import type { Period } from '../domain/search/values.ts';

/** How far a search came. */
export type Reach = {
  readonly examined: number;
  /** Time of the last examined item; null if there was none. */
  readonly reached: string | null;
  readonly complete: boolean;
};

/**
 * The period that a read in order of time has covered, in a filter's own terms: no item with `from` ≤ time < `to` was
 * left out on this page or earlier ones. Further items with the millisecond of the last one may follow, so with newest
 * first that millisecond is not covered yet.
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
 * The period that pages from the first one on can cover. When sorted newest first, items made after the first page was
 * requested (`began`, ms) are on no later page.
 */
export function periodSince(period: Period, began: number, newestFirst: boolean): Period {
  const start = new Date(began).toISOString();
  return newestFirst && (period.lt === undefined || period.lt > start) ? { ...period, lt: start } : period;
}
