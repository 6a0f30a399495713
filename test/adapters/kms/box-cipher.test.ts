import { createSecretKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { derivedKey, newSalt } from '../../../functions/adapters/kms/box-cipher.ts';

const shared = createSecretKey(Buffer.alloc(32, 7));
const salt = Buffer.alloc(16, 1);
const context = { account: 'acc_one', credential: 'pc_one', purpose: 'credential' };
const textOf = (key: Uint8Array) => Buffer.from(key).toString('hex');

it('a data key is the same for the same shared key, salt and context, whatever the order of the context', () => {
  const { account, credential, purpose } = context;
  const key = textOf(derivedKey(shared, salt, context));
  expect(key).toHaveLength(64);
  expect(textOf(derivedKey(shared, salt, { purpose, credential, account }))).toBe(key);
});

it.each([
  ['another shared key', createSecretKey(Buffer.alloc(32, 8)), salt, context],
  ['another salt', shared, Buffer.alloc(16, 2), context],
  ['another account', shared, salt, { ...context, account: 'acc_two' }],
  ['another credential', shared, salt, { ...context, credential: 'pc_two' }],
  ['another purpose', shared, salt, { ...context, purpose: 'webhook' }],
  ['exchanged values', shared, salt, { ...context, account: 'pc_one', credential: 'acc_one' }],
])('a data key is another one with %s', (_, key, otherSalt, other) => {
  expect(textOf(derivedKey(key, otherSalt, other))).not.toBe(textOf(derivedKey(shared, salt, context)));
});

it('each box has a salt of its own, of 128 bits', () => {
  const salts = Array.from({ length: 100 }, () => textOf(newSalt()));
  expect(new Set(salts).size).toBe(100);
  expect(salts[0]).toHaveLength(32);
});

it('a shared key in memory shows no byte of itself when it is printed or turned into JSON', () => {
  expect(`${JSON.stringify({ shared })} ${String(shared)}`).not.toMatch(/0707|BwcH|7,7/);
});
