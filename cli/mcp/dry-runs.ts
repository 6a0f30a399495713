/** Dry runs of bulk operations: each permits one operation on the same jobs, for some minutes. */
import { randomUUID } from 'node:crypto';
import { ToolRefusal } from './results.ts';

const GOOD_MS = 10 * 60_000;
const MOST = 100;
const AGAIN = 'Call bulk_dry_run again with the arguments that you want, show the count to the user, then bulk_start.';

export type DryRun<Request> = {
  /** The arguments of the dry run, as they were given. */
  readonly given: object;
  /** What was counted, with absolute times. */
  readonly request: Request;
  readonly count: number;
};

export type DryRuns<Request> = {
  /** Keeps a dry run, and returns its token. */
  keep(run: DryRun<Request>): string;
  /**
   * The request of a dry run. Throws ToolRefusal if the token is not known or was used, or if the arguments or the
   * count differ.
   */
  take(token: string, given: object, count: number): Request;
};

export function dryRuns<Request>(now: () => number = Date.now): DryRuns<Request> {
  const kept = new Map<string, DryRun<Request> & { readonly until: number }>();
  return {
    keep(run) {
      for (const [token, { until }] of kept) if (until <= now() || kept.size >= MOST) kept.delete(token);
      const token = randomUUID();
      kept.set(token, { ...run, until: now() + GOOD_MS });
      return token;
    },
    take(token, given, count) {
      const run = kept.get(token);
      kept.delete(token);
      if (run === undefined || run.until <= now())
        throw new ToolRefusal('dry_run_needed', 'There is no such dry run, or it is used up or too old.', AGAIN);
      if (canonical(run.given) !== canonical(given))
        throw new ToolRefusal('dry_run_differs', 'The arguments are not those of the dry run.', AGAIN);
      if (run.count !== count)
        throw new ToolRefusal('count_differs', `The dry run counted ${run.count} jobs, not ${count}.`, AGAIN);
      return run.request;
    },
  };
}

/** A text that is equal for equal arguments. The order of fields does not count, and a list of words is a set. */
function canonical(given: object): string {
  return JSON.stringify(given, (_, value: unknown) => {
    if (Array.isArray(value)) return [...value].sort();
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
