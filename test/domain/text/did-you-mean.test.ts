import fc from 'fast-check';
import { expect, it } from 'vitest';
import { didYouMean } from '../../../functions/domain/text/did-you-mean.ts';

const known = ['limit', 'cursor', 'credential_id', 'q', 'id'];

it.each([
  ['limt', 'limit'],
  ['credentail_id', 'credential_id'],
  ['credentialId', 'credential_id'],
  ['curser', 'cursor'],
  ['ids', 'id'],
  ['ilmit', 'limit'],
  ['lmiit', 'limit'],
  ['limti', 'limit'],
])('didYouMean suggests %s for %s', (word, meant) => {
  expect(didYouMean(word, known)).toBe(meant);
});

it.each(['x', '', 'xy', 'status', 'toString', '__proto__', 'lxyit', 'lxiit', 'lmxit'])(
  'didYouMean suggests nothing for %j',
  (word) => {
    expect(didYouMean(word, known)).toBeNull();
  },
);

it('didYouMean suggests the nearest of several, and the known word itself before any other', () => {
  expect(didYouMean('created_at', ['updated_at', 'created_at'])).toBe('created_at');
  expect(didYouMean('labell', ['labels', 'label'])).toBe('labels');
});

it('didYouMean returns a known word or null, for any word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (word) => {
      expect([...known, null]).toContain(didYouMean(word, known));
    }),
  );
});
