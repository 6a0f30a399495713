/**
 * Stores windows of messages: in blocks if a slot has enough of them, otherwise in rows. A slot that lies completely
 * in the window is written only by its worker. A slot that reaches beyond the window is shared with the neighbouring
 * window, which another worker may process: its block is read, merged, and written if nobody has changed it since.
 */
import { randomUUID } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MessageRecord } from '../../domain/mail/message.ts';
import { hasUid, subtractUids, type UidSet } from '../../domain/sync/uid-set.ts';
import type { Generation, MailStore } from '../../ports/mail-store.ts';
import { batchWrite } from './batch-write.ts';
import { conditional } from './conditional.ts';
import { type Block, blockKeys, fromBlockItem, slotOf, toBlockItem, uidsOfSlot } from './mail-blocks.ts';
import { mailboxIndexKey, toMessageItem, uidOf } from './mail-items.ts';
import { mailRanges, rowDeletes } from './mail-ranges.ts';
import { allItems } from './query-pages.ts';
import { MAIL } from './tables.ts';

type Item = Record<string, unknown>;

/** A slot with fewer messages is stored as rows. */
const MIN_PACKED = 8;
/**
 * A list reads a block for every mailbox that has one at that time: with more mailboxes, messages are stored as rows.
 */
const MAX_MAILBOXES = 300;
const COUNTED_MS = 300_000;
const TRIES = 3;

export function mailWindows(client: DynamoDBDocumentClient, table: string): Pick<MailStore, 'replaceMessages'> {
  const { rowRange, blockRange } = mailRanges(table);
  const packs = packing(client, table);

  /**
   * Writes the blocks and rows that make these messages the complete content of the space. False when another worker
   * has changed a block that reaches beyond the space: then nothing is lost, and it must be repeated.
   */
  async function replace(generation: Generation, space: UidSet, messages: readonly MessageRecord[]): Promise<boolean> {
    const low = space[0]?.[0] ?? 1;
    const high = space.at(-1)?.[1] ?? 0;
    const [rows, blocks] = await Promise.all([
      allItems(client, { ...rowRange(generation, low, high), ProjectionExpression: 'sk' }),
      allItems(client, blockRange(generation, low, high)).then((items) => Promise.all(items.map(fromBlockItem))),
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

  /** The new content of a slot: `item` is its block, null for none, and `rows` are the messages stored as rows. */
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
    const packed = block !== null || (first !== undefined && added.length >= MIN_PACKED && (await packs(first)));
    const written = randomUUID();
    const whole = packed ? await toBlockItem({ generation, slot, messages: [...kept, ...added], written }) : null;
    const item = whole ?? (await toBlockItem({ generation, slot, messages: kept, written }));
    const isOurs = subtractUids(uidsOfSlot(slot), space).length === 0;
    return { slot, block, item, isOurs, rows: whole === null ? added : [] };
  }

  /** Replaces the block by the item, or deletes it, if the block is still the one that was read. */
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

  return {
    async replaceMessages(generation, space, messages) {
      if (space.length === 0) return;
      const distinct = [...new Map(messages.map((message) => [message.uid, message])).values()];
      for (let attempt = 0; attempt < TRIES; attempt += 1) if (await replace(generation, space, distinct)) return;
      throw new Error(`a block of messages stays in conflict after ${TRIES} tries`);
    },
  };
}

/** Whether an account's messages are stored in blocks: only while it has few mailboxes. Checked every few minutes. */
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
        Limit: MAX_MAILBOXES + 1,
      }),
    );
    known.set(accountId, { until: Date.now() + COUNTED_MS, packs: Count <= MAX_MAILBOXES });
    return Count <= MAX_MAILBOXES;
  };
}
