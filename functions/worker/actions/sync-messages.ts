/**
 * Brings stored message metadata in line with the server, folder after folder over one login. All progress is in the
 * mailbox records, written after the rows they speak of: killed anywhere, the next run goes on from there. A folder in
 * which LIST proves that nothing happened is not even selected.
 */

import {
  type SyncMessagesPayload,
  type SyncMessagesResult,
  syncMessagesPayload,
} from '../../domain/action/imap-sync-messages.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import { categoryOf, FAILURES, type FailureCode } from '../../domain/failure/catalogue.ts';
import type { SyncState } from '../../domain/mail/mailbox.ts';
import { isUnchanged } from '../../domain/sync/plan-messages.ts';
import { secondPassAt } from '../../domain/sync/plan-removals.ts';
import { MailboxFailure } from '../../ports/mailbox.ts';
import type { Action } from '../action.ts';
import { type Discovery, discover, eraseRemoved } from './sync/discover.ts';
import { MailboxLost } from './sync/mailbox-work.ts';
import { settleMoves } from './sync/moves.ts';
import { syncMailbox } from './sync/one-mailbox.ts';
import { assertOurs, isTimeUp, type SyncRun, startRun } from './sync/run.ts';

/** How long to wait for another run that has one of the mailboxes. */
const BUSY_MS = 30_000;
/** Parts in a row without any progress. */
const MOST_IDLE = 3;

type Folder = Discovery['mailboxes'][number];
type Tally = { left: number; recheckAt: string | null; exact: boolean; busy: boolean; refused: MailboxFailure | null };

export const syncMessages: Action<SyncMessagesPayload> = {
  name: 'imap_sync_messages',
  payload: syncMessagesPayload,
  async run(payload, context) {
    const run = startRun(payload, context);
    try {
      return await syncFolders(run, payload);
    } catch (error) {
      // The other halves of moves may be seen by the next attempt.
      if (!context.signal.aborted) await settleMoves(run).catch(() => {});
      throw error;
    }
  },
};

async function syncFolders(run: SyncRun, payload: SyncMessagesPayload): Promise<AttemptOutcome> {
  const { context } = run;
  const folder = payload.folder?.toUpperCase() === 'INBOX' ? 'INBOX' : payload.folder;
  const discovery = await discoverFor(run, folder);
  const folders = foldersOf(discovery, folder);
  const tally: Tally = { left: 0, recheckAt: null, exact: true, busy: false, refused: null };
  for (const { record, listed } of folders) {
    run.progress.total += Math.max(0, (listed.status?.messages ?? 0) - (record.sync?.known ?? 0));
  }
  for (const each of folders) {
    assertOurs(context);
    if (!(await syncFolder(run, each, tally))) return yielded(run);
  }
  if (!(await eraseRemoved(context, discovery))) {
    run.progress.advanced = true;
    return yielded(run);
  }
  if (tally.refused !== null) throw tally.refused;
  await settleMoves(run);
  if (!tally.busy) {
    const result = resultOf(run, folders.length, tally);
    return { kind: 'succeeded', result, ...(tally.recheckAt === null ? {} : { recheckAt: tally.recheckAt }) };
  }
  const until = context.now() + BUSY_MS;
  return { kind: 'postponed', until, because: 'connection_slot', checkpoint: { ...run.counts, idle: 0 } };
}

/** False when time is up before the folder is done. */
async function syncFolder(run: SyncRun, { record, listed }: Folder, tally: Tally): Promise<boolean> {
  const { counts, options } = run;
  if (isUnchanged(record, listed.status, options) || isDone(run, record.sync?.syncedAt ?? null)) {
    tally.left += record.sync?.left ?? 0;
    tally.exact &&= record.syncLevel !== 'basic';
    suspect(tally, record.sync?.suspected ?? null);
    return true;
  }
  if (isTimeUp(run)) return false;
  const before = effects(run);
  try {
    const outcome = await syncMailbox(run, record);
    tally.left += outcome.left;
    suspect(tally, outcome.suspected);
    tally.exact &&= outcome.exactFlags;
    if (effects(run) !== before && counts.current !== record.key) counts.changed += 1;
    const done = outcome.kind === 'done';
    counts.current = done || effects(run) === before ? null : record.key;
    return done;
  } catch (error) {
    if (error instanceof MailboxLost) tally.busy = true;
    else if (error instanceof MailboxFailure && isOfThisFolder(error)) tally.refused ??= error;
    else throw error;
    return true;
  }
}

/** The first of the second passes that are due: it looks into all folders of this sync. */
function suspect(tally: Tally, suspected: SyncState['suspected']): void {
  if (suspected === null) return;
  const at = secondPassAt(suspected.at);
  tally.recheckAt = tally.recheckAt === null || at < tally.recheckAt ? at : tally.recheckAt;
}

/** The other folders may be well: they are synced before the run fails with the first refusal. */
function isOfThisFolder({ failure: { code } }: MailboxFailure): boolean {
  return (
    ['not_found', 'server', 'authorization', 'conflict'].includes(categoryOf(code)) && FAILURES[code].scope === 'job'
  );
}

const effects = ({ counts: { added, updated, removed, unreadable, resets } }: SyncRun): number =>
  added + updated + removed + unreadable + resets;

/** Synced by an earlier part of this attempt. */
function isDone({ context, counts }: SyncRun, syncedAt: string | null): boolean {
  return context.checkpoint !== null && syncedAt !== null && Date.parse(syncedAt) >= counts.startedAt;
}

const discoverFor = ({ context }: SyncRun, folder: string | null): Promise<Discovery> =>
  discover(context, ({ path, namespace }) => namespace === 'personal' || path === folder, false);

function foldersOf({ mailboxes }: Discovery, folder: string | null): readonly Folder[] {
  if (folder === null) {
    return mailboxes.filter(
      ({ listed: { selectable, namespace, specialUse } }) =>
        selectable && namespace === 'personal' && specialUse !== '\\All' && specialUse !== '\\Flagged',
    );
  }
  const found = mailboxes.find(({ listed }) => listed.path === folder);
  if (found === undefined) throw failure('mailbox_not_found', 'The server does not list this mailbox.');
  if (!found.listed.selectable) throw failure('mailbox_not_selectable', 'The server lists it as a container only.');
  return [found];
}

function failure(code: FailureCode, detail: string): MailboxFailure {
  return new MailboxFailure({ code, detail, retryAfterMs: null, outcomeUnknown: false });
}

/**
 * The next part goes on. If none of the last ones has come any further, another would not either: the attempt fails by
 * what kept them from it, and the retry policy decides.
 */
async function yielded(run: SyncRun): Promise<AttemptOutcome> {
  await settleMoves(run);
  const { advanced, trouble, fair } = run.progress;
  const idle = advanced ? 0 : run.counts.idle + (fair ? 1 : 0);
  if (idle < MOST_IDLE) return { kind: 'yielded', checkpoint: { ...run.counts, idle } };
  const detail = `${idle} parts of the attempt in a row came no further.`;
  return { kind: 'failed', failure: (trouble ?? failure('deadline_exceeded', detail)).failure };
}

function resultOf(run: SyncRun, folders: number, tally: Tally): SyncMessagesResult {
  const { changed, added, updated, removed, moved, unreadable, resets } = run.counts;
  return {
    folders,
    unchanged: Math.max(0, folders - changed),
    added,
    updated,
    removed,
    moved,
    unreadable,
    resets,
    backfill_left: tally.left,
    complete: tally.left === 0 && tally.recheckAt === null,
    flags: tally.exact ? 'exact' : 'window',
  };
}
