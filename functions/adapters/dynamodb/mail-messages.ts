import { randomUUID } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
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
  type Block,
  blockKeys,
  blockPartitions,
  blockSortKey,
  fromBlockItem,
  isBlockKey,
  slotOf,
  toBlockItem,
  uidsInBlock,
  uidsOfSlot,
} from './mail-blocks.ts';
import {
  fromRowItem,
  mailboxIndexKey,
  messageKeys,
  messageSortKey,
  overlaid,
  type Row,
  rowKind,
  toMessageItem,
  uidOf,
} from './mail-items.ts';
import { allItems } from './query-pages.ts';
import { MAIL } from './tables.ts';

type MessageRows = Pick<
  MailStore,
  | 'putMessages'
  | 'replaceMessages'
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

type Item = Record<string, unknown>;

const UPDATES_AT_ONCE = 25;
/** Items erased by one call: a few seconds of work. */
const ERASED_AT_ONCE = 2_000;
/** A query reads the rows of a range four times cheaper than a batch get reads single ones. */
const SPARSE = 4;
/** Fewer messages of a slot are stored as rows. */
const LEAST_PACKED = 8;
/** A list reads a block for every mailbox that has one at that time: with more mailboxes, messages are stored as rows. */
const MOST_MAILBOXES = 300;
const COUNTED_MS = 300_000;
const TRIES = 3;

/** Messages: pk = mailbox key, sk = UIDVALIDITY and UID in hex, so that a generation is one range in order of UID. Before them its blocks. */
export function messageRows(client: DynamoDBDocumentClient, table: string): MessageRows {
  const between = (mailboxKey: string, low: string, high: string): QueryCommandInput => ({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :p AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':p': mailboxKey, ':low': low, ':high': high },
  });
  const rowRange = ({ mailboxKey, uidValidity }: Generation, low: number, high: number) =>
    between(mailboxKey, messageSortKey(uidValidity, low), messageSortKey(uidValidity, high));
  const blockRange = ({ mailboxKey, uidValidity }: Generation, low: number, high: number) =>
    between(mailboxKey, blockSortKey(uidValidity, slotOf(low)), blockSortKey(uidValidity, slotOf(high)));

  const all = (query: QueryCommandInput): Promise<readonly Item[]> => allItems(client, query);
  const blocksIn = async (generation: Generation, low: number, high: number): Promise<readonly Block[]> =>
    Promise.all((await all(blockRange(generation, low, high))).map(fromBlockItem));

  const packs = packing(client, table);

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

  /** What is stored under the UIDs: by range where they are dense, else one by one. */
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

  /**
   * Writes the blocks and rows that make the messages all there is in the space. False when another worker has changed
   * a block that reaches beyond it meanwhile: then nothing is lost, and it is to be done again.
   */
  async function replace(generation: Generation, space: UidSet, messages: readonly MessageRecord[]): Promise<boolean> {
    const low = space[0]?.[0] ?? 1;
    const high = space.at(-1)?.[1] ?? 0;
    const [rows, blocks] = await Promise.all([
      all({ ...rowRange(generation, low, high), ProjectionExpression: 'sk' }),
      blocksIn(generation, low, high),
    ]);
    const touched = blocks.filter(({ messages: packed }) => packed.some(({ uid }) => hasUid(space, uid)));
    const bySlot = new Map(blocks.map((block) => [block.slot, block]));
    const fresh = Map.groupBy(messages, ({ uid }) => slotOf(uid));
    const slots = await Promise.all(
      [...new Set([...touched.map(({ slot }) => slot), ...fresh.keys()])].map((slot) =>
        planSlot({ generation, slot, space, block: bySlot.get(slot) ?? null, added: fresh.get(slot) ?? [] }),
      ),
    );
    const asRows = new Map(slots.flatMap(({ rows: each }) => each.map((message) => [message.uid, message] as const)));
    const puts = [
      ...slots.filter(({ isOurs }) => isOurs).map(({ item }) => item),
      ...asRows.values().map(toMessageItem),
    ];
    const gone = slots.filter(({ isOurs, item, block }) => isOurs && item === null && block !== null);
    const writes = [
      ...puts.filter((item) => item !== null).map((Item) => ({ PutRequest: { Item } })),
      ...gone.map(({ slot }) => ({ DeleteRequest: { Key: blockKeys(generation, slot) } })),
    ];
    await batchWrite(client, table, writes);
    for (const { slot, isOurs, item, block } of slots) {
      const changes = !isOurs && (item !== null || block !== null);
      if (changes && !(await swap(blockKeys(generation, slot), item, block))) return false;
    }
    const stale = rows.map(({ sk }) => uidOf(sk)).filter((uid) => hasUid(space, uid) && !asRows.has(uid));
    await batchWrite(client, table, rowDeletes(generation, stale));
    return true;
  }

  /** What becomes of a slot: `item` is its block from now on, null for none, and `rows` what is stored beside it. */
  async function planSlot(given: {
    readonly generation: Generation;
    readonly slot: number;
    readonly space: UidSet;
    readonly block: Block | null;
    readonly added: readonly MessageRecord[];
  }) {
    const { generation, slot, space, block, added } = given;
    const kept = (block?.messages ?? []).filter(({ uid }) => !hasUid(space, uid));
    const [first] = added;
    const packed = block !== null || (first !== undefined && added.length >= LEAST_PACKED && (await packs(first)));
    const written = randomUUID();
    const whole = packed ? await toBlockItem({ generation, slot, messages: [...kept, ...added], written }) : null;
    const item = whole ?? (await toBlockItem({ generation, slot, messages: kept, written }));
    // Only what lies in the space as a whole is nobody else's to write.
    const isOurs = subtractUids(uidsOfSlot(slot), space).length === 0;
    return { slot, block, item, isOurs, rows: whole === null ? added : [] };
  }

  /** Puts the item in the place of the block, or takes it away, if the block is still what was read. */
  function swap(Key: ReturnType<typeof blockKeys>, item: Item | null, block: Block | null): Promise<boolean> {
    const condition =
      block === null
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'w = :w', ExpressionAttributeValues: { ':w': block.written } };
    if (item === null)
      return conditional(() => client.send(new DeleteCommand({ TableName: table, Key, ...condition })));
    const put = { TableName: table, Item: item, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    return conditional(
      () => client.send(new PutCommand(put)),
      ({ w }) => w === item.w,
    );
  }

  const rowDeletes = (generation: Generation, uids: Iterable<number>) =>
    [...new Set(uids)].map((uid) => ({ DeleteRequest: { Key: messageKeys(generation, uid) } }));

  return {
    putMessages: (messages) =>
      batchWrite(
        client,
        table,
        // A batch with the same key twice would be refused as a whole.
        [
          ...new Map(
            messages.map((message) => [`${message.mailboxKey}/${message.uidValidity}/${message.uid}`, message]),
          ),
        ]
          .map(([, message]) => message)
          .map((message) => ({ PutRequest: { Item: toMessageItem(message) } })),
      ),

    async replaceMessages(generation, space, messages) {
      if (space.length === 0) return;
      const distinct = [...new Map(messages.map((message) => [message.uid, message])).values()];
      for (let attempt = 0; attempt < TRIES; attempt += 1) if (await replace(generation, space, distinct)) return;
      throw new Error('a block changes each time it is to be replaced');
    },

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
        // Below the lowest row or block of a page that has not ended, the other page tells only half.
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

  /** Deletes the first items that a query finds; true when it found them all. */
  async function erasePage(query: QueryCommandInput): Promise<boolean> {
    const page = await client.send(
      new QueryCommand({ ...query, ProjectionExpression: 'pk, sk', Limit: ERASED_AT_ONCE }),
    );
    const deletes = (page.Items ?? []).map((Key) => ({ DeleteRequest: { Key } }));
    await batchWrite(client, table, deletes);
    return page.LastEvaluatedKey === undefined;
  }
}

