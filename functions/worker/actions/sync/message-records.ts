import { type MessageRecord, NOTHING_KNOWN } from '../../../domain/mail/message.ts';
import type { MessageRow } from '../../../ports/mailbox.ts';
import type { FetchedWindow } from './fetch-window.ts';
import type { MailboxWork } from './mailbox-work.ts';

/** The records to store: the fetched messages, and for unreadable ones only the UID. */
export function recordsOf(
  work: MailboxWork,
  { rows, bad }: Pick<FetchedWindow, 'rows' | 'bad'>,
): readonly MessageRecord[] {
  const { accountId, credentialId, now } = work.run.context;
  const storedAt = new Date(now()).toISOString();
  const { mailboxKey, uidValidity } = work.generation;
  const record = (row: MessageRow, unreadable: boolean): MessageRecord => ({
    ...row,
    mailboxKey,
    uidValidity,
    accountId,
    credentialId,
    unreadable,
    storedAt,
  });
  return [...rows.map((row) => record(row, false)), ...[...bad].map((uid) => record({ ...NOTHING_KNOWN, uid }, true))];
}
