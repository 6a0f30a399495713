import { createHash } from 'node:crypto';
import type { Seen } from '../../../domain/sync/moves.ts';

/** What one part saw come and go, until it is settled. */
export type Moves = {
  added(mailboxKey: string, message: Traits, arrived: boolean): void;
  removed(mailboxKey: string, message: Traits): void;
  /** Hands over what was seen and forgets it. */
  take(): { readonly added: readonly Seen[]; readonly removed: readonly Seen[] };
};

type Traits = {
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly internalDate: string | null;
  readonly size: number | null;
};

/** Enough for what people move by hand; a first sync of a large mailbox is not remembered whole. */
const MOST = 20_000;

export function movesOf(): Moves {
  let added: Seen[] = [];
  let removed: Seen[] = [];
  const note = (list: Seen[], mailboxKey: string, message: Traits, arrived: boolean): void => {
    const print = fingerprint(message);
    if (print !== null && list.length < MOST) list.push({ print, mailboxKey, arrived });
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

/** Short, and tells nothing of the message. */
function fingerprint({ messageId, providerMessageId, internalDate, size }: Traits): string | null {
  if (providerMessageId === null && (messageId === null || internalDate === null || size === null)) return null;
  const identity = providerMessageId ?? JSON.stringify([messageId, internalDate, size]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 12);
}
