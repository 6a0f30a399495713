import { Problem } from '../http/problem.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import { attempts } from '../streams/attempts.ts';

export type Decision<Result> =
  | { readonly events: readonly [NewEvent, ...NewEvent[]]; readonly result: Result }
  | { readonly events: null; readonly result: Result };

/**
 * Reads and decides again (`attempt` counts from 0) until the decided events are in the log: a conflict means that others
 * wrote first. `decide` itself refuses a request whose If-Match no longer holds. Throws Problem try_again after 20
 * seconds of conflicts.
 */
export async function appendRetrying<Result>(
  log: EventLog,
  decide: (attempt: number) => Promise<Decision<Result>>,
): Promise<Result> {
  for await (const attempt of attempts()) {
    const { events, result } = await decide(attempt);
    if (events === null) return result;
    const appended = await log.append(events);
    if (appended.kind === 'appended') return result;
  }
  throw new Problem('try_again');
}
