import type { ListingFields, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { Listed } from '../../../domain/sync/listed.ts';
import type { NewMailbox } from '../../../ports/mail-store.ts';
import type { ActionContext } from '../../action.ts';
import { failure } from '../messages/source.ts';
import type { Paths } from './free-paths.ts';

const TRIES = 3;

/** The fields of a mailbox record that a list determines. */
export const listingOf = ({ name, delimiter, namespace, selectable, specialUse, status }: Listed): ListingFields => ({
  name,
  delimiter,
  namespace,
  selectable,
  specialUse,
  status,
  missingSince: null,
});

/**
 * Stores a mailbox that no sync has seen, and replaces a mailbox of an earlier credential generation with the same
 * path. `former`: those mailboxes by path. `at`: now, ISO-8601. Throws MailboxFailure when the path stays in conflict.
 */
export async function addMailbox(
  context: ActionContext,
  listed: Listed,
  {
    at,
    former,
    paths,
  }: { readonly at: string; readonly former: ReadonlyMap<string, MailboxRecord>; readonly paths: Paths },
): Promise<MailboxRecord> {
  const { mail, accountId, credentialId, generation } = context;
  let path = paths.give(listed);
  let old = former.get(path);
  // A sync of the previous generation may still change the old record in between.
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const mailbox: NewMailbox = {
      ...listingOf(listed),
      generation,
      former: old === undefined ? [] : [...old.former, old.key],
      accountId,
      credentialId,
      path,
      mailboxId: null,
      syncLevel: 'basic',
      firstSeenAt: at,
      sync: null,
      lock: null,
    };
    const replaced = old === undefined ? null : await mail.replaceMailbox(old, mailbox);
    const there = replaced ?? (await mail.addMailbox(mailbox));
    if (there.generation !== generation) old = there;
    else if (there.name === listed.name || there.name === null) return there;
    else {
      // Another run has given the path to another mailbox that spells alike; it is no longer free.
      path = paths.give(listed);
      old = former.get(path);
    }
  }
  throw failure('mailbox_in_use', 'A sync of the mailbox that was in its place holds on to it.');
}
