/**
 * Idempotency without a table of its own: the log remembers. A create with an Idempotency-Key gets an id derived from
 * account, method, path and key, so that its replay meets its own first event. A command stores the key's digest with
 * its event. Both store an HMAC of the body: the same key with another body is refused.
 */
import type { Envelope } from '../../domain/event/event.ts';
import type { IdPrefix } from '../../domain/ids/ids.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Ids } from '../../ports/ids.ts';
import { Problem } from '../../runtime/http/problem.ts';

export type CommandKey = {
  readonly commandId: string;
  readonly fingerprint: string;
  /** The id a create under this key gets. */
  derive(prefix: IdPrefix): string;
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
  return {
    commandId: ids.digest(scope),
    fingerprint: await fingerprint(canonicalJson(body)),
    derive: (prefix) => ids.derive(prefix, scope),
  };
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
