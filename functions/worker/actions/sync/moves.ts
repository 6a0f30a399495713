import { createHash } from 'node:crypto';
import { matchMoves, type Seen } from '../../../domain/sync/moves.ts';
import type { SyncRun } from './run.ts';

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
/** Two runs of a credential may end at the same time. */
const TRIES = 3;

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

/**
 * Counts as moved what this part and the last minutes show to have been moved, and remembers the halves that are left.
 * What is at stake are counts alone: when the store's item is too hotly contested, they are forgotten.
 */
export async function settleMoves({
  context,
  counts,
  moves,
}: Pick<SyncRun, 'context' | 'counts' | 'moves'>): Promise<void> {
  const { mail, credentialId, generation, jobId, now } = context;
  const seen = moves.take();
  if (seen.added.length === 0 && seen.removed.length === 0) return;
  for (let attempt = 1; ; attempt += 1) {
    const { version, traces } = await mail.traces(credentialId);
    const known = traces?.generation === generation ? traces : { generation, removed: [], added: [] };
    const matched = matchMoves(known, seen, { by: jobId, since: counts.startedAt, now: now() });
    const stored = !matched.changed || (await mail.putTraces(credentialId, { version, traces: matched.traces }));
    if (!stored && attempt < TRIES) continue;
    counts.moved += matched.moved;
    counts.added -= Math.min(counts.added, matched.added);
    counts.removed -= Math.min(counts.removed, matched.removed);
    return;
  }
}

/** Short, and tells nothing of the message. */
function fingerprint({ messageId, providerMessageId, internalDate, size }: Traits): string | null {
  if (providerMessageId === null && (messageId === null || internalDate === null || size === null)) return null;
  const identity = providerMessageId ?? JSON.stringify([messageId, internalDate, size]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 12);
}
