import { expect, it } from 'vitest';
import { toCount, toModseq, toUid } from '../../../functions/adapters/imap/numbers.ts';

const HIGHEST = 4_294_967_295;
const WRONG = [undefined, -1, 1.5, HIGHEST + 1, Number.NaN, Number.POSITIVE_INFINITY];

it('a UID is a whole number from 1 to 4,294,967,295; anything else is null', () => {
  expect([1, HIGHEST].map(toUid)).toEqual([1, HIGHEST]);
  expect([0, ...WRONG].map(toUid)).toEqual([0, ...WRONG].map(() => null));
});

it('a count may be 0; an invalid count does not become 0', () => {
  expect([0, 1, HIGHEST].map(toCount)).toEqual([0, 1, HIGHEST]);
  expect(WRONG.map(toCount)).toEqual(WRONG.map(() => null));
});

it('a mod-sequence has 63 bits and keeps all digits; 0 means none', () => {
  const highest = 9_223_372_036_854_775_807n;
  expect([1n, highest].map(toModseq)).toEqual(['1', '9223372036854775807']);
  expect([undefined, 0n, -1n, highest + 1n].map(toModseq)).toEqual([null, null, null, null]);
});
