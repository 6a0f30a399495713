import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { bytes, json, NOW, OTHER_WHSEC, post, receive, SECONDS, standardRequest, verdict, WHSEC } from './genuine.ts';

/** The vector of the reference libraries' own tests (standard-webhooks/standard-webhooks, "sign function works"). */
const VECTOR = {
  body: '{"test": 2432232314}',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  seconds: 1614265330,
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const WRONG = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
const vector = (headers: Record<string, string | undefined> = {}) => {
  const all = {
    'webhook-id': VECTOR.id,
    'webhook-timestamp': String(VECTOR.seconds),
    'webhook-signature': VECTOR.signature,
    ...headers,
  };
  const present = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return post(bytes(VECTOR.body), Object.fromEntries(present));
};
const at = VECTOR.seconds * 1000;

test('the official vector is accepted', async () => {
  expect(await receive('standard', vector(), { now: at })).toEqual({
    kind: 'accepted',
    status: 202,
    events: [
      {
        eventId: VECTOR.id,
        dedupeKey: VECTOR.id,
        eventType: 'unspecified',
        at: '2021-02-25T15:02:10.000Z',
        subjects: {},
      },
    ],
    ignored: 0,
  });
});

test.each([
  ['one that is a second too late', {}, at + 301_000, 'expired'],
  ['one of the maximum age', {}, at + 300_999, 'accepted'],
  ['one of the maximum time ahead', {}, at - 300_000, 'accepted'],
  ['one that is a second too early', {}, at - 301_000, 'expired'],
  ['one without an id', { 'webhook-id': undefined }, at, 'no_signature'],
  ['one without a timestamp', { 'webhook-timestamp': undefined }, at, 'no_signature'],
  ['one without a signature', { 'webhook-signature': undefined }, at, 'no_signature'],
  ['another id', { 'webhook-id': 'msg_2' }, at, 'bad_signature'],
  ['an id that is too long', { 'webhook-id': 'm'.repeat(256) }, at, 'malformed'],
  ['an id with a line break', { 'webhook-id': 'm\n' }, at, 'malformed'],
  ['another timestamp', { 'webhook-timestamp': String(VECTOR.seconds + 1) }, at, 'bad_signature'],
  ['a timestamp that is not a number', { 'webhook-timestamp': 'hello' }, at, 'malformed'],
  ['a timestamp with text after it', { 'webhook-timestamp': `${VECTOR.seconds}x` }, at, 'malformed'],
  ['a timestamp with a zero before it', { 'webhook-timestamp': `0${VECTOR.seconds}` }, at, 'malformed'],
  ['a timestamp with a fraction', { 'webhook-timestamp': `${VECTOR.seconds}.5` }, at, 'malformed'],
  ['an invalid signature', { 'webhook-signature': 'v1,dawfeoifkpqwoekfpqoekf' }, at, 'bad_signature'],
  ['part of the signature', { 'webhook-signature': VECTOR.signature.slice(0, 8) }, at, 'bad_signature'],
  ['an empty signature', { 'webhook-signature': 'v1,' }, at, 'bad_signature'],
  ['no version', { 'webhook-signature': VECTOR.signature.slice(3) }, at, 'bad_signature'],
  ['the right one as v1a', { 'webhook-signature': VECTOR.signature.replace('v1', 'v1a') }, at, 'bad_signature'],
  ['the right one as v2', { 'webhook-signature': VECTOR.signature.replace('v1', 'v2') }, at, 'bad_signature'],
  ['several', { 'webhook-signature': `v1,${WRONG} v2,${WRONG} ${VECTOR.signature} v1,${WRONG}` }, at, 'accepted'],
  ['several, v1a too', { 'webhook-signature': `v1a,${WRONG} ${VECTOR.signature}` }, at, 'accepted'],
  ['several, none of them right', { 'webhook-signature': `v1,${WRONG} v1a,${WRONG}` }, at, 'bad_signature'],
  [
    'more signatures than are checked',
    { 'webhook-signature': `${'v1,x '.repeat(20)}${VECTOR.signature}` },
    at,
    'bad_signature',
  ],
])('of the official vector, %s', async (_, headers, now, expected) => {
  expect(await verdict(receive('standard', vector(headers), { now }))).toBe(expected);
});

test('a secret may lack its prefix, and an invalid one does not hide another', async () => {
  expect(await verdict(receive('standard', vector(), { now: at, secrets: [WHSEC.slice(6)] }))).toBe('accepted');
  expect(await verdict(receive('standard', vector(), { now: at, secrets: ['whsec_', '%', WHSEC] }))).toBe('accepted');
});

test('the provider accepts exactly what the reference library verifies', async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const body = Buffer.from('{"type":"mail.changed","data":{"subject":"Grüße 🎉"}}');
  const request = standardRequest(body, OTHER_WHSEC, 'msg_3', seconds);
  expect(() => new Webhook(OTHER_WHSEC).verify(body, { ...request.headers })).not.toThrow();
  const now = seconds * 1000;
  expect(await verdict(receive('standard', request, { secrets: [OTHER_WHSEC], now }))).toBe('accepted');
});

