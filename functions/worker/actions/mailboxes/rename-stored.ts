import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import type { Place } from './listed.ts';

/** A running sync may change a record in between. */
const TRIES = 3;

/**
 * Applies a rename to the stored records of a mailbox and its children. A record that a sync keeps changing is left
 * for the next sync of mailboxes.
 */
export async function renameStored(
  { mail, credentialId, generation }: ActionContext,
  { from, to }: { readonly from: Place; readonly to: Place },
): Promise<void> {
  for (let attempt = 1, left = true; left && attempt <= TRIES; attempt += 1) {
    left = false;
    for (const record of await mail.mailboxes(credentialId)) {
      if (record.generation !== generation) continue;
      const place = follow(record, from, to);
      if (place === null) continue;
      const renamed = await mail.renameMailbox(record, place.path, { ...record, name: place.name, missingSince: null });
      if (renamed === null) left = true;
    }
  }
}

/**
 * The new place of a record; null if it stays. A record of an earlier release without a name is identified by its
 * path.
 */
function follow({ path, name, delimiter }: MailboxRecord, from: Place, to: Place) {
  const isBelow = (whole: string, start: string): boolean =>
    whole === start || (delimiter !== null && whole.startsWith(`${start}${delimiter}`));
  if (name === null)
    return isBelow(path, from.path) ? { path: `${to.path}${path.slice(from.path.length)}`, name: null } : null;
  if (!isBelow(name, from.name)) return null;
  const rest = name.slice(from.name.length);
  const end = isBelow(path, from.path) ? path.slice(from.path.length) : rest;
  return { path: `${to.path}${end}`, name: `${to.name}${rest}` };
}
