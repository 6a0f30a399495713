/** The state of all folders of a sync, beside its counts. */
import type { SyncMessagesResult } from '../../../domain/action/imap-sync-messages.ts';
import { fits } from '../../../domain/action/result.ts';
import type { MailboxRecord, SyncState } from '../../../domain/mail/mailbox.ts';
import { secondPassAt } from '../../../domain/sync/plan-removals.ts';
import type { MailboxOutcome } from './one-mailbox.ts';
import type { SyncCheckpoint } from './run.ts';

export type Tally = {
  /** Messages on the server that are not stored yet. */
  left: number;
  /** The earliest due time of a second pass that removals wait for; ISO-8601. */
  recheckAt: string | null;
  exact: boolean;
};

export const emptyTally = (): Tally => ({ left: 0, recheckAt: null, exact: true });

/** Counts a folder by its record. */
export function countStored(tally: Tally, { sync, syncLevel }: MailboxRecord): void {
  tally.left += sync?.left ?? 0;
  tally.exact &&= syncLevel !== 'basic';
  suspect(tally, sync?.suspected ?? null);
}

/** Counts a folder that was read. */
export function countOutcome(tally: Tally, { left, suspected, exactFlags }: MailboxOutcome): void {
  tally.left += left;
  tally.exact &&= exactFlags;
  suspect(tally, suspected);
}

/** Keeps the earliest second pass that is due: it covers all folders of this sync. */
function suspect(tally: Tally, suspected: SyncState['suspected']): void {
  if (suspected === null) return;
  const at = secondPassAt(suspected.at);
  tally.recheckAt = tally.recheckAt === null || at < tally.recheckAt ? at : tally.recheckAt;
}

/** Maximum number of refused folders named in a result. */
const MAX_NAMED = 20;

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
  const named = refused.slice(0, MAX_NAMED);
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
