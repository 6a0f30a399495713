import { expect, test, vi } from 'vitest';
import type { VerifyToken } from '../../../functions/webhooks/providers/provider.ts';
import {
  CLAIMS,
  GMAIL,
  gmailPush,
  gmailRequest,
  JWT,
  json,
  post,
  receive,
  SECONDS,
  tokenWith,
  verdict,
} from './genuine.ts';

const message = gmailPush.message;

test('a push names the user and is identified by its message id', async () => {
  expect(await receive('gmail', gmailRequest())).toEqual({
    kind: 'accepted',
    status: 204,
    events: [
      {
        eventId: message.messageId,
        dedupeKey: message.messageId,
        eventType: 'gmail.history',
        at: '2026-03-01T11:59:59.500Z',
        subjects: { username: 'ann@example.com' },
      },
    ],
    ignored: 0,
  });
});

test('the token is verified with the keys of the issuer in the settings', async () => {
  const verifyToken = vi.fn<VerifyToken>(async () => ({ ...CLAIMS, iss: 'http://127.0.0.1:4000' }));
  const settings = { ...GMAIL, issuer: 'http://127.0.0.1:4000' };
  expect(await verdict(receive('gmail', gmailRequest(), { verifyToken, settings }))).toBe('accepted');
  expect(verifyToken).toHaveBeenCalledExactlyOnceWith(JWT, 'http://127.0.0.1:4000');
});

test.each([
  ['all valid', {}, 'accepted'],
  ['an audience among several', { aud: ['https://other.example.com', GMAIL.audience] }, 'accepted'],
  ['another issuer', { iss: 'https://accounts.evil.com' }, 'wrong_claims'],
  ['no issuer', { iss: undefined }, 'wrong_claims'],
  ['another audience', { aud: 'https://other.example.com' }, 'wrong_claims'],
  ['an audience that only begins like it', { aud: `${GMAIL.audience}2` }, 'wrong_claims'],
  ['no audience', { aud: undefined }, 'wrong_claims'],
  ['another account', { email: 'push@evil.iam.gserviceaccount.com' }, 'wrong_claims'],
  ['no account', { email: undefined }, 'wrong_claims'],
  ['an unverified address', { email_verified: false }, 'wrong_claims'],
  ['an address verified by a text', { email_verified: 'true' }, 'wrong_claims'],
  ['no field about verification', { email_verified: undefined }, 'wrong_claims'],
  ['valid for one more second', { exp: SECONDS + 1 }, 'accepted'],
  ['expired now', { exp: SECONDS }, 'expired'],
  ['no expiry', { exp: undefined }, 'wrong_claims'],
  ['valid from now', { nbf: SECONDS }, 'accepted'],
  ['valid from later', { nbf: SECONDS + 301 }, 'wrong_claims'],
  ['an invalid start of validity', { nbf: 'now' }, 'wrong_claims'],
])('claims: %s', async (_, claims, expected) => {
  const verifyToken = tokenWith({ ...CLAIMS, ...claims });
  expect(await verdict(receive('gmail', gmailRequest(), { verifyToken }))).toBe(expected);
});

test.each([
  ['none', undefined, 'no_signature'],
  ['in lower case', `bearer ${JWT}`, 'accepted'],
  ['another token', 'Bearer aGVhZA.Ym9keQ.c2lm', 'bad_signature'],
  ['another scheme', `Basic ${JWT}`, 'bad_signature'],
  ['no scheme', JWT, 'bad_signature'],
  ['two parts', 'Bearer a.b', 'bad_signature'],
  ['something behind it', `Bearer ${JWT} x`, 'bad_signature'],
  ['endless', `Bearer ${'a'.repeat(20_000)}.b.c`, 'bad_signature'],
])('authorization: %s', async (_, authorization, expected) => {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  expect(await verdict(receive('gmail', post(json(gmailPush), headers)))).toBe(expected);
});

test('no keys are requested for an invalid token, and the body is not read before the token is valid', async () => {
  const verifyToken = vi.fn<VerifyToken>(async () => null);
  expect(await verdict(receive('gmail', post(json(gmailPush), { authorization: 'Bearer x' }), { verifyToken }))).toBe(
    'bad_signature',
  );
  expect(verifyToken).not.toHaveBeenCalled();
  expect(await verdict(receive('gmail', gmailRequest('nonsense'), { verifyToken }))).toBe('bad_signature');
});

test('a request is neither accepted nor refused while the keys are unavailable', async () => {
  const verifyToken: VerifyToken = () => Promise.reject(new Error('no keys'));
  await expect(receive('gmail', gmailRequest(), { verifyToken })).rejects.toThrow('no keys');
});

test.each([
  [
    'another subscription',
    { ...gmailPush, subscription: 'projects/project/subscriptions/other' },
    'unknown_subscription',
  ],
  ['no subscription', { message }, 'malformed'],
  ['no message', { subscription: GMAIL.subscription }, 'malformed'],
  ['no message id', { ...gmailPush, message: { data: message.data } }, 'malformed'],
  ['a message id that is too long', { ...gmailPush, message: { ...message, messageId: '1'.repeat(256) } }, 'malformed'],
  ['text', 'text', 'malformed'],
])('a push with %s', async (_, push, expected) => {
  expect(await verdict(receive('gmail', gmailRequest(push)))).toBe(expected);
});

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

test.each([
  ['nothing', undefined],
  ['data that is not base64', '%%%'],
  ['data that is not JSON', Buffer.from('hello').toString('base64')],
  ['no address', base64({ historyId: 1 })],
  ['an address that is too long', base64({ emailAddress: 'a'.repeat(256) })],
])('a message that holds %s is acknowledged, so that it is not repeated, and is not an event', async (_, data) => {
  expect(await receive('gmail', gmailRequest({ ...gmailPush, message: { ...message, data } }))).toEqual({
    kind: 'accepted',
    status: 204,
    events: [],
    ignored: 1,
  });
});

test('plain base64 is accepted too, and an invalid time is left out', async () => {
  const data = base64({ emailAddress: 'bob~~~???@example.com' });
  const push = { ...gmailPush, message: { ...message, data, publishTime: 'noon' } };
  expect(await receive('gmail', gmailRequest(push))).toMatchObject({
    events: [{ at: null, subjects: { username: 'bob~~~???@example.com' } }],
  });
});
