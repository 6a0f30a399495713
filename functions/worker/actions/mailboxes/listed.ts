/**
 * The hierarchy as LIST tells it. What separates its levels may differ from one namespace to the next (RFC 2342 section
 * 5): each mailbox is read by its own delimiter.
 */
import type { ListedMailbox, MailboxSession } from '../../../ports/mailbox.ts';
import { failure } from '../messages/source.ts';

export type Hierarchy = readonly ListedMailbox[];

/** Of the mailbox, or of the user's own ones for a path that is not listed. */
function delimiterOf(hierarchy: Hierarchy, path: string): string | null {
  const [listed, inbox] = [path, 'INBOX'].map((wanted) => hierarchy.find((each) => each.path === wanted));
  return (listed ?? inbox)?.delimiter ?? null;
}

/** The path of a name below a parent; null: at the top of the user's own mailboxes. Throws `invalid_payload`. */
export function pathUnder(
  hierarchy: Hierarchy,
  { personalPrefix }: MailboxSession,
  parent: string | null,
  name: string,
): string {
  const delimiter = delimiterOf(hierarchy, parent ?? 'INBOX');
  assertOneLevel(name, delimiter);
  if (parent === null) return `${personalPrefix}${name}`;
  if (delimiter === null) throw failure('invalid_payload', 'The server has no levels of mailboxes there.');
  return `${parent}${delimiter}${name}`;
}

/** Throws `invalid_payload` for a name that would be of several levels. */
export function assertOneLevel(name: string, delimiter: string | null): void {
  if (delimiter !== null && name.includes(delimiter))
    throw failure('invalid_payload', 'The name holds the character that separates levels.');
}

/** What the mailbox is below; null at the top. */
export function parentOf({ path, delimiter }: ListedMailbox): string | null {
  const end = delimiter === null ? -1 : path.lastIndexOf(delimiter);
  return end < 0 ? null : path.slice(0, end);
}

/** The mailboxes below one. */
export function childrenOf(hierarchy: Hierarchy, path: string): readonly ListedMailbox[] {
  return hierarchy.filter((each) => each.delimiter !== null && each.path.startsWith(`${path}${each.delimiter}`));
}

/** INBOX and mailboxes with a special use are the provider's: an action leaves them where they are. */
export function assertOrdinary({ path, specialUse }: Pick<ListedMailbox, 'path' | 'specialUse'>): void {
  if (path === 'INBOX' || specialUse !== null)
    throw failure('operation_not_allowed', 'INBOX and mailboxes with a special use stay as they are.');
}
