/**
 * Idempotency without a table of its own: the log remembers. A create with an Idempotency-Key gets an id derived from
 * account, method, path and key, so that a replay finds its own first event. The id cannot be computed from these
 * alone: it is an HMAC under the deployment's key. A command stores the key's digest with its event. Both store an HMAC
 * of the body: the same key with another body is refused.
 */
import type { Envelope } from '../domain/event/event.ts';
import type { IdPrefix } from '../domain/ids/ids.ts';
import { canonicalJson } from '../domain/text/canonical-json.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';
import type { Fold, Stream } from '../streams/decide-and-append.ts';
import { withinRequest } from '../streams/retries.ts';
import { eventsRead, recognising } from '../streams/stream-of.ts';

export type CommandKey = {
  readonly commandId: string;
  readonly fingerprint: string;
  /** The id that a create under this key gets. */
  derive(prefix: IdPrefix): string;
  /** The id that it got in releases before ids were HMACs. */
  formerly(prefix: IdPrefix): string;
};

export type KeyedRequest = {
  readonly accountId: string;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
};

/** Null if the caller sent no key: such a request is not recognised when it is repeated. */
export async function commandKey(
  request: KeyedRequest,
  ids: Ids,
  fingerprint: (text: string) => Promise<string>,
): Promise<CommandKey | null> {
  const { accountId, method, path, key, body } = request;
  if (key === null) return null;
  const scope = [accountId, method, path, key];
  // No canonical body begins with `id `, so the fingerprint of a body never equals the source of an id.
  const hidden = await fingerprint(`id ${JSON.stringify(scope)}`);
  return {
    commandId: ids.digest(scope),
    fingerprint: await fingerprint(canonicalJson(body)),
    derive: (prefix) => ids.derive(prefix, [hidden]),
    formerly: (prefix) => ids.derive(prefix, scope),
  };
}

/** The stream of a new resource. It is read only if an earlier request under the key may have created the resource. */
export const createdStream = <State>(
  log: Pick<EventLog, 'read'>,
  id: string,
  fold: Fold<State>,
  key: CommandKey | null,
): Stream<State> => {
  const unread = { id, fold, read: async () => eventsRead([]), commandId: async () => null, retries: withinRequest };
  return recognising(log, unread, key?.commandId ?? null);
};

/**
 * The id of a new resource: under an Idempotency-Key always the same, otherwise a new one. A key that was used before
 * ids were HMACs keeps its old id.
 */
export async function createdId(
  prefix: IdPrefix,
  key: CommandKey | null,
  { log, ids }: { readonly log: Pick<EventLog, 'read'>; readonly ids: Pick<Ids, 'next'> },
): Promise<string> {
  if (key === null) return ids.next(prefix);
  const former = key.formerly(prefix);
  const [first] = await log.read(former, 0, 1);
  return first?.command_id === key.commandId ? former : key.derive(prefix);
}

/** The fields that an event stores of its Idempotency-Key. */
export const keyOf = (key: CommandKey | null): Partial<Pick<CommandKey, 'commandId' | 'fingerprint'>> =>
  key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint };

/**
 * The event that this key has already created in the stream; null if there is none. Throws Problem
 * idempotency_key_reused.
 */
export function earlierResult(history: readonly Envelope[], key: CommandKey | null): Envelope | null {
  const earlier = key === null ? undefined : history.find((event) => event.command_id === key.commandId);
  if (earlier === undefined) return null;
  sameBody(earlier, key);
  return earlier;
}

/** Throws Problem idempotency_key_reused when the event under this key came with another body. */
export function sameBody(earlier: Envelope, key: CommandKey | null): void {
  if (key !== null && earlier.fingerprint !== key.fingerprint) throw new Problem('idempotency_key_reused');
}
