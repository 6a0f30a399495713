/** Which message the lines of an answer belong to, when only some of them have a UID and messages are expunged between. */
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
  it('go to its UID, once a line with that number had one', () => {
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

  it('wait for its UID together, the newest first believed', () => {
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

  it('are handed over whole also where only the first one came without a UID', () => {
    const { lines, told } = merging();
    lines.add(2, null, A);
    lines.add(1, 11, B);
    lines.add(2, 12, {});
    expect(told).toEqual([
      [11, B],
      [12, A],
    ]);
  });

  it('are dropped where nobody asked for it, whichever of them has the UID', () => {
    const { lines, told } = merging();
    lines.add(9, null, A);
    lines.add(9, 99, B);
    lines.add(9, null, B);
    lines.add(null, 99, B);
    expect(told).toEqual([]);
  });

  it('may have no number: with a UID they are its own, without one they may be anybody’s', () => {
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
  it('are counted as they were before messages were expunged, however many were', () => {
    const { lines, told } = merging('11:20');
    for (const uid of [11, 12, 13, 14]) lines.add(uid - 10, uid, {});
    told.length = 0;
    // Numbers 1 and 3 of the four, the second by what it is called after the first.
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
    // Other lines of what was expunged may have been among those that are to come.
    expect(lines.isLossy).toBe(true);
  });

  it('of messages whose lines had not come are counted off without loss', () => {
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

  it('bring nothing of an expunged message to another one: what waited for its UID is gone', () => {
    const { lines, told } = merging();
    lines.add(1, null, A);
    lines.expunged(1);
    lines.add(1, 12, B);
    expect(told).toEqual([[12, B]]);
    lines.renumbered();
    expect(lines.isLossy).toBe(false);
  });

  it('are used no more once one of them had two UIDs', () => {
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

  it('are used no more after an expunge of no number: lines without a UID are lost', () => {
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

  it('are counted through a thousand expunges, and no more', () => {
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

  it('begin again when messages are gone and it is not known which: what waited is lost', () => {
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

  it('of a thousand messages may wait for their UIDs, and of no more', () => {
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
