/** Determines the state of a transfer's target before anything is sent to it. */
import { categoryOf, type FailureCategory } from '../../../domain/failure/catalogue.ts';
import { isPlausible } from '../../../domain/sync/plan-messages.ts';
import { formatUidSet, MAX_UID, parseUidSet } from '../../../domain/sync/uid-set.ts';
import { MailboxFailure, type MailboxSession, type MailboxStatus } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import { newPlace } from '../mailboxes/listed.ts';
import { byName, hierarchyOf, isMissing, listedAt, listedLike, spellingsOf } from '../mailboxes/spelling.ts';
import type { TargetMark } from './arrivals.ts';
import { failure, type Source } from './source.ts';

/** If STATUS fails with these categories, SELECT may still work. */
const USELESS: ReadonlySet<FailureCategory> = new Set(['server', 'protocol']);

/** A mark as an attempt stored it. `name` is null in plans from before names were stored. */
type WrittenMark = Omit<TargetMark, 'name'> & { readonly name: string | null };

/** The mark of an earlier attempt, completed with the name of its mailbox. */
export async function namedMark({ session, records }: Source, { name, ...mark }: WrittenMark): Promise<TargetMark> {
  if (name !== null) return { ...mark, name };
  return byName(session, records, mark.path, async (found) => {
    await session.status(found);
    return { ...mark, name: found };
  });
}

/**
 * Marks the target. Creates it if `create` is set and it does not exist: neither in LIST in any spelling, nor hidden
 * by a damaged list. Throws MailboxFailure, `mailbox_not_found` when it does not exist.
 */
export async function markTarget(
  context: ActionContext,
  source: Source,
  path: string,
  create: boolean,
): Promise<TargetMark> {
  const { session, records } = source;
  const stored = records.find((each) => each.path === path)?.name ?? null;
  const known = stored === null ? null : await markOfAny(source, path, [stored]);
  if (known !== null) return known;
  const hierarchy = await hierarchyOf(session, records);
  const listed = create ? listedLike(hierarchy, path) : listedAt(hierarchy, path);
  const name = listed?.name ?? stored ?? newPlace(hierarchy, session, path).name;
  // If the name is known, a hidden mailbox in another spelling is a different one. It still prevents creating one.
  const isHidden = listed === undefined && hierarchy.fault !== null && (create || stored === null);
  const found = await markOfAny(source, path, isHidden ? spellingsOf(name, path) : [name]);
  if (found !== null) return found;
  // A listed name that cannot be selected is a level without messages: creating it makes a mailbox of it.
  if (!create || listed?.selectable) throw failure('mailbox_not_found', 'The server has no such mailbox.');
  await context.mutate(() => session.createMailbox(name));
  return markOf(source, path, name);
}

/** The mark of the first of these names that exists; null when none exists. */
async function markOfAny(source: Source, path: string, names: readonly string[]): Promise<TargetMark | null> {
  for (const name of new Set(names)) {
    try {
      return await markOf(source, path, name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return null;
}

/**
 * STATUS gives the UIDNEXT of the target. If it is missing or too low, messages already in the target would count as
 * arrived. So a SEARCH lists the messages at or above UIDNEXT, unless a sync has seen all messages below.
 */
async function markOf(source: Source, path: string, name: string): Promise<TargetMark> {
  const { session, records, selected, access } = source;
  const status = await statusOf(session, name);
  const sync = records.find((record) => record.name === name || record.path === path)?.sync ?? null;
  const isSynced = sync !== null && sync.uidValidity === status?.uidValidity;
  const uidNext = status !== null && isPlausible(status, isSynced ? sync.uidNext : 1) ? status.uidNext : null;
  if (status !== null && uidNext !== null && (isSynced || status.messages === 0))
    return { path, name, uidValidity: status.uidValidity, uidNext };
  try {
    const { uidValidity } = await session.select(name, 'read');
    const from = uidNext ?? 1;
    const { uids } =
      uidNext === null
        ? await session.allUids()
        : await session.searchMessages({ uids: formatUidSet([[from, MAX_UID]]) });
    const highest = parseUidSet(uids).at(-1)?.[1] ?? 0;
    return { path, name, uidValidity, uidNext: Math.max(from, highest + 1) };
  } finally {
    if (session.usable) await session.select(selected.name, access);
  }
}

/** The answer to STATUS; null when the server refuses it for a reason that is not about the mailbox. */
async function statusOf(session: MailboxSession, name: string): Promise<MailboxStatus | null> {
  try {
    return await session.status(name);
  } catch (error) {
    const isUseless = error instanceof MailboxFailure && USELESS.has(categoryOf(error.failure.code));
    if (isUseless && session.usable) return null;
    throw error;
  }
}