test('bytes that are not text do not equal a signed replacement character', async () => {
  const body = bytes('{"type":"a\ufffd"}');
  const request = standardRequest(body);
  const forged = Buffer.from(Buffer.from(body).toString('latin1').replace('ï¿½', 'ÿ'), 'latin1');
  expect(forged.toString('utf8')).toBe('{"type":"a\ufffd"}');
  expect(() => new Webhook(WHSEC).sign('msg_1', new Date(NOW), forged)).not.toThrow();
  expect(await verdict(receive('standard', request))).toBe('accepted');
  expect(await verdict(receive('standard', { ...request, body: forged }))).toBe('bad_signature');
  const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...body]);
  expect(await verdict(receive('standard', { ...request, body: marked }))).toBe('bad_signature');
});

test.each([
  ['an external reference', { external_ref: 'crm-1' }, { external_ref: 'crm-1' }],
  ['a user name', { username: 'ann' }, { username: 'ann' }],
  ['both', { username: 'ann', external_ref: 'crm-1' }, { external_ref: 'crm-1', username: 'ann' }],
  ['neither', {}, {}],
  ['a reference that is too long', { external_ref: 'x'.repeat(256) }, {}],
  ['a reference with a lone surrogate', { external_ref: '\ud800' }, {}],
  ['a reference that is a number', { external_ref: 7 }, {}],
  ['data that is not an object', 'crm-1', {}],
])('the mailbox by %s', async (_, data, subjects) => {
  const body = json({ type: 'anything.at-all', timestamp: '2026-03-01T12:59:00+01:00', data });
  expect(await receive('standard', standardRequest(body))).toEqual({
    kind: 'accepted',
    status: 202,
    events: [
      {
        eventId: 'msg_1',
        dedupeKey: 'msg_1',
        eventType: 'anything.at-all',
        at: '2026-03-01T11:59:00.000Z',
        subjects,
      },
    ],
    ignored: 0,
  });
});

test.each(['', 'null', '[]', '"text"', '{', '{"type":'])('a correctly signed body %j is malformed', async (text) => {
  expect(await receive('standard', standardRequest(bytes(text)))).toEqual({
    kind: 'refused',
    status: 400,
    reason: 'malformed',
  });
});

test('a payload without a time gets that of its signature', async () => {
  const answer = await receive('standard', standardRequest(json({ timestamp: 'yesterday' }), WHSEC, 'm', SECONDS - 10));
  expect(answer).toMatchObject({ events: [{ at: '2026-03-01T11:59:50.000Z' }] });
});

test.each(['', 'x'.repeat(256), 'a\nb', 7, null])('an invalid type %j is replaced', async (type) => {
  expect(await receive('standard', standardRequest(json({ type })))).toMatchObject({
    kind: 'accepted',
    events: [{ eventType: 'unspecified' }],
  });
});