/** The keys under which single messages may be: of each its row, and the block of its slot. */
function singleKeys(generation: Generation, uids: UidSet) {
  const each = [...iterateUids(uids)];
  const slots = [...new Set(each.map(slotOf))];
  return [...each.map((uid) => messageKeys(generation, uid)), ...slots.map((slot) => blockKeys(generation, slot))];
}

/** The UIDs of messages, from rows read with `g` and `t` and blocks read with `n`. */
function uidsOf(rows: readonly Item[], blocks: readonly Item[]): UidSet {
  const ofKind = (kind: Row['kind']): UidSet =>
    fromUids(rows.filter((item) => rowKind(item) === kind).map(({ sk }) => uidOf(sk)));
  const packed = blocks.reduce<UidSet>((sum, block) => unionUids(sum, uidsInBlock(block)), []);
  return unionUids(subtractUids(packed, ofKind('gone')), ofKind('message'));
}

/** Whether an account's messages are stored in blocks: while it has few mailboxes. Looked up every few minutes. */
function packing(client: DynamoDBDocumentClient, table: string): (owner: { accountId: string }) => Promise<boolean> {
  const { name, partitionKey } = MAIL.accountIndex;
  const known = new Map<string, { readonly until: number; readonly packs: boolean }>();
  return async ({ accountId }) => {
    const cached = known.get(accountId);
    if (cached !== undefined && cached.until > Date.now()) return cached.packs;
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: name,
        Select: 'COUNT',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': partitionKey },
        ExpressionAttributeValues: { ':p': mailboxIndexKey(accountId) },
        Limit: MOST_MAILBOXES + 1,
      }),
    );
    known.set(accountId, { until: Date.now() + COUNTED_MS, packs: Count <= MOST_MAILBOXES });
    return Count <= MOST_MAILBOXES;
  };
}
