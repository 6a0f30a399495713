/** What is known of the folders of a sync as a whole, beside what was counted in them. */
import type { SyncMessagesResult } from '../../../domain/action/imap-sync-messages.ts';
import { fits } from '../../../domain/action/result.ts';
import type { MailboxRecord, SyncState } from '../../../domain/mail/mailbox.ts';
import { secondPassAt } from '../../../domain/sync/plan-removals.ts';
import type { MailboxOutcome } from './one-mailbox.ts';
import type { SyncCheckpoint } from './run.ts';

export type Tally = {
  /** Messages that the server has and the store has not. */
  left: number;
  /** When the first of the second passes is due that removals wait for; ISO-8601. */
  recheckAt: string | null;
  exact: boolean;
};

export const emptyTally = (): Tally => ({ left: 0, recheckAt: null, exact: true });

/** Counts a folder as its record has it. */
export function countStored(tally: Tally, { sync, syncLevel }: MailboxRecord): void {
  tally.left += sync?.left ?? 0;
  tally.exact &&= syncLevel !== 'basic';
  suspect(tally, sync?.suspected ?? null);
}

/** Counts a folder that was looked into. */
export function countOutcome(tally: Tally, { left, suspected, exactFlags }: MailboxOutcome): void {
  tally.left += left;
  tally.exact &&= exactFlags;
  suspect(tally, suspected);
}

/** The first of the second passes that are due: it looks into all folders of this sync. */
function suspect(tally: Tally, suspected: SyncState['suspected']): void {
  if (suspected === null) return;
  const at = secondPassAt(suspected.at);
  tally.recheckAt = tally.recheckAt === null || at < tally.recheckAt ? at : tally.recheckAt;
}

/** Refused folders named in a result. */
const MOST_NAMED = 20;

/** `refused`: the folders that could not be read, in the order of the sync. */
export function resultOf(
  counts: SyncCheckpoint,
  tally: Tally,
  {
    folders,
    refused,
    damaged,
  }: {
    readonly folders: number;
    readonly refused: SyncMessagesResult['refused'];
    readonly damaged: boolean;
  },
): SyncMessagesResult {
  const { changed, added, updated, removed, moved, unreadable, resets } = counts;
  const named = refused.slice(0, MOST_NAMED);
  const result: SyncMessagesResult = {
    folders,
    unchanged: Math.max(0, folders - changed - refused.length),
    added,
    updated,
    removed,
    moved,
    unreadable,
    resets,
    backfill_left: tally.left,
    complete: tally.left === 0 && tally.recheckAt === null && !counts.unlisted && refused.length === 0 && !damaged,
    flags: tally.exact ? 'exact' : 'window',
    listing: damaged ? 'damaged' : 'whole',
    refused: named,
    refused_count: refused.length,
  };
  // Names may be long: those that do not fit are in the list of mailboxes.
  while (named.length > 0 && !fits(result)) named.pop();
  return result;
}
