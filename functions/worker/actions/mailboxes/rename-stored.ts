import type { MailboxRecord } from '../../../domain/mail/mailbox.ts';
import type { ActionContext } from '../../action.ts';
import type { Place } from './listed.ts';

/** A sync that is at one of them changes its record now and then. */
const TRIES = 3;

/**
 * What is stored of a mailbox and of those below it follows a rename at once. A record that a sync will not let go of is
 * left to the next list of mailboxes.
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

/** Where a record goes; null for one that stays. One without a name, of an earlier version, is known by its path. */
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
