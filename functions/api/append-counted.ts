import type { Envelope } from '../domain/event/event.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import { type Decision, decideAndAppend, type Outcome, type Stream } from '../streams/decide-and-append.ts';
import type { Counted, Quotas } from './accounts/quotas.ts';
import { present } from './append-own.ts';
import { type CommandKey, sameBody } from './idempotency.ts';

/** What to count: one more resource of this kind in this account. `now` in ms. */
export type Count = { readonly accountId: string; readonly kind: Counted; readonly now: number };

/** The result of an append that did not conflict. */
export type Made<State, Result> = Exclude<Outcome<State, Result>, { kind: 'conflict' }>;

/**
 * The state of the created resource. If an earlier request under the same key created it, its state then. Throws
 * Problem idempotency_key_reused if that request had another body.
 */
export function madeState<State>(made: Made<State, unknown>, key: CommandKey | null): State {
  if (made.kind === 'earlier') sameBody(made.event, key);
  return present(made.kind === 'earlier' ? made.stateThen : made.state);
}

/**
 * Appends the events that create a counted resource. `decide` calls `admit` when its events create one. A request is
 * counted once, however many rounds the decision takes. The count is undone when nothing was created, because the
 * request was refused or another writer was faster. Throws Problem quota_exceeded, try_again, and the errors of
 * `decide`.
 */
export async function appendCounted<State, Result>(
  log: EventLog,
  quotas: Pick<Quotas, 'admit' | 'giveBack'>,
  { accountId, kind, now }: Count,
  stream: Stream<State>,
  decide: (admit: () => Promise<void>, state: State | null, events: readonly Envelope[]) => Promise<Decision<Result>>,
): Promise<Made<State, Result>> {
  const request = { counted: false, makesOne: false, appends: false };
  async function admit(): Promise<void> {
    if (!request.counted) await quotas.admit(accountId, kind, now);
    request.counted = true;
    request.makesOne = true;
  }
  const giveBack = async (): Promise<void> => {
    if (request.counted) await quotas.giveBack(accountId, kind, now);
  };
  const watched: Stream<State> = {
    ...stream,
    async read(round) {
      request.makesOne = false;
      request.appends = false;
      return stream.read(round);
    },
  };
  try {
    const outcome = await decideAndAppend<State, Result>(log, watched, async (state, events) => {
      const decision = await decide(admit, state, events);
      request.appends = decision.events !== null;
      return decision;
    });
    if (outcome.kind === 'conflict') throw new Problem('try_again');
    if (!request.appends || !request.makesOne) await giveBack();
    return outcome;
  } catch (error) {
    // An append without an answer may have reached the log: it stays counted.
    if (error instanceof Problem || !request.appends || !request.makesOne) await giveBack();
    throw error;
  }
}
