import type { ActionContext } from '../../action.ts';
import type { Discovery } from './discover.ts';

const RESERVE_MS = 8_000;

/**
 * Erases what `discover` found to be obsolete. False when time is over before all is erased. A record is removed after
 * its rows: until then the next run finds what is left.
 */
export async function eraseRemoved(context: ActionContext, { removed, mailboxes }: Discovery): Promise<boolean> {
  const { mail, credentialId, remainingMs } = context;
  async function erased(keys: readonly string[]): Promise<boolean> {
    for (const key of keys) {
      while (!(await mail.eraseMessages(key, null))) if (remainingMs() < RESERVE_MS) return false;
    }
    return true;
  }
  for (const record of removed) {
    if (!(await erased([...record.former, record.key]))) return false;
    await mail.removeMailbox(record);
  }
  if (mailboxes.every(({ record }) => record.former.length === 0)) return true;
  for (const record of await mail.mailboxes(credentialId)) {
    if (!(await erased(record.former))) return false;
    // On a conflict another run is working on it, and the next run does this.
    if (record.former.length > 0) await mail.putMailbox({ ...record, former: [] });
  }
  return true;
}
