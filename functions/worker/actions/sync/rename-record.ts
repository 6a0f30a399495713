import type { ListingFields, MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { ActionContext } from '../../action.ts';

/**
 * Moves a stored mailbox to another path. If it has changed meanwhile, it is read again and moved as it is now; if
 * another run has moved it, that record is returned. Null when it is gone, when it changed a second time, or when
 * another mailbox has the path.
 */
export async function renameRecord(
  { mail, credentialId }: Pick<ActionContext, 'mail' | 'credentialId'>,
  record: MailboxRecord,
  path: string,
  listing: ListingFields,
): Promise<MailboxRecord | null> {
  const renamed = await mail.renameMailbox(record, path, listing);
  if (renamed !== null) return renamed;
  const now = (await mail.mailboxes(credentialId)).find(({ key }) => key === record.key) ?? null;
  if (now === null || now.name === listing.name) return now;
  return mail.renameMailbox(now, path, listing);
}
