import type { MailboxStatus } from '../../ports/mailbox.ts';
import type { Line } from './line.ts';
import { toStatus } from './mailbox-list.ts';
import { askStatus, openMailbox } from './open-mailbox.ts';
import { problem } from './problem.ts';

/** STATUS of a mailbox. Throws MailboxFailure. */
export async function statusOf(line: Line, path: string, condstore: boolean): Promise<MailboxStatus> {
  const query = { messages: true, uidNext: true, uidValidity: true, highestModseq: condstore };
  const status = toStatus(await askStatus(line, path, query), condstore);
  if (status === null) throw problem('InvalidResponse');
  return status;
}

/** Creates a mailbox; false if it already exists. */
export async function createMailbox({ client }: Line, path: string): Promise<boolean> {
  return (await client.mailboxCreate(path)).created === true;
}

/**
 * Renames or deletes a mailbox. The library first leaves a selected mailbox, and a server without UNSELECT would get a
 * CLOSE, which expunges. So another mailbox is opened read-only before.
 */
export async function renameMailbox(line: Line, path: string, newPath: string): Promise<void> {
  await leave(line, path);
  await line.client.mailboxRename(path, newPath);
}

/** Deletes a mailbox. */
export async function deleteMailbox(line: Line, path: string): Promise<void> {
  await leave(line, path);
  await line.client.mailboxDelete(path);
}

async function leave(line: Line, path: string): Promise<void> {
  const selected = line.client.mailbox;
  if (selected && selected.path === path) await openMailbox(line, 'INBOX', true);
}
