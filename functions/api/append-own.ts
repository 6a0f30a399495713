import { userActor } from '../domain/event/actors.ts';
import type { DomainEvent, Envelope } from '../domain/event/event.ts';
import { exceedsChanges, MAX_CHANGES } from '../domain/limits/changes.ts';
import type { Caller } from '../http/endpoint.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog, NewEvent } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import { decideAndAppend, type Fold, stateAfter } from '../streams/decide-and-append.ts';
import { withinRequest } from '../streams/retries.ts';
import { eventsRead, recognising, startingFrom, streamOf } from '../streams/stream-of.ts';
import { type CommandKey, commandKey, earlierResult, keyOf, sameBody } from './idempotency.ts';
import { type Owned, owned } from './own.ts';

/** The origin of a command: the person, the time and the key of the request. */
export type By = {
  readonly uid: string;
  readonly at: string;
  readonly requestId: string;
  readonly accounts: readonly string[];
  readonly ifMatch: number | null;
  /**
   * Gives the request's Idempotency-Key within this account. Null: the request is not recognised when it is repeated.
   */
  readonly keyFor: ((accountId: string) => Promise<CommandKey | null>) | null;
};

/** The origin of a request that honours no Idempotency-Key. */
export const byCaller = ({ actor, now, requestId, accounts, headers: { ifMatch } }: Caller): By => ({
  uid: actor.uid,
  at: new Date(now).toISOString(),
  requestId,
  accounts,
  ifMatch,
  keyFor: null,
});

/** The origin of a POST, which honours an Idempotency-Key. */
export function byKey(
  request: Caller & { readonly body: unknown },
  { ids, fingerprint }: { readonly ids: Ids; fingerprint(text: string): Promise<string> },
): By {
  const { path, body, headers } = request;
  const keyed = { method: 'POST', path, key: headers.idempotencyKey, body };
  const keyFor = (accountId: string) => commandKey({ ...keyed, accountId }, ids, fingerprint);
  return { ...byCaller(request), keyFor: headers.idempotencyKey === null ? null : keyFor };
}

/** A resource of the caller with its present state in the log: read once for the whole command. */
export type Opened<State> = {
  readonly id: string;
  readonly by: By;
  readonly fold: Fold<State>;
  readonly events: readonly Envelope[];
  readonly state: State;
  readonly key: CommandKey | null;
  /** The event that an earlier request under the same key made. */
  readonly earlier: Envelope | null;
};

/**
 * Reads the resource that a command changes. Throws Problem not_found if it does not exist, is deleted or belongs to
 * another account; and idempotency_key_reused.
 */
export async function openOwn<State extends Owned>(
  log: EventLog,
  id: string,
  by: By,
  fold: Fold<State>,
): Promise<Opened<State>> {
  return openedFrom(await (by.keyFor === null ? log.current(id) : log.read(id)), id, by, fold);
}

/**
 * Like `openOwn`, from events that were just read. If the request may have a key, they must be all events of the
 * stream.
 */
export async function openedFrom<State extends Owned>(
  events: readonly Envelope[],
  id: string,
  by: By,
  fold: Fold<State>,
): Promise<Opened<State>> {
  const state = owned(fold(events), by.accounts);
  const key = (await by.keyFor?.(state.account_id)) ?? null;
  return { id, by, fold, events, state, key, earlier: earlierResult(events, key) };
}

/** The result of a command. */
export type Appended<State, Prepared> = {
  /** The state after the event. */
  readonly state: State;
  /** The event that an earlier request under the same key made; null when this one made its own. */
  readonly earlier: Envelope | null;
  readonly prepared: Prepared;
};

/**
 * Decides on the present state of the caller's resource and appends the event. Under one key the event is appended
 * once. `prepare` gets the state after the event, but runs before the append: reads for the reply then cannot fail
 * after the command was accepted. Throws Problem.
 */
export async function appendOwn<State extends Owned & { readonly changes: number }, E extends DomainEvent, Prepared>(
  log: EventLog,
  { id, by, fold, events, key }: Opened<State>,
  decide: (state: State) => E,
  prepare: (after: State) => Promise<Prepared>,
): Promise<Appended<State, Prepared>> {
  const own = recognising(log, streamOf(log, id, fold, withinRequest), key?.commandId ?? null);
  const stream = startingFrom<State>(eventsRead(events), own);
  const outcome = await decideAndAppend<State, Prepared>(log, stream, async (now) => {
    const state = owned(now, by.accounts);
    assertMatches(by, state.version);
    const event = eventOf(state, decide(state), by, key);
    return { events: [event], result: await prepare(present(stateAfter(stream, state, [event]))) };
  });
  if (outcome.kind === 'conflict') throw new Problem('try_again');
  if (outcome.kind !== 'earlier') return { state: present(outcome.state), earlier: null, prepared: outcome.result };
  sameBody(outcome.event, key);
  const state = present(outcome.stateThen);
  return { state, earlier: outcome.event, prepared: await prepare(state) };
}

/** For a command whose reply needs nothing besides the state. */
export const nothing = async (): Promise<null> => null;

/** Throws Problem version_conflict when the request's If-Match names another version. */
export function assertMatches({ ifMatch }: Pick<By, 'ifMatch'>, version: number): void {
  if (ifMatch !== null && ifMatch !== version) throw new Problem('version_conflict');
}

function eventOf(
  state: Owned & { readonly id: string; readonly changes: number },
  event: DomainEvent,
  { uid, at, requestId }: By,
  key: CommandKey | null,
): NewEvent {
  if (exceedsChanges(state, event.type))
    throw new Problem('too_many_changes', { members: { limit: 'changes', value: MAX_CHANGES } });
  const { id: streamId, account_id: accountId, version } = state;
  const origin = { streamId, version: version + 1, accountId, actor: userActor(uid), at, requestId, audited: true };
  return { ...origin, ...keyOf(key), event };
}

/** Throws Problem not_found for null. */
export function present<State>(state: State | null): State {
  if (state === null) throw new Problem('not_found');
  return state;
}
