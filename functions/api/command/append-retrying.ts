import type { EventLog, NewEvent } from '../../ports/event-log.ts';
import { Problem } from '../../runtime/http/problem.ts';

/**
 * A conflict means that the decision was made on old news: decide again, at most this often. More than the design's
 * three: a dozen people who trigger one task at once should all have their job.
 */
const TRIES = 8;

export type Decision<Result> =
  | { readonly events: readonly [NewEvent, ...NewEvent[]]; readonly result: Result }
  | { readonly events: null; readonly result: Result };

/** Reads and decides anew (`attempt` counts from 0) until the decided events are in the log. Throws Problem version_conflict when others keep winning. */
export async function appendRetrying<Result>(
  log: EventLog,
  decide: (attempt: number) => Promise<Decision<Result>>,
): Promise<Result> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { events, result } = await decide(attempt);
    if (events === null) return result;
    const appended = await log.append(events);
    if (appended.kind === 'appended') return result;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
  }
  throw new Problem('version_conflict');
}
