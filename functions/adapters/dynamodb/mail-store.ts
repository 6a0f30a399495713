import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MailStore } from '../../ports/mail-store.ts';
import { mailBreakOff } from './mail-break-off.ts';
import { mailLists } from './mail-lists.ts';
import { mailboxRecords } from './mail-mailboxes.ts';
import { messageRows } from './mail-messages.ts';
import { mailTraces } from './mail-traces.ts';
import { mailWindows } from './mail-windows.ts';

/** The mail store on the Mail table: mailbox records, message rows, and lists over both. */
export function dynamoMailStore(client: DynamoDBDocumentClient, table: string): MailStore {
  const { fenceMailbox, ...records } = mailboxRecords(client, table);
  const { eraseRows, ...rows } = messageRows(client, table);
  const { eraseTraces, ...traces } = mailTraces(client, table);
  const breakOff = mailBreakOff(client, table);
  return {
    ...records,
    ...rows,
    ...mailWindows(client, table),
    ...traces,
    ...breakOff,
    ...mailLists(client, table, records.mailboxes),

    async eraseCredential(credentialId, last, goOn = () => true) {
      // First all mailboxes are marked as deleted: lists do not show their rows, and a running sync cannot store its
      // state.
      const deleted = [];
      for (const found of await records.mailboxes(credentialId)) {
        const record = await fenceMailbox(found);
        if (record === null) return false;
        deleted.push(record);
      }
      for (const key of deleted.flatMap((record) => [record.key, ...record.former])) {
        for (let done = false; !done; ) {
          if (!goOn()) return false;
          done = await rows.eraseMessages(key, null);
        }
      }
      // A sync that was running may still write rows for messages in blocks. These are found only through the mailbox
      // records.
      if (!last) return true;
      for (const record of deleted) if (!(await records.removeMailbox(record))) return false;
      for (let done = false; !done; ) {
        if (!goOn()) return false;
        done = await eraseRows(credentialId);
      }
      await eraseTraces(credentialId);
      await breakOff.noteBreakOff(credentialId, 'messages', null);
      await breakOff.noteBreakOff(credentialId, 'mailboxes', null);
      return true;
    },
  };
}
