import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { traces } from '../../domain/sync/moves.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import { conditional } from './conditional.ts';

type MailTraces = Pick<MailStore, 'traces' | 'putTraces'> & { eraseTraces(credentialId: string): Promise<void> };

const tracesItem = z.object({ v: z.int(), r: traces });

/** The recent moves of messages: one small item beside the credential's mailbox records. */
export function mailTraces(client: DynamoDBDocumentClient, table: string): MailTraces {
  const keysOf = (credentialId: string) => ({ pk: credentialId, sk: 'traces' });
  return {
    async traces(credentialId) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: keysOf(credentialId), ConsistentRead: true }),
      );
      if (Item === undefined) return { version: 0, traces: null };
      const { v, r } = tracesItem.parse(Item);
      return { version: v, traces: r };
    },

    putTraces: (credentialId, { version, traces: r }) =>
      conditional(() =>
        client.send(
          new PutCommand({
            TableName: table,
            Item: { ...keysOf(credentialId), v: version + 1, r },
            ConditionExpression: 'attribute_not_exists(pk) OR v = :v',
            ExpressionAttributeValues: { ':v': version },
          }),
        ),
      ),

    async eraseTraces(credentialId) {
      await client.send(new DeleteCommand({ TableName: table, Key: keysOf(credentialId) }));
    },
  };
}
