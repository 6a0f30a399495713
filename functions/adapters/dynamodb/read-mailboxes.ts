import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MailboxRecord } from '../../domain/mail/mailbox.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import { fromMailboxItem, MAILBOX_PREFIX } from './mail-items.ts';
import { queryItems } from './query-pages.ts';

/** Mailbox records for read-only use, without the code that changes them. */
export function readMailboxes(client: DynamoDBDocumentClient, table: string): Pick<MailStore, 'mailboxes'> {
  return {
    async mailboxes(credentialId) {
      const items = queryItems(client, {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        ExpressionAttributeValues: { ':p': credentialId, ':s': MAILBOX_PREFIX },
      });
      const records: MailboxRecord[] = [];
      for await (const item of items) records.push(fromMailboxItem(item));
      return records;
    },
  };
}
