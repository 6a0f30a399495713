/**
 * Idempotency without a table of its own: the log remembers. A create with an Idempotency-Key gets an id derived from
 * account, method, path and key, so that its replay meets its own first event. Who knows these cannot tell the id: it
 * is an HMAC under the deployment's key. A command stores the key's digest with
 * its event. Both store an HMAC of the body: the same key with another body is refused.
 */
import type { Envelope } from '../domain/event/event.ts';
import type { IdPrefix } from '../domain/ids/ids.ts';
import { canonicalJson } from '../domain/text/canonical-json.ts';
import { Problem } from '../http/problem.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Ids } from '../ports/ids.ts';

export type CommandKey = {
  readonly commandId: string;
  readonly fingerprint: string;
  /** The id a create under this key gets. */
  derive(prefix: IdPrefix): string;
  /** The one it got before ids were HMACs. */
  formerly(prefix: IdPrefix): string;
};

export type KeyedRequest = {
  readonly accountId: string;
  readonly method: string;
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
};

/** Null when the caller sent no key: every such request stands for itself. */
export async function commandKey(
  request: KeyedRequest,
  ids: Ids,
  fingerprint: (text: string) => Promise<string>,
): Promise<CommandKey | null> {
  const { accountId, method, path, key, body } = request;
  if (key === null) return null;
  const scope = [accountId, method, path, key];
  // No body begins like this: its fingerprint is never what an id is made of.
  const hidden = await fingerprint(`id ${JSON.stringify(scope)}`);
  return {
    commandId: ids.digest(scope),
    fingerprint: await fingerprint(canonicalJson(body)),
    derive: (prefix) => ids.derive(prefix, [hidden]),
    formerly: (prefix) => ids.derive(prefix, scope),
  };
}

/**
 * The id of what a create makes: under an Idempotency-Key always the same, else a new one. A key that was used before ids
 * were HMACs keeps the id of then.
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

/** The event this key has already made in the stream, null when it is new there. Throws Problem idempotency_key_reused. */
export function earlierResult(history: readonly Envelope[], key: CommandKey | null): Envelope | null {
  const earlier = key === null ? undefined : history.find((event) => event.command_id === key.commandId);
  if (earlier === undefined || key === null) return null;
  sameBody(earlier, key);
  return earlier;
}

/** Throws Problem idempotency_key_reused when the event under this key came with another body. */
export function sameBody(earlier: Envelope, { fingerprint }: CommandKey): void {
  if (earlier.fingerprint !== fingerprint) throw new Problem('idempotency_key_reused');
}
