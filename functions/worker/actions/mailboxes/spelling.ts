/**
 * Finds the server's name for the path in a payload: from the stored record, otherwise from LIST in any spelling,
 * otherwise the regular spelling.
 */
import { canonicalPath } from '../../../domain/action/message-set.ts';
import type { Failure } from '../../../domain/failure/failure.ts';
import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import { nameOfOctets, spells } from '../../../domain/mail/mailbox-name.ts';
import { type ListedMailbox, MailboxFailure, type MailboxSession, type MailboxStatus } from '../../../ports/mailbox.ts';
import type { ActionContext } from '../../action.ts';

/** The mailboxes in LIST, under the paths that the API shows. */
export type Hierarchy = {
  readonly mailboxes: readonly ListedMailbox[];
  /** Why mailboxes may be missing; null if the list is complete. */
  readonly fault: Failure | null;
  /** Names of mailboxes that have a record and therefore a fixed path. */
  readonly stored: ReadonlySet<string>;
};

/** The records of this credential generation. */
export async function recordsOf({
  mail,
  credentialId,
  generation,
}: Pick<ActionContext, 'mail' | 'credentialId' | 'generation'>): Promise<readonly MailboxRecord[]> {
  return (await mail.mailboxes(credentialId)).filter((record) => record.generation === generation);
}

/** Requests the server's list of mailboxes. `records`: the stored ones, which fix the paths of their mailboxes. */
export async function hierarchyOf(session: MailboxSession, records: readonly MailboxRecord[]): Promise<Hierarchy> {
  const { mailboxes, fault } = await session.listMailboxes({ statuses: false });
  const paths = new Map(records.flatMap(({ name, path }) => (name === null ? [] : [[name, path] as const])));
  const known = mailboxes.filter(({ name }) => paths.has(name));
  const others = mailboxes.filter(({ name }) => !paths.has(name));
  // A new spelling may have the path of a stored mailbox, until a sync gives it another one.
  const listed = [...known.map((each) => ({ ...each, path: paths.get(each.name) ?? each.path })), ...others];
  return { mailboxes: listed, fault, stored: new Set(paths.keys()) };
}

/**
 * The mailbox that a path means: the one with this path, otherwise one without a record whose name spells the path.
 */
export function listedAt({ mailboxes, stored }: Hierarchy, path: string): ListedMailbox | undefined {
  const isMeant = ({ name }: ListedMailbox): boolean => !stored.has(name) && spells(name, path);
  return mailboxes.find((each) => each.path === path) ?? mailboxes.find(isMeant);
}

/** The existing mailbox for a wanted path, in any spelling. */
export function listedLike({ mailboxes }: Hierarchy, path: string): ListedMailbox | undefined {
  return mailboxes.find((each) => each.path === path) ?? mailboxes.find(({ name }) => spells(name, path));
}

/** The names to try for a mailbox that a damaged list does not show: the given one, and the path in raw UTF-8. */
export const spellingsOf = (name: string, path: string): readonly string[] => [name, nameOfOctets(Buffer.from(path))];

export const isMissing = (error: unknown): boolean =>
  error instanceof MailboxFailure && error.failure.code === 'mailbox_not_found';

/**
 * Runs `use` with the stored name of the mailbox. If the server has no mailbox of that name, tries once more with the
 * name in LIST.
 */
export async function byName<T>(
  session: MailboxSession,
  records: readonly MailboxRecord[],
  folder: string,
  use: (name: string) => Promise<T>,
): Promise<T> {
  const path = canonicalPath(folder);
  const stored = path === 'INBOX' ? path : records.find((record) => record.path === path)?.name;
  if (stored === undefined || stored === null) {
    const listed = listedAt(await hierarchyOf(session, records), path);
    return use(listed?.name ?? session.nameFor(path));
  }
  try {
    return await use(stored);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const listed = listedAt(await hierarchyOf(session, records), path);
    if (listed === undefined || listed.name === stored) throw error;
    return use(listed.name);
  }
}

/** The status of a mailbox that LIST does not show, by its possible names; null when none exists. */
export async function unlisted(
  session: MailboxSession,
  names: readonly string[],
): Promise<{ readonly name: string; readonly status: MailboxStatus } | null> {
  for (const name of new Set(names)) {
    try {
      return { name, status: await session.status(name) };
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return null;
}
