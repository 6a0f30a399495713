/** Assigns lines of an answer to messages when only some have a UID and messages are expunged in between. */
import { describe, expect, it } from 'vitest';
import { mergeLines } from '../../../functions/adapters/imap/merge-lines.ts';
import { parseUidSet } from '../../../functions/domain/sync/uid-set.ts';

type Fields = { readonly a?: number; readonly b?: number };
/** Messages 11 to 14 are wanted, at the numbers 1 to 4. */
function merging(wanted = '11:14') {
  const told: [number, Fields][] = [];
  const lines = mergeLines<Fields>(parseUidSet(wanted), (uid, fields) => told.push([uid, fields]));
  return { lines, told };
}
const A = { a: 1 };
const B = { b: 2 };

describe('the lines of one message', () => {
  it('are assigned to its UID, after a line with that number had one', () => {
    const { lines, told } = merging();
    lines.add(1, 11, A);
    lines.add(1, null, B);
    lines.add(1, 11, B);
    lines.add(1, null, A);
    expect(told).toEqual([
      [11, A],
      [11, B],
      [11, B],
      [11, A],
    ]);
    expect(lines.isLossy).toBe(false);
  });

  it('are collected until the UID arrives, and the newest line is used', () => {
    const { lines, told } = merging();
    lines.add(1, null, { a: 1, b: 1 });
    lines.add(2, null, { a: 9 });
    lines.add(1, null, B);
    expect(told).toEqual([]);
    lines.add(1, 11, { a: 3 });
    expect(told).toEqual([[11, { a: 3, b: 2 }]]);
    lines.add(1, null, B);
    expect(told.at(-1)).toEqual([11, B]);
    expect(lines.isLossy).toBe(false);
  });

  it('are passed on completely even if only the first one had no UID', () => {
    const { lines, told } = merging();
    lines.add(2, null, A);
    lines.add(1, 11, B);
    lines.add(2, 12, {});
    expect(told).toEqual([
      [11, B],
      [12, A],
    ]);
  });

  it('are dropped if the message was not requested, whichever of them has the UID', () => {
    const { lines, told } = merging();
    lines.add(9, null, A);
    lines.add(9, 99, B);
    lines.add(9, null, B);
    lines.add(null, 99, B);
    expect(told).toEqual([]);
  });

  it('may have no number: with a UID they are assigned, without one they are lost', () => {
    const { lines, told } = merging();
    lines.add(1, 11, {});
    lines.add(null, 12, A);
    expect([told, lines.isLossy]).toEqual([
      [
        [11, {}],
        [12, A],
      ],
      false,
    ]);
    lines.add(null, null, B);
    expect([told.length, lines.isLossy]).toEqual([2, true]);
  });
});

describe('numbers of an answer', () => {
  it('are converted to those before the expunges, however many there were', () => {
    const { lines, told } = merging('11:20');
    for (const uid of [11, 12, 13, 14]) lines.add(uid - 10, uid, {});
    told.length = 0;
    // The first and the third of the four: after the first expunge, the third has the number 2.
    lines.expunged(1);
    lines.expunged(2);
    lines.add(1, null, A);
    lines.add(2, null, B);
    lines.add(3, 15, A);
    lines.add(3, null, B);
    expect(told).toEqual([
      [12, A],
      [14, B],
      [15, A],
      [15, B],
    ]);
    // Lines of the expunged message may have been among later ones.
    expect(lines.isLossy).toBe(true);
  });

  it('of messages without lines yet are expunged without loss', () => {
    const { lines, told } = merging();
    lines.add(1, 11, {});
    lines.expunged(3);
    lines.add(3, 14, A);
    lines.add(3, null, B);
    expect(told.slice(1)).toEqual([
      [14, A],
      [14, B],
    ]);
    expect(lines.isLossy).toBe(false);
  });

  it('never assign a line of an expunged message to another one: waiting lines are dropped', () => {
    const { lines, told } = merging();
    lines.add(1, null, A);
    lines.expunged(1);
    lines.add(1, 12, B);
    expect(told).toEqual([[12, B]]);
    lines.renumbered();
    expect(lines.isLossy).toBe(false);
  });

  it('are not used any more after one of them had two UIDs', () => {
    const { lines, told } = merging();
    lines.add(1, 11, A);
    lines.add(2, null, A);
    lines.add(1, 12, B);
    expect(told).toEqual([
      [11, A],
      [12, B],
    ]);
    expect(lines.isLossy).toBe(true);
    lines.add(2, 13, B);
    lines.add(2, null, A);
    expect(told.slice(2)).toEqual([[13, B]]);
  });

  it('are not used any more after an expunge without a number: lines without a UID are lost', () => {
    const { lines, told } = merging();
    lines.add(1, 11, A);
    lines.expunged(null);
    expect(lines.isLossy).toBe(false);
    lines.add(1, null, B);
    expect([told, lines.isLossy]).toEqual([[[11, A]], true]);
    lines.add(2, 12, B);
    lines.add(2, null, A);
    expect(told.at(-1)).toEqual([12, B]);
  });

  it('are tracked through at most a thousand expunges', () => {
    const { lines, told } = merging('11,2000');
    lines.add(1, 11, {});
    lines.add(2_000, 2000, {});
    told.length = 0;
    for (let n = 0; n < 1_000; n += 1) lines.expunged(2);
    lines.add(1_000, null, A);
    lines.add(1, null, A);
    expect([told, lines.isLossy]).toEqual([
      [
        [2000, A],
        [11, A],
      ],
      false,
    ]);
    lines.expunged(2);
    lines.add(1, null, B);
    expect([told.length, lines.isLossy]).toEqual([2, true]);
  });

  it('start again when messages vanish under unknown numbers: waiting lines are lost', () => {
    const { lines, told } = merging();
    lines.add(1, 11, A);
    lines.renumbered();
    expect(lines.isLossy).toBe(false);
    lines.add(1, null, B);
    expect([told, lines.isLossy]).toEqual([[[11, A]], true]);
    lines.add(1, 12, A);
    expect(told.at(-1)).toEqual([12, { a: 1, b: 2 }]);
    expect(lines.isLossy).toBe(false);
    lines.add(2, null, A);
    lines.renumbered();
    lines.add(2, 13, B);
    expect([told.at(-1), lines.isLossy]).toEqual([[13, B], true]);
  });

  it('of at most a thousand messages may wait for their UIDs', () => {
    const { lines, told } = merging('1:5000');
    for (let number = 1; number <= 1_000; number += 1) lines.add(number, null, A);
    lines.add(7, 7, B);
    expect([told, lines.isLossy]).toEqual([[[7, { a: 1, b: 2 }]], false]);
    lines.add(1_001, null, A);
    lines.add(8, 8, B);
    expect([told.at(-1), lines.isLossy]).toEqual([[8, { a: 1, b: 2 }], false]);
    for (const number of [1_002, 1_003]) lines.add(number, null, A);
    expect(lines.isLossy).toBe(true);
    lines.add(9, 9, B);
    expect(told.at(-1)).toEqual([9, B]);
  });
});
