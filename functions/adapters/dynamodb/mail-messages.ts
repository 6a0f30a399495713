import {
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { MessageRecord } from '../../domain/mail/message.ts';
import {
  fromUids,
  hasUid,
  intersectUids,
  iterateUids,
  lastUids,
  MAX_UID,
  subtractUids,
  type UidSet,
  uidCount,
  unionUids,
} from '../../domain/sync/uid-set.ts';
import type { Generation, MailStore, StoredFlags } from '../../ports/mail-store.ts';
import { batchGet } from './batch-get.ts';
import { batchWrite, inParallel } from './batch-write.ts';
import { conditional } from './conditional.ts';
import {
  blockKeys,
  blockPartitions,
  blockSortKey,
  fromBlockItem,
  isBlockKey,
  slotOf,
  uidsInBlock,
} from './mail-blocks.ts';
import {
  fromRowItem,
  messageKeys,
  messageSortKey,
  overlaid,
  type Row,
  rowKind,
  toMessageItem,
  uidOf,
} from './mail-items.ts';
import { mailRanges, rowDeletes } from './mail-ranges.ts';
import { allItems } from './query-pages.ts';
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
  /** Removes up to some thousand rows of a credential that the index has, of any mailbox. True when none is left. */
  eraseRows(credentialId: string): Promise<boolean>;
};

type Item = Record<string, unknown>;

const UPDATES_AT_ONCE = 25;
/** Maximum number of items erased by one call: a few seconds of work. */
const ERASED_AT_ONCE = 2_000;
/** A query reads the rows of a range four times cheaper than a batch get reads single rows. */
const SPARSE = 4;

/**
 * Messages: pk = mailbox key, sk = UIDVALIDITY and UID in hex, so a UIDVALIDITY is one range ordered by UID. Its
 * blocks sort before them.
 */
