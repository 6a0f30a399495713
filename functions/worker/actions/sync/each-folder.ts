/**
 * Syncs folder after folder over one login. A folder that LIST or STATUS proves unchanged is not selected; a folder
 * that cannot be read is skipped. Later runs of an attempt do not visit finished folders again.
 */
import type { MailboxRecord, StoredStatus } from '../../../domain/mail/mailbox.ts';
import { comparePlaces, type FolderPlace, folderPlaceOf } from '../../../domain/sync/folder-order.ts';
import { isUnchanged, mayBeUnchanged } from '../../../domain/sync/plan-messages.ts';
import { isWaiting } from '../../../domain/sync/refusals.ts';
import type { MailboxFailure } from '../../../ports/mailbox.ts';
import { failure } from '../messages/source.ts';
import type { Folder } from './discover.ts';
import { MailboxLost } from './mailbox-work.ts';
import { syncMailbox } from './one-mailbox.ts';
import { isOfFolder, type Refusals } from './refusals.ts';
import { assertOurs, type SyncRun, timeLeft } from './run.ts';
import { countOutcome, countStored, type Tally } from './tally.ts';

/** After this many runs in a row without progress and without an error, a folder counts as refused. */
export const MAX_IDLE = 3;

/** The folders in the order of the attempt. */
export function inOrder({ counts }: SyncRun, folders: readonly Folder[]): readonly Folder[] {
  const places = new Map(folders.map((folder) => [folder, folderPlaceOf(folder.record, counts.startedAt)]));
  const compare = (one: Folder, other: Folder): number => {
    const [left, right] = [places.get(one), places.get(other)];
    return left === undefined || right === undefined ? 0 : comparePlaces(left, right, counts.from);
  };
  return folders.toSorted(compare);
}

/**
 * Syncs the folders, given in the order of the attempt. False when time is over before all are done. Throws
 * MailboxFailure when the sync cannot continue.
 */
export async function syncEach(
  run: SyncRun,
  folders: readonly Folder[],
  tally: Tally,
  refusals: Refusals,
): Promise<boolean> {
  const { context, counts } = run;
  for (const folder of folders) {
    assertOurs(context);
    const place = folderPlaceOf(folder.record, counts.startedAt);
    if (isBehind(run, place)) countStored(tally, folder.record);
    else if (!(await visit(run, folder, tally, refusals))) return false;
    else counts.passed = place;
  }
  return true;
}

function isBehind({ counts: { passed, from } }: SyncRun, place: FolderPlace): boolean {
  return passed !== null && comparePlaces(place, passed, from) <= 0;
}

/** Syncs one folder. False when time is over before it is done. */
async function visit(run: SyncRun, folder: Folder, tally: Tally, refusals: Refusals): Promise<boolean> {
  const { context, counts, options, progress } = run;
  const { record, listed } = folder;
  if (isSyncedBefore(run, record) || isUnchanged(record, listed.status, options)) {
    countStored(tally, record);
    await refusals.unchanged(record);
    return true;
  }
  const startedAt = context.checkpoint === null ? null : counts.startedAt;
  if (isWaiting(refusals.errorOf(record), { now: context.now(), startedAt, full: options.full })) {
    countStored(tally, record);
    return true;
  }
  const time = timeLeft(run);
  if (time === 'none') return false;
  try {
    if (isUnchanged(record, await statusOf(run, folder), options)) {
      countStored(tally, record);
      await refusals.unchanged(record);
      progress.advanced = true;
      return true;
    }
    return await read(run, folder, { tally, refusals, fair: time === 'fair' });
  } catch (error) {
    if (error instanceof MailboxLost) counts.busy ??= { after: counts.passed };
    else if (isOfFolder(run, error)) {
      countStored(tally, record);
      await refusals.refused(record, error);
    } else throw error;
    return true;
  }
}

/** The status of a folder that LIST did not give, requested only if it can make EXAMINE unnecessary. */
async function statusOf(run: SyncRun, { record, listed }: Folder): Promise<StoredStatus | null> {
  const session = await run.context.session();
  const { condstore, listStatus } = session.features;
  if (!condstore || listStatus || !mayBeUnchanged(record, run.options)) return null;
  try {
    return await session.status(listed.name);
  } catch (error) {
    // EXAMINE decides. A folder that does not answer is not asked twice.
    if (isOfFolder(run, error) && (session.usable || error.failure.code === 'connection_closed')) return null;
    throw error;
  }
}

/** Reads one folder. `fair`: there is enough time to make progress. False when time is over before it is done. */
async function read(
  run: SyncRun,
  { record }: Folder,
  { tally, refusals, fair }: { readonly tally: Tally; readonly refusals: Refusals; readonly fair: boolean },
): Promise<boolean> {
  const { counts, progress } = run;
  const before = effectsOf(run);
  const { advanced } = progress;
  progress.advanced = false;
  progress.trouble = null;
  let outcome: Awaited<ReturnType<typeof syncMailbox>>;
  let stuck: boolean;
  try {
    outcome = await syncMailbox(run, record);
  } finally {
    stuck = fair && !progress.advanced;
    progress.advanced ||= advanced;
  }
  countOutcome(tally, outcome);
  const done = outcome.kind === 'done';
  countChanged(run, record, { before, done });
  // The folder had enough time and made no progress: it counts as failed, so that later folders need not wait.
  if (!done && stuck && (progress.trouble !== null || counts.idle + 1 >= MAX_IDLE)) {
    await refusals.refused(record, progress.trouble ?? noProgress());
    return true;
  }
  await refusals.opened(record);
  return done;
}

/** The sum of all counts so far, over all folders. */
export const effectsOf = ({ counts: { added, updated, removed, unreadable, resets } }: SyncRun): number =>
  added + updated + removed + unreadable + resets;

/** Counts a changed folder once over all runs that work on it. `before`: `effectsOf` before this run. */
export function countChanged(
  run: SyncRun,
  { key }: MailboxRecord,
  { before, done }: { readonly before: number; readonly done: boolean },
): void {
  const isChanged = effectsOf(run) !== before;
  if (isChanged && run.counts.current !== key) run.counts.changed += 1;
  run.counts.current = done || !isChanged ? null : key;
}

/** Whether an earlier run of this attempt has synced it. */
export function isSyncedBefore({ context, counts }: SyncRun, { sync }: MailboxRecord): boolean {
  const syncedAt = sync?.syncedAt ?? null;
  return context.checkpoint !== null && syncedAt !== null && Date.parse(syncedAt) >= counts.startedAt;
}

export const noProgress = (): MailboxFailure =>
  failure('deadline_exceeded', `${MAX_IDLE} continuations of the attempt in a row made no progress.`);
