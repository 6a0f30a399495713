import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalsAny } from '../../../functions/webhooks/providers/signature.ts';

const text = fc.string({ unit: 'binary', maxLength: 5 });

test('a text equals one of several exactly when it is one of them', () => {
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 4 }), (given, expected) => {
      expect(equalsAny(given, expected)).toBe(expected.includes(given));
      expect(equalsAny(given, [...expected, given])).toBe(true);
    }),
  );
});

test('texts that are equal in UTF-8 are still different', () => {
  expect(equalsAny('\ud800', ['\ufffd', '\ud801'])).toBe(false);
});
