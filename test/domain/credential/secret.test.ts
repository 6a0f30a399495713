import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskUsername, secretSchema } from '../../../functions/domain/credential/secret.ts';

it('masks a user name so that only its owner knows it', () => {
  expect(['alice@example.com', 'bob@x.org', 'jo', 'DOMAIN\\user', '@', ''].map(maskUsername)).toEqual([
    'a…e@example.com',
    '…@x.org',
    '…',
    'D…r',
    '…@',
    '…',
  ]);
});

it('shows at most two letters of what stands before the @', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.domain(), (local, domain) => {
      const shown = maskUsername(`${local}@${domain}`).slice(0, -domain.length - 1);
      expect([...shown.replace('…', '')].length).toBeLessThanOrEqual(2);
    }),
  );
});

it.each(['a\r\nb', 'a\u0000', '', 'x'.repeat(1025)])(
  'refuses the password %j, which no login can carry',
  (password) => {
    expect(secretSchema.safeParse({ username: 'ann', password }).success).toBe(false);
  },
);

it('tells nothing of a refused secret', () => {
  const refused = secretSchema.safeParse({ username: 'ann', password: 'hunter2\n', extra: 'hunter2' });
  expect(refused.success).toBe(false);
  expect(String(refused.error)).not.toContain('hunter2');
});
