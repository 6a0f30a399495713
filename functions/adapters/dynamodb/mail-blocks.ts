/**
 * A block is one item with the messages of up to 64 neighbouring UIDs. A first sync writes thousands of messages that
 * seldom change: blocks need a twentieth of the writes. A block is not rewritten for a single message. A later change
 * of one message is a separate row, and the row takes precedence: a whole message, only flags, or the note that the
 * message was deleted.
 *
 * UIDs are divided into slots of 64 from zero, so a block stored again after a crash has the same key. The indexes
 * sort a block by its newest message. They have one partition for each magnitude of the time that a block spans, so a
 * reader of an older time knows how far above it a block may begin.
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import * as z from 'zod';
import { type MessageRecord, sortInstant } from '../../domain/mail/message.ts';
import { formatUidSet, fromUids, parseUidSet, type UidSet } from '../../domain/sync/uid-set.ts';
import { SLOT_UIDS } from '../../domain/sync/window-size.ts';
import type { Generation } from '../../ports/mail-store.ts';
import { fromMessageFields, hex8, messageFields, toMessageFields } from './mail-items.ts';

/**
 * Characters before compression: a block of typical messages has 20,000. Even incompressible ones stay below 400 KB
 * (AWS limit of an item).
 */
const MAX_TEXT = 100_000;
/**
 * Milliseconds: one hour, then eight times as long each. Messages that span more than 30 years are not stored in a
 * block.
 */
const SPANS: readonly number[] = Array.from({ length: 7 }, (_, at) => 3_600_000 * 8 ** at);

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

export type Block = {
  readonly generation: Generation;
  readonly slot: number;
  readonly messages: readonly MessageRecord[];
  /** A new value with each write. */
  readonly written: string;
};

export const slotOf = (uid: number): number => Math.floor(uid / SLOT_UIDS);
export const uidsOfSlot = (slot: number): UidSet => [[Math.max(1, slot * SLOT_UIDS), slot * SLOT_UIDS + SLOT_UIDS - 1]];

/** Blocks of a UIDVALIDITY sort before its rows. */
export const blockSortKey = (uidValidity: number, slot: number): string => `${hex8(uidValidity)}+${hex8(slot)}`;
export const blockKeys = ({ mailboxKey, uidValidity }: Generation, slot: number) => ({
  pk: mailboxKey,
  sk: blockSortKey(uidValidity, slot),
});
export const isBlockKey = (sortKey: string): boolean => sortKey[8] === '+';

/**
 * The index partitions of an account's or a credential's blocks, each with the longest time that its blocks span, ms.
 */
export const blockPartitions = (owner: string): readonly { readonly key: string; readonly span: number }[] =>
  SPANS.map((span, at) => ({ key: `blk${at}#${owner}`, span }));

/** The times of a block's newest and oldest message, from its index key. */
export const reachOf = (indexSort: string): { readonly newest: string; readonly oldest: string } => {
  const [newest = '', oldest = ''] = indexSort.split('#');
  return { newest, oldest };
};

/** Null when the messages do not fit into a block: they span decades, or are very large. */
export async function toBlockItem({ generation, slot, messages, written }: Block) {
  const [first] = messages;
  if (first === undefined) return null;
  const instants = messages.map(sortInstant).sort();
  const [oldest = '', newest = ''] = [instants[0], instants.at(-1)];
  const magnitude = SPANS.findIndex((span) => Date.parse(newest) - Date.parse(oldest) <= span);
  if (magnitude < 0) return null;
  const text = JSON.stringify(messages.map((message) => ({ n: message.uid, ...toMessageFields(message) })));
  if (text.length > MAX_TEXT) return null;
  return {
    ...blockKeys(generation, slot),
    ga: `blk${magnitude}#${first.accountId}`,
    gc: `blk${magnitude}#${first.credentialId}`,
    gd: `${newest}#${oldest}`,
    a: first.accountId,
    c: first.credentialId,
    n: formatUidSet(fromUids(messages.map(({ uid }) => uid))),
    b: await deflate(text, { level: 1 }),
    w: written,
  };
}

const blockItem = z.object({
  pk: z.string(),
  sk: z.string().length(17),
  a: z.string(),
  c: z.string(),
  b: z.instanceof(Uint8Array),
  w: z.string(),
});
const listedItem = z.object({ n: z.string() });
const packed = z.array(messageFields.extend({ n: z.number() }));

const slotIn = (sortKey: string): number => Number.parseInt(sortKey.slice(9), 16);
const generationIn = (pk: string, sk: string): Generation => ({
  mailboxKey: pk,
  uidValidity: Number.parseInt(sk.slice(0, 8), 16),
});

export async function fromBlockItem(item: unknown): Promise<Block> {
  const { pk, sk, a: accountId, c: credentialId, b, w } = blockItem.parse(item);
  const generation = generationIn(pk, sk);
  const text = String(await inflate(b, { maxOutputLength: 4 * MAX_TEXT }));
  const messages = packed
    .parse(JSON.parse(text))
    .map(({ n: uid, ...fields }) => fromMessageFields(fields, { ...generation, uid, accountId, credentialId }));
  return { generation, slot: slotIn(sk), messages, written: w };
}

/** The UIDs of a block; `n` must have been read. */
export const uidsInBlock = (item: unknown): UidSet => parseUidSet(listedItem.parse(item).n);
