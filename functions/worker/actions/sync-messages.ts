/**
 * Brings stored message metadata in line with the server. All progress is in the mailbox records, written after the rows
 * they speak of: killed anywhere, the next run goes on from there. A sync of all folders succeeds when at least one could
 * be read; a folder that was asked for by name fails the job by its own failure.
 */

import {
  type SyncMessagesPayload,
  type SyncMessagesResult,
  syncMessagesPayload,
} from '../../domain/action/imap-sync-messages.ts';
import { canonicalPath } from '../../domain/action/message-set.ts';
import type { AttemptOutcome } from '../../domain/attempt/outcome.ts';
import type { FolderPlace } from '../../domain/sync/folder-order.ts';
import { logger } from '../../runtime/logger.ts';
import type { Action } from '../action.ts';
import { failure } from './messages/source.ts';
import { type Discovery, discover, type Folder } from './sync/discover.ts';
import { inOrder, isSyncedBefore, MOST_IDLE, noProgress, syncEach } from './sync/each-folder.ts';
import { eraseRemoved } from './sync/erase-removed.ts';
import { folderByName, noteFailure, syncNamed } from './sync/named-folder.ts';
import { refusalsOf } from './sync/refusals.ts';
import { estimateMessages, type SyncRun, startRun } from './sync/run.ts';
import { settleMoves } from './sync/settle-moves.ts';
import { emptyTally, resultOf, type Tally } from './sync/tally.ts';

/** How long to wait for another run that has one of the mailboxes. */
const BUSY_MS = 30_000;

export const syncMessages: Action<SyncMessagesPayload> = {
  name: 'imap_sync_messages',
  payload: syncMessagesPayload,
  async run(payload, context) {
    const run = startRun(payload, context);
    const folder = payload.folder === null ? null : canonicalPath(payload.folder);
    try {
      return await (folder === null ? syncAll(run) : syncOne(run, folder));
    } catch (error) {
      // The other halves of moves may be seen by the next attempt.
      if (!context.signal.aborted) await settleMoves(run).catch(() => {});
      throw error;
    }
  },
};

async function syncOne(run: SyncRun, path: string): Promise<AttemptOutcome> {
  const discovery = await discover(run.context, { namespaces: ['personal'], folder: path, statuses: false });
  const tally = emptyTally();
  const folder = await folderByName(run, discovery, path);
  if (await syncNamed(run, folder, tally)) return ended(run, discovery, tally, { folders: 1, refused: [] });
  const outcome = await yielded(run);
  if (outcome.kind === 'failed') await noteFailure(run.context, folder.record, outcome.failure);
  return outcome;
}

async function syncAll(run: SyncRun): Promise<AttemptOutcome> {
  const { context, counts } = run;
  const { features } = await context.session();
  // Where LIST has the states of all folders, coming back to where the last attempt broke off costs nothing.
  if (features.listStatus) return syncFolders(run);
  const note = (place: FolderPlace | null) => context.mail.noteBreakOff(context.credentialId, 'messages', place);
  if (context.checkpoint === null) counts.from = await context.mail.brokeOffAt(context.credentialId, 'messages');
  try {
    const outcome = await syncFolders(run);
    if (outcome.kind === 'succeeded' && counts.from !== null) await note(null);
    return outcome;
  } catch (error) {
    if (!context.signal.aborted && counts.passed !== null) await note(counts.passed).catch(() => {});
    throw error;
  }
}

async function syncFolders(run: SyncRun): Promise<AttemptOutcome> {
  const { context } = run;
  const discovery = await discover(context, { namespaces: ['personal'], folder: null, statuses: false });
  const folders = inOrder(run, discovery.mailboxes.filter(isSynced));
  for (const { record, listed } of folders) {
    estimateMessages(run, record.key, Math.max(0, (listed.status?.messages ?? 0) - (record.sync?.known ?? 0)));
  }
  const tally = emptyTally();
  const witness = folders.find(({ record }) => record.lastError === null && record.sync?.syncedAt != null);
  const anyWell = folders.some(({ record }) => isSyncedBefore(run, record));
  const refusals = refusalsOf(run, { witness: witness?.record ?? null, anyWell });
  if (!(await syncEach(run, folders, tally, refusals))) {
    await refusals.settle();
    return yielded(run);
  }
  await refusals.settle(folders.some(({ record }) => !refusals.isRefused(record)));
  const errors = folders.flatMap(({ record }) => {
    const error = refusals.errorOf(record);
    return error === null ? [] : [{ ...error, folder: record.path }];
  });
  const [first] = errors;
  if (first !== undefined) {
    logger.warn('folders refused', { job_id: context.jobId, count: errors.length, code: first.code });
    if (errors.length === folders.length) throw failure(first.code, first.detail);
  }
  const refused = errors.map(({ folder, code }) => ({ folder, code }));
  return ended(run, discovery, tally, { folders: folders.length, refused });
}

/** Every selectable mailbox of the user's own, less those that show the messages of others. */
const isSynced = ({ listed: { selectable, namespace, specialUse } }: Folder): boolean =>
  selectable && namespace === 'personal' && specialUse !== '\\All' && specialUse !== '\\Flagged';

/**
 * The next part continues the sync. If the last parts made no progress, another one would not either: then the attempt
 * fails by what stopped them, and the retry policy decides.
 */
async function yielded(run: SyncRun): Promise<AttemptOutcome> {
  await settleMoves(run);
  const { advanced, trouble, fair } = run.progress;
  const idle = advanced ? 0 : run.counts.idle + (fair ? 1 : 0);
  if (idle < MOST_IDLE) return { kind: 'yielded', checkpoint: { ...run.counts, idle } };
  return { kind: 'failed', failure: (trouble ?? noProgress()).failure };
}

/** All folders are done with: what is left is to erase what has no place any more. */
async function ended(
  run: SyncRun,
  discovery: Discovery,
  tally: Tally,
  { folders, refused }: { readonly folders: number; readonly refused: SyncMessagesResult['refused'] },
): Promise<AttemptOutcome> {
  const { context, counts } = run;
  if (!(await eraseRemoved(context, discovery))) {
    run.progress.advanced = true;
    return yielded(run);
  }
  await settleMoves(run);
  if (counts.busy === null) {
    const result = resultOf(counts, tally, { folders, refused, damaged: discovery.fault !== null });
    return { kind: 'succeeded', result, ...(tally.recheckAt === null ? {} : { recheckAt: tally.recheckAt }) };
  }
  const until = context.now() + BUSY_MS;
  const checkpoint = { ...counts, idle: 0, passed: counts.busy.after, busy: null };
  return { kind: 'postponed', until, because: 'connection_slot', checkpoint };
}
