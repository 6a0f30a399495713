import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { ActionContext } from '../../action.ts';

/** A sync that is at one of them changes its record now and then. */
const TRIES = 3;

/**
 * What is stored of a mailbox and of those below it follows a rename at once. A record that a sync will not let go of is
 * left to the next list of mailboxes.
 */
export async function renameStored(
  { mail, credentialId, generation }: ActionContext,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const isMeant = ({ path, delimiter }: MailboxRecord): boolean =>
    path === from || (delimiter !== null && path.startsWith(`${from}${delimiter}`));
  for (let attempt = 1, left = true; left && attempt <= TRIES; attempt += 1) {
    left = false;
    for (const record of await mail.mailboxes(credentialId)) {
      if (record.generation !== generation || !isMeant(record)) continue;
      const path = `${to}${record.path.slice(from.length)}`;
      if ((await mail.renameMailbox(record, path, { ...record, missingSince: null })) === null) left = true;
    }
  }
}
