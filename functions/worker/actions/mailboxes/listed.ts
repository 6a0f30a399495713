/**
 * The hierarchy in LIST. The delimiter may differ between namespaces (RFC 2342 section 5), so each mailbox is split by
 * its own. Levels are levels of names: each spelling of a path has its own.
 */

import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { decodeMailboxName } from '../../../domain/mail/mailbox-name.ts';
import { type ListedMailbox, MailboxFailure, type MailboxSession } from '../../../ports/mailbox.ts';
import { failure } from '../messages/source.ts';
import { type Hierarchy, listedAt, listedLike, spellingsOf, unlisted } from './spelling.ts';

/** Where a mailbox is: the path for people, and the name for the server. */
export type Place = { readonly path: string; readonly name: string };

/** The delimiter of the mailbox; for a name that is not listed, the delimiter of INBOX. */
function delimiterOf({ mailboxes }: Hierarchy, name: string): string | null {
  const [listed, inbox] = [name, 'INBOX'].map((wanted) => mailboxes.find((each) => each.name === wanted));
  return (listed ?? inbox)?.delimiter ?? null;
}

/** The place of a name below a parent; null: at the top of the user's own mailboxes. Throws `invalid_payload`. */
export function placeUnder(
  hierarchy: Hierarchy,
  { personalPrefix, nameFor }: MailboxSession,
  parent: Place | null,
  name: string,
): Place {
  const delimiter = delimiterOf(hierarchy, parent?.name ?? 'INBOX');
  assertOneLevel(name, delimiter);
  if (parent === null) {
    const start = decodeMailboxName(personalPrefix) ?? personalPrefix;
    return { path: `${start}${name}`, name: `${personalPrefix}${nameFor(name)}` };
  }
  if (delimiter === null) throw failure('invalid_payload', 'The server has no levels of mailboxes there.');
  return { path: `${parent.path}${delimiter}${name}`, name: `${parent.name}${delimiter}${nameFor(name)}` };
}

/** The place of a path: of the listed mailbox in any spelling, otherwise of a new mailbox. */
export function placeOf(hierarchy: Hierarchy, session: MailboxSession, path: string): Place {
  return listedLike(hierarchy, path) ?? newPlace(hierarchy, session, path);
}

/** The place of a path that is not listed: below its nearest listed parent, in the regular spelling. */
export function newPlace(hierarchy: Hierarchy, { nameFor }: MailboxSession, path: string): Place {
  let above: Place & { readonly length: number } = { path: '', name: '', length: 0 };
  for (const { name, path: start, delimiter } of hierarchy.mailboxes) {
    const prefix = `${start}${delimiter}`;
    if (delimiter === null || !path.startsWith(prefix) || prefix.length <= above.length) continue;
    above = { path: prefix, name: `${name}${delimiter}`, length: prefix.length };
  }
  return { path, name: `${above.name}${nameFor(path.slice(above.length))}` };
}

/** Throws `invalid_payload` if the name contains the delimiter. */
export function assertOneLevel(name: string, delimiter: string | null): void {
  if (delimiter !== null && name.includes(delimiter))
    throw failure('invalid_payload', 'The name holds the character that separates levels.');
}

/** The parent of the mailbox; null at the top. */
export function parentOf({ path, name, delimiter }: ListedMailbox): Place | null {
  if (delimiter === null || !name.includes(delimiter)) return null;
  const start = (whole: string): string => whole.slice(0, Math.max(0, whole.lastIndexOf(delimiter)));
  return { path: start(path), name: start(name) };
}

/** All mailboxes below this one. */
export function childrenOf({ mailboxes }: Hierarchy, { name }: Place): readonly ListedMailbox[] {
  return mailboxes.filter((each) => each.delimiter !== null && each.name.startsWith(`${name}${each.delimiter}`));
}

/**
 * Refuses INBOX and mailboxes with a special use: they belong to the provider, so actions do not move or delete them.
 */
export function assertOrdinary({ name, specialUse }: Pick<ListedMailbox, 'name' | 'specialUse'>): void {
  if (name === 'INBOX' || specialUse !== null)
    throw failure('operation_not_allowed', 'INBOX and mailboxes with a special use stay as they are.');
}

/**
 * The mailbox to rename or to delete; null if it does not exist any more. `planned`: its name in the plan of an
 * earlier attempt. If the plan or a sync knows the name, no other spelling of the path is accepted. If LIST does not
 * show the mailbox, STATUS decides whether it exists; its other properties come from the stored record. Throws the
 * fault of a damaged list when the mailbox exists, LIST does not show it, and no sync has seen it.
 */
export async function existing(
  session: MailboxSession,
  records: readonly MailboxRecord[],
  hierarchy: Hierarchy,
  path: string,
  planned: string | null,
): Promise<ListedMailbox | null> {
  const record = records.find((each) => each.path === path);
  const certain = planned ?? record?.name ?? null;
  const listed =
    hierarchy.mailboxes.find(({ name }) => name === certain) ??
    (certain === null ? listedAt(hierarchy, path) : undefined);
  if (listed !== undefined) return listed;
  const found = await unlisted(session, certain === null ? spellingsOf(session.nameFor(path), path) : [certain]);
  if (found === null) return null;
  if (record !== undefined) return { ...record, ...found, hasChildren: null };
  if (hierarchy.fault !== null) throw new MailboxFailure(hierarchy.fault);
  throw failure('mailbox_not_found', 'The server does not list this mailbox.');
}
