/** A folder that was asked for by name: its failure is the job's. */
import type { Failure } from '../../../domain/failure/failure.ts';
import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { isUnchanged } from '../../../domain/sync/plan-messages.ts';
import { refusedAgain } from '../../../domain/sync/refusals.ts';
import type { MailboxSession } from '../../../ports/mailbox.ts';
import { isMissing, spellingsOf } from '../mailboxes/spelling.ts';
import { failure } from '../messages/source.ts';
import { addMailbox } from './add-mailbox.ts';
import { type Discovery, type Folder, fromRecord } from './discover.ts';
import { countChanged, effectsOf, isSyncedBefore } from './each-folder.ts';
import { pathsFor } from './free-paths.ts';
import { MailboxLost } from './mailbox-work.ts';
import { syncMailbox } from './one-mailbox.ts';
import { isOfFolder } from './refusals.ts';
import { isTimeUp, type SyncRun } from './run.ts';
import { countOutcome, countStored, type Tally } from './tally.ts';

/**
 * The folder of a path. A damaged list does not say that one is not there: then its stored name, or the regular spelling
 * of its path, is tried. Throws MailboxFailure when there is none, or it is a container only.
 */
export async function folderByName({ context }: SyncRun, discovery: Discovery, path: string): Promise<Folder> {
  const listed = discovery.mailboxes.find(({ record }) => record.path === path);
  if (listed?.listed.selectable) return listed;
  if (listed !== undefined) {
    const error = failure('mailbox_not_selectable', 'The server lists it as a container only.');
    await noteFailure(context, listed.record, error.failure);
    throw error;
  }
  const all = await context.mail.mailboxes(context.credentialId);
  const stored = all.find((record) => record.path === path && record.generation === context.generation);
  const session = await context.session();
  if (discovery.fault === null) {
    const error = failure('mailbox_not_found', 'The server does not list this mailbox.');
    if (stored !== undefined) await noteFailure(context, stored, error.failure);
    throw error;
  }
  if (stored !== undefined) return fromRecord(stored, session);
  const name = await unlistedName(session, path);
  const known = all.find((record) => record.name === name && record.generation === context.generation);
  if (known !== undefined) return fromRecord(known, session);
  const delimiter = discovery.mailboxes.find(({ record }) => record.path === 'INBOX')?.listed.delimiter ?? null;
  const shown = {
    name,
    path,
    delimiter,
    namespace: 'personal',
    selectable: true,
    hasChildren: null,
    specialUse: null,
    status: null,
  } as const;
  const earlier = all.filter(({ generation }) => generation < context.generation);
  const record = await addMailbox(context, shown, {
    at: new Date(context.now()).toISOString(),
    former: new Map(earlier.map((each) => [each.path, each])),
    paths: pathsFor([], []),
  });
  return { record, listed: shown };
}

/**
 * The name of a mailbox that LIST does not show: the first spelling that can be selected. Throws MailboxFailure when
 * none can.
 */
async function unlistedName(session: MailboxSession, path: string): Promise<string> {
  for (const name of new Set(spellingsOf(session.nameFor(path), path))) {
    try {
      await session.select(name);
      return name;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw failure('mailbox_not_found', 'The server knows no such mailbox.');
}

/**
 * Reads the folder. False when time is up before it is done. Notes on the folder why it cannot be read, and throws that
 * MailboxFailure.
 */
export async function syncNamed(run: SyncRun, { record, listed }: Folder, tally: Tally): Promise<boolean> {
  const { context, counts, options } = run;
  if (isSyncedBefore(run, record) || isUnchanged(record, listed.status, options)) {
    countStored(tally, record);
    if (record.lastError !== null) await context.mail.noteError(record, null);
    return true;
  }
  if (isTimeUp(run)) return false;
  const before = effectsOf(run);
  try {
    const outcome = await syncMailbox(run, record);
    countOutcome(tally, outcome);
    const done = outcome.kind === 'done';
    countChanged(run, record, { before, done });
    return done;
  } catch (error) {
    if (error instanceof MailboxLost) {
      counts.busy = { after: null };
      return true;
    }
    if (isOfFolder(run, error)) await noteFailure(context, record, error.failure);
    throw error;
  }
}

/**
 * Notes the failure of a folder that was asked for by name. One folder does not show whether others fail too, so it gets
 * no back-off by this; a back-off that it has already grows.
 */
export async function noteFailure(
  { mail, now }: SyncRun['context'],
  record: MailboxRecord,
  cause: Failure,
): Promise<void> {
  const wasOwn = (record.lastError?.tries ?? 0) > 0;
  await mail.noteError(record, refusedAgain(record.lastError, cause, now(), wasOwn));
}
