import type { ActionContext } from '../../action.ts';

/** A sync that is at one of them changes its record now and then. */
const TRIES = 3;

/**
 * What is stored of a mailbox and of those below it follows a rename at once. A record that a sync will not let go of is
 * left to the next list of mailboxes.
 */
export async function renameStored(
  { mail, credentialId, generation }: ActionContext,
  { from, to, delimiter }: { readonly from: string; readonly to: string; readonly delimiter: string | null },
): Promise<void> {
  const isMeant = (path: string): boolean =>
    path === from || (delimiter !== null && path.startsWith(`${from}${delimiter}`));
  for (let attempt = 1, left = true; left && attempt <= TRIES; attempt += 1) {
    left = false;
    for (const record of await mail.mailboxes(credentialId)) {
      if (record.generation !== generation || !isMeant(record.path)) continue;
      const path = `${to}${record.path.slice(from.length)}`;
      if ((await mail.renameMailbox(record, path, { ...record, missingSince: null })) === null) left = true;
    }
  }
}
