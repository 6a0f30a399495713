import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { fromUids, iterateUids, MAX_UID, type UidSet, uidCount } from '../../domain/sync/uid-set.ts';
import type { Generation, MailStore, StoredFlags } from '../../ports/mail-store.ts';
import { batchGet } from './batch-get.ts';
import { batchWrite, inParallel } from './batch-write.ts';
import { fromMessageItem, messageKeys, messageSortKey, toMessageItem, uidOf } from './mail-items.ts';
import { queryItems } from './query-pages.ts';
import { MAIL } from './tables.ts';

type MessageRows = Pick<
  MailStore,
  | 'putMessages'
  | 'updateFlags'
  | 'removeMessages'
  | 'knownUids'
  | 'flagsOf'
  | 'newestUids'
  | 'messagesOf'
  | 'eraseMessages'
> & {
  /** Removes up to some thousand rows that the index has of a credential, whatever their mailbox. True when it has no more. */
  eraseRows(credentialId: string): Promise<boolean>;
};

const UPDATES_AT_ONCE = 25;
/** Rows erased by one call: a few seconds of work. */
const ERASED_AT_ONCE = 2_000;
/** A query reads the rows of a range four times cheaper than a batch get reads single ones. */
const SPARSE = 4;

const flagsRow = z.object({ sk: z.string(), f: z.array(z.string()).default([]), x: z.boolean().default(false) });

/** Message rows: pk = mailbox key, sk = UIDVALIDITY and UID in hex, so that a generation is one range in order of UID. */
export function messageRows(client: DynamoDBDocumentClient, table: string): MessageRows {
  const range = ({ mailboxKey, uidValidity }: Generation, low: number, high: number) => ({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :p AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: {
      ':p': mailboxKey,
      ':low': messageSortKey(uidValidity, low),
      ':high': messageSortKey(uidValidity, high),
    },
  });

  async function setFlags(generation: Generation, row: Parameters<MailStore['updateFlags']>[1][number]) {
    try {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: messageKeys(generation, row.uid),
          UpdateExpression: row.modseq === null ? 'SET f = :f' : 'SET f = :f, o = :o',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':f': row.flags, ...(row.modseq === null ? {} : { ':o': row.modseq }) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    putMessages: (messages) =>
      batchWrite(
        client,
        table,
        // A batch with the same key twice would be refused as a whole.
        [...new Map(messages.map((message) => [message.emailId, message])).values()].map((message) => ({
          PutRequest: { Item: toMessageItem(message) },
        })),
      ),

    updateFlags: (generation, rows) => inParallel(rows, UPDATES_AT_ONCE, (row) => setFlags(generation, row)),

    removeMessages: (generation, uids) =>
      batchWrite(
        client,
        table,
        [...new Set(uids)].map((uid) => ({ DeleteRequest: { Key: messageKeys(generation, uid) } })),
      ),

    async knownUids(generation, low, high) {
      if (high < low) return [];
      const uids: number[] = [];
      for await (const { sk } of queryItems(client, { ...range(generation, low, high), ProjectionExpression: 'sk' })) {
        uids.push(uidOf(sk));
      }
      return fromUids(uids);
    },

    async flagsOf(generation, uids) {
      const rows = new Map<number, StoredFlags>();
      for await (const item of itemsOf(generation, uids)) {
        const { sk, f, x } = flagsRow.parse(item);
        rows.set(uidOf(sk), { flags: f, unreadable: x });
      }
      return rows;
    },

    async newestUids(generation, limit) {
      const page = await client.send(
        new QueryCommand({
          ...range(generation, 1, MAX_UID),
          ProjectionExpression: 'sk',
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return fromUids((page.Items ?? []).map(({ sk }) => uidOf(sk)));
    },

    async messagesOf(generation, uids) {
      const rows = [];
      for await (const item of itemsOf(generation, uids)) rows.push(fromMessageItem(item));
      return rows;
    },

    eraseMessages(mailboxKey, uidValidity) {
      const whole = range({ mailboxKey, uidValidity: uidValidity ?? 0 }, 0, MAX_UID);
      const last = messageSortKey(uidValidity ?? MAX_UID, MAX_UID);
      return erasePage({
        ...whole,
        ExpressionAttributeValues: { ...whole.ExpressionAttributeValues, ':high': last },
      });
    },

    eraseRows(credentialId) {
      const { name, partitionKey } = MAIL.credentialIndex;
      return erasePage({
        TableName: table,
        IndexName: name,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': partitionKey },
        ExpressionAttributeValues: { ':p': credentialId },
      });
    },
  };

  /** Deletes the first rows that a query finds; true when it found them all. */
  async function erasePage(query: QueryCommandInput): Promise<boolean> {
    const page = await client.send(
      new QueryCommand({ ...query, ProjectionExpression: 'pk, sk', Limit: ERASED_AT_ONCE }),
    );
    const deletes = (page.Items ?? []).map((Key) => ({ DeleteRequest: { Key } }));
    await batchWrite(client, table, deletes);
    return page.LastEvaluatedKey === undefined;
  }

  /** The items of a UID set, by range where the set is dense, else one by one. */
  async function* itemsOf(generation: Generation, uids: UidSet): AsyncGenerator<Record<string, unknown>> {
    const low = uids[0]?.[0];
    const high = uids.at(-1)?.[1];
    if (low === undefined || high === undefined) return;
    const wanted = uidCount(uids);
    if (high - low + 1 <= wanted * SPARSE) {
      const set = new Set(iterateUids(uids));
      for await (const item of queryItems(client, range(generation, low, high))) {
        if (set.has(uidOf(item.sk))) yield item;
      }
    } else {
      const keys = [...iterateUids(uids)].map((uid) => messageKeys(generation, uid));
      yield* await batchGet(client, table, keys, { consistent: true });
    }
  }
}
