import type { ListedMailbox, MailboxSession } from '../../../ports/mailbox.ts';
import { failure } from '../messages/source.ts';

/** The hierarchy as LIST tells it. */
export type Hierarchy = { readonly delimiter: string | null; readonly mailboxes: readonly ListedMailbox[] };

export async function hierarchyOf(session: MailboxSession): Promise<Hierarchy> {
  const mailboxes = await session.listMailboxes();
  return { delimiter: mailboxes.find(({ path }) => path === 'INBOX')?.delimiter ?? null, mailboxes };
}

/** The path of a name below a parent; null: at the top of the user's own mailboxes. Throws `invalid_payload`. */
export function pathUnder(
  { delimiter }: Hierarchy,
  { personalPrefix }: MailboxSession,
  parent: string | null,
  name: string,
): string {
  if (delimiter !== null && name.includes(delimiter))
    throw failure('invalid_payload', 'The name holds the character that separates levels.');
  if (parent === null) return `${personalPrefix}${name}`;
  if (delimiter === null) throw failure('invalid_payload', 'The server has no levels of mailboxes.');
  return `${parent}${delimiter}${name}`;
}

/** The mailboxes below one. */
export function childrenOf({ delimiter, mailboxes }: Hierarchy, path: string): readonly ListedMailbox[] {
  return delimiter === null ? [] : mailboxes.filter((each) => each.path.startsWith(`${path}${delimiter}`));
}

/** INBOX and mailboxes with a special use are the provider's: an action leaves them where they are. */
export function assertOrdinary({ path, specialUse }: Pick<ListedMailbox, 'path' | 'specialUse'>): void {
  if (path === 'INBOX' || specialUse !== null)
    throw failure('operation_not_allowed', 'INBOX and mailboxes with a special use stay as they are.');
}
