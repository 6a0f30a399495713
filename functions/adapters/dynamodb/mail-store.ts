import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MailStore } from '../../ports/mail-store.ts';
import { mailLists } from './mail-lists.ts';
import { mailboxRecords } from './mail-mailboxes.ts';
import { messageRows } from './mail-messages.ts';
import { mailTraces } from './mail-traces.ts';

/** The mail store on the Mail table: records of mailboxes, rows of messages, lists over both. */
export function dynamoMailStore(client: DynamoDBDocumentClient, table: string): MailStore {
  const records = mailboxRecords(client, table);
  const { eraseRows, ...rows } = messageRows(client, table);
  const { eraseTraces, ...traces } = mailTraces(client, table);
  return {
    ...records,
    ...rows,
    ...traces,
    ...mailLists(client, table, records.mailboxes),

    async eraseCredential(credentialId, goOn = () => true) {
      // First all fenced off: no list shows their rows any more, and a sync under way stores no more of its state. Then
      // the rows; each record after its own.
      const fenced = [];
      for (const found of await records.mailboxes(credentialId)) {
        const record = await records.putMailbox({ ...found, sync: null, lock: null });
        if (record === null) return false;
        fenced.push(record);
      }
      for (const record of fenced) {
        for (let done = false; !done; ) {
          if (!goOn()) return false;
          done = await rows.eraseMessages(record.key, null);
        }
        if (!(await records.removeMailbox(record))) return false;
      }
      // What a sync that was under way has written since: no mailbox leads there any more.
      for (let done = false; !done; ) {
        if (!goOn()) return false;
        done = await eraseRows(credentialId);
      }
      await eraseTraces(credentialId);
      return true;
    },
  };
}