export function messageRows(client: DynamoDBDocumentClient, table: string): MessageRows {
  const { between, rowRange, blockRange } = mailRanges(table);
  const all = (query: QueryCommandInput): Promise<readonly Item[]> => allItems(client, query);

  async function setFlags(generation: Generation, row: Parameters<MailStore['updateFlags']>[1][number]) {
    await conditional(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: messageKeys(generation, row.uid),
          UpdateExpression: row.modseq === null ? 'SET f = :f' : 'SET f = :f, o = :o',
          ConditionExpression: 'attribute_not_exists(g)',
          ExpressionAttributeValues: { ':f': row.flags, ...(row.modseq === null ? {} : { ':o': row.modseq }) },
        }),
      ),
    );
  }

  /** The stored messages of these UIDs: read by range if they are dense, otherwise one by one. */
  async function read(generation: Generation, uids: UidSet): Promise<ReadonlyMap<number, MessageRecord>> {
    const low = uids[0]?.[0];
    const high = uids.at(-1)?.[1];
    if (low === undefined || high === undefined) return new Map();
    const items =
      high - low + 1 <= uidCount(uids) * SPARSE
        ? (await Promise.all([all(rowRange(generation, low, high)), all(blockRange(generation, low, high))])).flat()
        : await batchGet(client, table, singleKeys(generation, uids), { consistent: true });
    const isBlock = ({ sk }: Item): boolean => isBlockKey(String(sk));
    const blocks = await Promise.all(items.filter(isBlock).map(fromBlockItem));
    const packed = new Map(
      blocks.flatMap(({ messages }) => messages.map((message) => [message.uid, message] as const)),
    );
    const rows = new Map(items.filter((item) => !isBlock(item)).map((item) => [uidOf(item.sk), fromRowItem(item)]));
    const found = new Map<number, MessageRecord>();
    for (const uid of [...new Set([...packed.keys(), ...rows.keys()])].sort((one, other) => one - other)) {
      const message = hasUid(uids, uid) ? overlaid(packed.get(uid) ?? null, rows.get(uid) ?? null) : null;
      if (message !== null) found.set(uid, message);
    }
    return found;
  }

  return {
    putMessages: (messages) =>
      batchWrite(
        client,
        table,
        // DynamoDB refuses a whole batch that contains the same key twice.
        [
          ...new Map(
            messages.map((message) => [`${message.mailboxKey}/${message.uidValidity}/${message.uid}`, message]),
          ),
        ]
          .map(([, message]) => message)
          .map((message) => ({ PutRequest: { Item: toMessageItem(message) } })),
      ),

    updateFlags: (generation, rows) => inParallel(rows, UPDATES_AT_ONCE, (row) => setFlags(generation, row)),

    async removeMessages(generation, uids) {
      const removed = fromUids(uids);
      const low = removed[0]?.[0];
      const high = removed.at(-1)?.[1];
      if (low === undefined || high === undefined) return;
      const slots = [...new Set([...iterateUids(removed)].map(slotOf))];
      const blocks =
        slotOf(high) - slotOf(low) < slots.length * SPARSE
          ? await all({ ...blockRange(generation, low, high), ProjectionExpression: 'sk, n' })
          : await batchGet(
              client,
              table,
              slots.map((slot) => blockKeys(generation, slot)),
              { consistent: true },
            );
      const packed = blocks.reduce<UidSet>((sum, block) => unionUids(sum, uidsInBlock(block)), []);
      const notes = [...iterateUids(intersectUids(removed, packed))].map((uid) => ({
        PutRequest: { Item: { ...messageKeys(generation, uid), g: true } },
      }));
      const deletes = rowDeletes(generation, iterateUids(subtractUids(removed, packed)));
      await batchWrite(client, table, [...notes, ...deletes]);
    },

    async knownUids(generation, low, high) {
      if (high < low) return [];
      const [rows, blocks] = await Promise.all([
        all({ ...rowRange(generation, low, high), ProjectionExpression: 'sk, g, t' }),
        all({ ...blockRange(generation, low, high), ProjectionExpression: 'sk, n' }),
      ]);
      return intersectUids(uidsOf(rows, blocks), [[low, high]]);
    },

    async flagsOf(generation, uids) {
      const stored = new Map<number, StoredFlags>();
      for (const [uid, { flags, unreadable }] of await read(generation, uids)) stored.set(uid, { flags, unreadable });
      return stored;
    },

    async newestUids(generation, limit) {
      let found: UidSet = [];
      for (let high = MAX_UID; high > 0 && uidCount(found) < limit; ) {
        const top = async (range: QueryCommandInput, fields: string, most: number) => {
          const input = { ...range, ProjectionExpression: fields, ScanIndexForward: false, Limit: most };
          const page = await client.send(new QueryCommand(input));
          return { items: page.Items ?? [], ended: page.LastEvaluatedKey === undefined };
        };
        const [rows, blocks] = await Promise.all([
          top(rowRange(generation, 1, high), 'sk, g, t', limit),
          top(blockRange(generation, 1, high), 'sk, n', limit),
        ]);
        // Below the lowest row or block of a page that is not the last, the result would be incomplete.
        const lowest = Math.max(
          rows.ended ? 1 : uidOf(rows.items.at(-1)?.sk),
          blocks.ended ? 1 : (uidsInBlock(blocks.items.at(-1))[0]?.[0] ?? 1),
        );
        found = unionUids(found, intersectUids(uidsOf(rows.items, blocks.items), [[lowest, high]]));
        high = lowest - 1;
      }
      return lastUids(found, limit);
    },

    async messagesOf(generation, uids) {
      return [...(await read(generation, uids)).values()];
    },

    eraseMessages(mailboxKey, uidValidity) {
      const low = blockSortKey(uidValidity ?? 0, 0);
      return erasePage(between(mailboxKey, low, messageSortKey(uidValidity ?? MAX_UID, MAX_UID)));
    },

    async eraseRows(credentialId) {
      const { name, partitionKey } = MAIL.credentialIndex;
      for (const key of [credentialId, ...blockPartitions(credentialId).map((partition) => partition.key)]) {
        const done = await erasePage({
          TableName: table,
          IndexName: name,
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': partitionKey },
          ExpressionAttributeValues: { ':p': key },
        });
        if (!done) return false;
      }
      return true;
    },
  };

  /** Deletes the first items of a query; true if these were all. */
  async function erasePage(query: QueryCommandInput): Promise<boolean> {
    const page = await client.send(
      new QueryCommand({ ...query, ProjectionExpression: 'pk, sk', Limit: ERASED_AT_ONCE }),
    );
    const deletes = (page.Items ?? []).map((Key) => ({ DeleteRequest: { Key } }));
    await batchWrite(client, table, deletes);
    return page.LastEvaluatedKey === undefined;
  }
}

/** The possible keys of single messages: each one's row, and the block of its slot. */
function singleKeys(generation: Generation, uids: UidSet) {
  const each = [...iterateUids(uids)];
  const slots = [...new Set(each.map(slotOf))];
  return [...each.map((uid) => messageKeys(generation, uid)), ...slots.map((slot) => blockKeys(generation, slot))];
}

/** The UIDs of messages, from rows read with `g` and `t`, and blocks read with `n`. */
function uidsOf(rows: readonly Item[], blocks: readonly Item[]): UidSet {
  const ofKind = (kind: Row['kind']): UidSet =>
    fromUids(rows.filter((item) => rowKind(item) === kind).map(({ sk }) => uidOf(sk)));
  const packed = blocks.reduce<UidSet>((sum, block) => unionUids(sum, uidsInBlock(block)), []);
  return unionUids(subtractUids(packed, ofKind('gone')), ofKind('message'));
}
