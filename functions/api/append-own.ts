import { userActor } from '../domain/event/actors.ts';
import type { DomainEvent, Envelope } from '../domain/event/event.ts';
import { exceedsChanges, MAX_CHANGES } from '../domain/limits/changes.ts';
import type { Caller } from '../http/endpoint.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import { upTo } from '../streams/up-to.ts';
import { appendRetrying } from './append-retrying.ts';
import { type CommandKey, commandKey, earlierResult } from './idempotency.ts';
import { type Fold, type Owned, own } from './own.ts';

export type By = {
  readonly uid: string;
  readonly at: string;
  readonly requestId: string;
  readonly accounts: readonly string[];
  readonly ifMatch: number | null;
  /** Null: the request stands for itself. */
  readonly key: CommandKey | null;
};

/** Of a request that honours no Idempotency-Key. */
export const byCaller = ({ actor, now, requestId, accounts, headers: { ifMatch } }: Caller): By => ({
  uid: actor.uid,
  at: new Date(now).toISOString(),
  requestId,
  accounts,
  ifMatch,
  key: null,
});

/** Of a POST to a thing of this account. */
export async function byKey(
  request: Caller & { readonly body: unknown },
  accountId: string,
  { ids, fingerprint }: { readonly ids: Ids; fingerprint(text: string): Promise<string> },
): Promise<By> {
  const { path, body, headers } = request;
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  return { ...byCaller(request), key: await commandKey(keyed, ids, fingerprint) };
}

export type Appended<State> = {
  /** As it is after the event. */
  readonly state: State;
  /** The event that an earlier request under the same key made; null when this one made its own. */
  readonly earlier: Envelope | null;
};

/** Decides on what the caller owns as it is now and appends, once under one key. Throws Problem. */
export async function appendOwn<State extends Owned & { readonly changes: number }, E extends DomainEvent>(
  log: EventLog,
  streamId: string,
  by: By,
  fold: Fold<State>,
  decide: (state: State) => E,
): Promise<Appended<State>> {
  const { earlier, version } = await appendRetrying<{ earlier: Envelope | null; version: number }>(log, async () => {
    const before = by.key === null ? null : earlierResult(await log.read(streamId), by.key);
    if (before !== null) return { events: null, result: { earlier: before, version: before.version } };
    const state = await own(log, streamId, by.accounts, fold);
    if (by.ifMatch !== null && by.ifMatch !== state.version) throw new Problem('version_conflict');
    const decided = decide(state);
    if (exceedsChanges(state, decided.type))
      throw new Problem('too_many_changes', { members: { limit: 'changes', value: MAX_CHANGES } });
    const event = {
      streamId,
      version: state.version + 1,
      accountId: state.account_id,
      actor: userActor(by.uid),
      at: by.at,
      requestId: by.requestId,
      event: decided,
      audited: true,
      ...(by.key === null ? {} : { commandId: by.key.commandId, fingerprint: by.key.fingerprint }),
    };
    return { events: [event], result: { earlier: null, version: event.version } };
  });
  const state = fold(await upTo(log, streamId, version));
  if (state === null) throw new Problem('not_found');
  return { state, earlier };
}
