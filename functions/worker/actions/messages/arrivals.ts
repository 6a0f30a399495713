import { createHash } from 'node:crypto';
import {
  formatUidSet,
  fromUids,
  intersectUids,
  lastUids,
  MAX_UID,
  parseUidSet,
  splitUids,
  type UidSet,
} from '../../../domain/sync/uid-set.ts';
import type { MailboxSession } from '../../../ports/mailbox.ts';
import { failure, type Identity } from './source.ts';

/** Identifies a message in any mailbox: 66 bits of the hash of its Message-ID, date and size. */
export function fingerprint({ messageId, internalDate, size }: Identity): string {
  const text = JSON.stringify([messageId, internalDate, size]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}

/** The state of the target before anything was sent to it. */
export type TargetMark = {
  readonly path: string;
  /** The server's own spelling. */
  readonly name: string;
  readonly uidValidity: number;
  /** Greater than every UID in the target at that time. */
  readonly uidNext: number;
};

const PER_FETCH = 500;
/** Maximum number of new messages to examine: a mailbox does not receive more during the life of a job. */
const MAX_ARRIVALS = 20_000;

/**
 * The messages that arrived in the target since the mark, by source UID: those with the same Message-ID, date and
 * size. Each arrived message is matched once. Selects the target. Throws MailboxFailure, `uidvalidity_changed` when
 * the target was replaced by another mailbox.
 */
export async function arrivals(
  session: Pick<MailboxSession, 'select' | 'searchMessages' | 'fetchMessages'>,
  mark: TargetMark,
  fingerprints: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, number>> {
  const target = await session.select(mark.name, 'read');
  if (target.uidValidity !== mark.uidValidity)
    throw failure('uidvalidity_changed', 'The target mailbox was replaced since the messages were sent there.');
  const found = new Map<number, number>();
  if (mark.uidNext > MAX_UID) return found;
  // Without an upper bound: the server's UIDNEXT may be too low.
  const since: UidSet = [[mark.uidNext, MAX_UID]];
  const { uids } = await session.searchMessages({ uids: formatUidSet(since) });
  const arrived = lastUids(intersectUids(parseUidSet(uids), since), MAX_ARRIVALS);
  const waiting = new Map<string, number[]>();
  for (const [uid, print] of fingerprints) waiting.set(print, [...(waiting.get(print) ?? []), uid]);
  for (const window of splitUids(arrived, PER_FETCH).toReversed()) {
    for (const row of await session.fetchMessages(formatUidSet(window))) {
      const source = waiting.get(fingerprint(row))?.shift();
      if (source !== undefined) found.set(source, row.uid);
    }
  }
  return found;
}

/** The pairs of a transfer as two sets in the same order; null when sorting would break the pairs. */
export function pairedSets(pairs: ReadonlyMap<number, number>): { source: string; target: string } | null {
  const sorted = [...pairs].sort(([one], [other]) => one - other);
  const rises = sorted.every(([, target], at) => at === 0 || target > (sorted[at - 1]?.[1] ?? 0));
  if (!rises || sorted.length === 0) return null;
  return {
    source: formatUidSet(fromUids(sorted.map(([source]) => source))),
    target: formatUidSet(fromUids(sorted.map(([, target]) => target))),
  };
}
