import { deflateRawSync } from 'node:zlib';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  type Block,
  fromBlockItem,
  reachOf,
  slotOf,
  toBlockItem,
  uidsOfSlot,
} from '../../../functions/adapters/dynamodb/mail-blocks.ts';
import { storedMailbox, storedMessage } from '../../fixtures/stored-mail.ts';

const record = { ...storedMailbox('pc_one', 'A'), key: 'mailbox', version: 1, doubt: 0, lastError: null };
const generation = { mailboxKey: 'mailbox', uidValidity: 7 };
const MAX_TEXT = 100_000;
const MAX_ITEM_BYTES = 400 * 1024;

const block = (messages: Block['messages']): Block => ({ generation, slot: 1, messages, written: 'w' });
const slotOf64 = (subject: (at: number) => string) =>
  block(Array.from({ length: 64 }, (_, at) => storedMessage(record, 64 + at, { subject: subject(at) })));

/** So many subjects that one more byte in each would not fit into the block. */
async function fullest(unit: () => string): Promise<{ given: Block; item: Record<string, unknown> }> {
  const of = (units: number) => slotOf64(() => Array.from({ length: units }, unit).join(''));
  let [fits, tooMany] = [0, MAX_TEXT / 64];
  while (tooMany - fits > 1) {
    const units = Math.floor((fits + tooMany) / 2);
    if ((await toBlockItem(of(units))) === null) tooMany = units;
    else fits = units;
  }
  const given = of(fits);
  const item = await toBlockItem(given);
  if (item === null || fits === 0) throw new Error('nothing fits');
  return { given, item };
}

/** A text that differs at each index, so that it hardly compresses. */
let state = 1;
const random = (range: number): number => {
  state = (state * 48_271) % 2_147_483_647;
  return state % range;
};

describe('a full block', () => {
  test.each([
    ['of one byte each', () => String.fromCharCode(0x61 + random(26))],
    ['of two bytes each', () => String.fromCharCode(0x400 + random(0x100))],
    ['of three bytes each', () => String.fromCharCode(0x4e00 + random(0x5000))],
    ['of four bytes each', () => String.fromCodePoint(0x1f300 + random(0x200))],
    ['that JSON escapes', () => '"'],
    ['that are lone surrogates', () => '\ud83d'],
  ])('of characters %s is read back unchanged, and fits into a DynamoDB item', async (_, unit) => {
    const { given, item } = await fullest(unit);
    expect(await fromBlockItem(item)).toEqual(given);
    const bytes = JSON.stringify(marshall({ ...item, b: undefined }, { removeUndefinedValues: true })).length;
    const { b } = item;
    if (!(b instanceof Uint8Array)) throw new Error('no bytes');
    expect(bytes + b.byteLength).toBeLessThan(MAX_ITEM_BYTES);
  });

  test('is null when one message is too long for it, and complete below that', async () => {
    const { given } = await fullest(() => '名');
    const [first, ...rest] = given.messages;
    if (first === undefined) throw new Error('no message');
    for (let added = 0; ; added += 1) {
      const item = await toBlockItem(block([{ ...first, subject: `${first.subject}${'名'.repeat(added)}` }, ...rest]));
      if (item === null) break;
      expect(added).toBeLessThan(64);
      expect((await fromBlockItem(item)).messages).toHaveLength(64);
    }
  });
});

test.each([
  [0, [[1, 63]]],
  [1, [[64, 127]]],
  [2, [[128, 191]]],
])('the slot %i has the UIDs %j', (slot, uids) => {
  expect(uidsOfSlot(slot)).toEqual(uids);
  for (const [low = 0, high = 0] of uids)
    expect([slotOf(low), slotOf(high), slotOf(high + 1)]).toEqual([slot, slot, slot + 1]);
});

test('a block is sorted by its newest message, whatever its UID, and reaches down to its oldest', async () => {
  const days = ['2026-10-03', '2026-10-01', '2026-10-05', '2026-10-02'].map((day) => `${day}T00:00:00.000Z`);
  const messages = days.map((internalDate, n) => storedMessage(record, 64 + n, { internalDate }));
  const item = await toBlockItem(block(messages));
  expect(item).toMatchObject({ gd: `${days[2]}#${days[1]}`, n: '64:67' });
  expect(reachOf(String(item?.gd))).toEqual({ newest: days[2], oldest: days[1] });
});

test('an empty block is null', async () => {
  expect(await toBlockItem(block([]))).toBeNull();
});

test.each([
  [29, true],
  [31, false],
])('messages that span %i years: a block %s', async (years, isBlock) => {
  const at = (year: number) => `${year}-01-01T00:00:00.000Z`;
  const messages = [1990, 1990 + years].map((year, n) => storedMessage(record, 64 + n, { internalDate: at(year) }));
  expect((await toBlockItem(block(messages))) !== null).toBe(isBlock);
});

describe('the partition of a block in the indexes', () => {
  const HOUR = 3_600_000;
  test.each([
    [0, 0],
    [HOUR, 0],
    [HOUR + 1, 1],
    [8 * HOUR, 1],
    [8 * HOUR + 1, 2],
    [8 ** 6 * HOUR, 6],
  ])('that spans %i ms is of magnitude %i', async (ms, magnitude) => {
    const dates = [0, ms].map((after) => new Date(Date.parse('1990-01-01T00:00:00Z') + after).toISOString());
    const messages = dates.map((internalDate, n) => storedMessage(record, 64 + n, { internalDate }));
    const item = await toBlockItem(block(messages));
    expect(item).toMatchObject({ ga: `blk${magnitude}#acc_one`, gc: `blk${magnitude}#pc_one` });
    expect(item?.gd).toBe(`${dates[1]}#${dates[0]}`);
  });
});

describe('a stored block with invalid content', () => {
  const stored = async () => ({ ...(await toBlockItem(slotOf64(() => 'x'))) });
  const packed = (text: string) => deflateRawSync(text);

  test.each([
    ['inflates to more than the maximum of a block', packed('['.padEnd(50_000_000))],
    [
      'inflates to more than the maximum of a block, in characters of three bytes',
      packed(JSON.stringify('名'.repeat(400_000))),
    ],
    ['is cut', packed('[{"n":64}]').subarray(0, 5)],
    ['is not JSON', packed('{')],
    ['is not a list', packed('{"n":1}')],
    ['has a message without its UID', packed('[{"t":"2026-11-01T00:00:00.000Z"}]')],
    ['is empty', new Uint8Array()],
    ['is text', 'b'],
    ['is missing', undefined],
  ])('is refused if it %s', async (_, b) => {
    await expect(fromBlockItem({ ...(await stored()), b })).rejects.toThrow();
  });
});
