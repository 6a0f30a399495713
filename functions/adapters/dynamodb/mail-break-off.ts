import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { folderPlace } from '../../domain/sync/folder-order.ts';
import type { MailStore, Round } from '../../ports/mail-store.ts';

const breakOffItem = z.object({ r: folderPlace });

/**
 * Where rounds over all folders stopped early: one small item per kind of round beside the credential's mailbox
 * records.
 */
export function mailBreakOff(
  client: DynamoDBDocumentClient,
  table: string,
): Pick<MailStore, 'brokeOffAt' | 'noteBreakOff'> {
  const keysOf = (credentialId: string, round: Round) => ({ pk: credentialId, sk: `broke-off#${round}` });
  return {
    async brokeOffAt(credentialId, round) {
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: keysOf(credentialId, round) }));
      return Item === undefined ? null : breakOffItem.parse(Item).r;
    },

    async noteBreakOff(credentialId, round, place) {
      const Key = keysOf(credentialId, round);
      if (place === null) await client.send(new DeleteCommand({ TableName: table, Key }));
      else await client.send(new PutCommand({ TableName: table, Item: { ...Key, r: place } }));
    },
  };
}
