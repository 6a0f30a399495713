import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  authKindOf,
  maskUsername,
  secretSchema,
  storedSecretSchema,
  toStored,
} from '../../../functions/domain/credential/secret.ts';

it('a masked user name is such that only its owner can recognise it', () => {
  expect(['alice@example.com', 'bob@x.org', 'jo', 'DOMAIN\\user', '@', ''].map(maskUsername)).toEqual([
    'a…e@example.com',
    '…@x.org',
    '…',
    'D…r',
    '…@',
    '…',
  ]);
});

it('a masked user name shows at most two letters of the part before the @', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.domain(), (local, domain) => {
      const shown = maskUsername(`${local}@${domain}`).slice(0, -domain.length - 1);
      expect([...shown.replace('…', '')].length).toBeLessThanOrEqual(2);
    }),
  );
});

it.each(['a\r\nb', 'a\u0000', '', 'x'.repeat(1025)])(
  'refuses the password %j, which cannot be sent in a login',
  (password) => {
    expect(secretSchema.safeParse({ username: 'ann', password }).success).toBe(false);
  },
);

it('the error of a refused secret reveals nothing about it', () => {
  const refused = secretSchema.safeParse({ username: 'ann', password: 'hunter2\n', extra: 'hunter2' });
  expect(refused.success).toBe(false);
  expect(String(refused.error)).not.toContain('hunter2');
});

const oauth = {
  username: 'ann',
  client_id: 'client',
  client_secret: 'hush',
  refresh_token: 'refresh',
  token_url: 'https://login.example.com/token',
};

it('an OAuth secret is stored with an empty access token, which the first refresh sets', () => {
  const password = { username: 'ann', password: 'hunter2' };
  expect([authKindOf(password), authKindOf(oauth), authKindOf(toStored(oauth))]).toEqual([
    'password',
    'oauth2',
    'oauth2',
  ]);
  expect(toStored(password)).toEqual(password);
  expect(toStored(oauth)).toEqual({ ...oauth, access_token: null, access_until: 0 });
  for (const stored of [toStored(password), toStored(oauth), { ...oauth, access_token: 'a', access_until: 5 }])
    expect(storedSecretSchema.parse(stored)).toEqual(stored);
});

it.each([
  ['a token URL of another scheme', { token_url: 'ftp://login.example.com/token' }],
  ['no token URL', { token_url: 'login' }],
  ['a token URL that is too long', { token_url: `https://login.example.com/${'x'.repeat(2048)}` }],
  ['a control character in the client', { client_id: 'a\nb' }],
  ['an empty refresh token', { refresh_token: '' }],
  ['a refresh token that is too long', { refresh_token: 'x'.repeat(8193) }],
  ['a scope that is too long', { scope: 'x'.repeat(2049) }],
  ['another field', { tenant: 'x' }],
])('is refused with %s', (_, wrong) => {
  expect(secretSchema.safeParse(oauth).success).toBe(true);
  expect(secretSchema.safeParse({ ...oauth, ...wrong }).success).toBe(false);
});
