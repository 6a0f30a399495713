import { createHash } from 'node:crypto';
import type { Seen } from '../../../domain/sync/moves.ts';

/** The messages that one run saw come and go, until they are settled. */
export type Moves = {
  added(mailboxKey: string, message: Traits, arrived: boolean): void;
  removed(mailboxKey: string, message: Traits): void;
  /** Returns the messages seen and clears the list. */
  take(): { readonly added: readonly Seen[]; readonly removed: readonly Seen[] };
};

type Traits = {
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly internalDate: string | null;
  readonly size: number | null;
};

/** Enough for moves by hand; a first sync of a large mailbox is not kept completely. */
const MAX_TRACES = 20_000;

/** An empty collection of seen moves. */
export function movesOf(): Moves {
  let added: Seen[] = [];
  let removed: Seen[] = [];
  const note = (list: Seen[], mailboxKey: string, message: Traits, arrived: boolean): void => {
    const print = fingerprint(message);
    if (print !== null && list.length < MAX_TRACES) list.push({ print, mailboxKey, arrived });
  };
  return {
    added: (mailboxKey, message, arrived) => note(added, mailboxKey, message, arrived),
    removed: (mailboxKey, message) => note(removed, mailboxKey, message, false),
    take() {
      const seen = { added, removed };
      [added, removed] = [[], []];
      return seen;
    },
  };
}

/** Short, and reveals nothing about the message. */
function fingerprint({ messageId, providerMessageId, internalDate, size }: Traits): string | null {
  if (providerMessageId === null && (messageId === null || internalDate === null || size === null)) return null;
  const identity = providerMessageId ?? JSON.stringify([messageId, internalDate, size]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 12);
}
