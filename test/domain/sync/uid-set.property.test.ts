import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatUidSet,
  fromUids,
  hasUid,
  intersectUids,
  iterateUids,
  lastUids,
  MAX_UID,
  parseUidSet,
  splitUids,
  subtractUids,
  uidCount,
  unionUids,
} from '../../../functions/domain/sync/uid-set.ts';

// A small space, so that ranges often touch and overlap.
const uids = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
const ascending = (list: Iterable<number>): number[] => [...new Set(list)].sort((a, b) => a - b);

describe('a set of UIDs', () => {
  it('contains exactly the UIDs it was made from', () => {
    fc.assert(
      fc.property(uids, (list) => {
        const set = fromUids(list);
        expect([...iterateUids(set)]).toEqual(ascending(list));
        expect(uidCount(set)).toBe(new Set(list).size);
        for (let uid = 0; uid <= 61; uid += 1) expect(hasUid(set, uid)).toBe(list.includes(uid));
      }),
    );
  });

  it('has one text, which is parsed to the same set', () => {
    fc.assert(
      fc.property(uids, (list) => {
        const set = fromUids(list);
        expect(parseUidSet(formatUidSet(set))).toEqual(set);
        expect(formatUidSet(fromUids(list.toReversed()))).toBe(formatUidSet(set));
      }),
    );
  });

  it('is read from overlapping, touching and reversed ranges in any order', () => {
    expect(formatUidSet(parseUidSet('9,7:5,1:3,4,6:8,20'))).toBe('1:9,20');
    expect(parseUidSet('')).toEqual([]);
  });

  it('subtracts, joins and intersects like sets of numbers', () => {
    fc.assert(
      fc.property(uids, uids, (left, right) => {
        const [a, b] = [fromUids(left), fromUids(right)];
        expect([...iterateUids(subtractUids(a, b))]).toEqual(ascending(left.filter((uid) => !right.includes(uid))));
        expect([...iterateUids(unionUids(a, b))]).toEqual(ascending([...left, ...right]));
        expect([...iterateUids(intersectUids(a, b))]).toEqual(ascending(left.filter((uid) => right.includes(uid))));
      }),
    );
  });

  it('stays canonical under every operation: no two ranges touch', () => {
    fc.assert(
      fc.property(uids, uids, fc.integer({ min: 1, max: 10 }), (left, right, n) => {
        const [a, b] = [fromUids(left), fromUids(right)];
        for (const set of [
          subtractUids(a, b),
          unionUids(a, b),
          intersectUids(a, b),
          lastUids(a, n),
          ...splitUids(a, n),
        ]) {
          expect(parseUidSet(formatUidSet(set))).toEqual(set);
        }
      }),
    );
  });

  it('returns its highest UIDs', () => {
    fc.assert(
      fc.property(uids, fc.integer({ min: 0, max: 50 }), (list, n) => {
        const expected = n === 0 ? [] : ascending(list).slice(-n);
        expect([...iterateUids(lastUids(fromUids(list), n))]).toEqual(expected);
      }),
    );
  });

  it('splits into full windows, newest first, that together are the set', () => {
    fc.assert(
      fc.property(uids, fc.integer({ min: 1, max: 15 }), (list, n) => {
        const windows = splitUids(fromUids(list), n);
        expect(windows.toReversed().flatMap((window) => [...iterateUids(window)])).toEqual(ascending(list));
        for (const window of windows.slice(0, -1)) expect(uidCount(window)).toBe(n);
        expect(windows.every((window) => uidCount(window) >= 1 && uidCount(window) <= n)).toBe(true);
      }),
    );
  });

  it('never expands a range: the whole UID space is as cheap as one UID', () => {
    const everything = parseUidSet(`1:${MAX_UID}`);
    expect(uidCount(everything)).toBe(MAX_UID);
    expect(formatUidSet(lastUids(everything, 2))).toBe(`${MAX_UID - 1}:${MAX_UID}`);
    expect(formatUidSet(subtractUids(everything, parseUidSet('2:4294967294')))).toBe(`1,${MAX_UID}`);
  });

  it.each([
    '*',
    '1:*',
    '0',
    '0:5',
    '4294967296',
    '1:4294967296',
    '-1',
    '1,,2',
    ',1',
    '1,',
    '1:2:3',
    '1 ',
    'a',
    '1e3',
    '01',
  ])('refuses the text %j', (text) => {
    expect(() => parseUidSet(text)).toThrow(RangeError);
  });

  it('refuses a text that is too long before parsing it', () => {
    expect(() => parseUidSet(`${'1,'.repeat(8_000_000)}1`)).toThrow(RangeError);
  });

  it.each([0, -1, 1.5, Number.NaN, MAX_UID + 1])('refuses %d as a UID', (uid) => {
    expect(() => fromUids([uid])).toThrow(RangeError);
  });

  it('refuses windows of size zero', () => {
    expect(() => splitUids(fromUids([1]), 0)).toThrow(RangeError);
  });
});
