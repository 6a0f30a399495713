import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  MAX_BODY_BYTES,
  REPLAY_WINDOW_MS,
  type WebhookRequest,
} from '../../../functions/webhooks/providers/provider.ts';
import { bytes, json, NOW, nylasNotification, nylasRequest, post, receive, SECONDS, verdict } from './genuine.ts';

function challenged(challenge?: string): WebhookRequest {
  const query: Record<string, string> = challenge === undefined ? {} : { challenge };
  return { ...post(new Uint8Array()), method: 'GET', query };
}

describe('the handshake', () => {
  test('returns the challenge unchanged, before there is a secret', async () => {
    expect(await receive('nylas', challenged('bc609b38-c81f '), { secrets: [] })).toEqual({
      kind: 'handshake',
      status: 200,
      contentType: 'text/plain',
      body: 'bc609b38-c81f ',
    });
  });

  test.each([undefined, '', 'x'.repeat(2_049), 'a\nb', '\ud800'])('a challenge %j is malformed', async (challenge) => {
    expect(await verdict(receive('nylas', challenged(challenge)))).toBe('malformed');
  });

  test('is refused by POST', async () => {
    expect(await verdict(receive('nylas', { ...challenged('x'), method: 'POST' }))).toBe('no_signature');
  });
});

test('a notification names the grant and is identified by its id', async () => {
  expect(await receive('nylas', nylasRequest(json(nylasNotification)))).toEqual({
    kind: 'accepted',
    status: 200,
    events: [
      {
        eventId: 'nyl-1',
        dedupeKey: 'nyl-1',
        eventType: 'message.created',
        at: '2026-03-01T11:59:00.000Z',
        subjects: { external_ref: 'grant-1' },
      },
    ],
    ignored: 0,
  });
});

test.each([
  ['of the maximum age is accepted', { time: SECONDS - REPLAY_WINDOW_MS / 1000 }, 'accepted'],
  ['above the maximum age is refused', { time: SECONDS - REPLAY_WINDOW_MS / 1000 - 1 }, 'expired'],
  ['of the maximum time ahead is accepted', { time: SECONDS + 300 }, 'accepted'],
  ['above the maximum time ahead is refused', { time: SECONDS + 301 }, 'expired'],
  ['with a time in milliseconds', { time: NOW }, 'expired'],
  ['with a time above all numbers', { time: 1e308 }, 'expired'],
  ['without a time', { time: undefined }, 'malformed'],
  ['with a time that is a text', { time: '2026-03-01' }, 'malformed'],
  ['without an id', { id: undefined }, 'malformed'],
  ['with an id that is too long', { id: 'x'.repeat(256) }, 'malformed'],
  ['without a type', { type: undefined }, 'malformed'],
  ['of an unknown type', { type: 'weather.changed' }, 'accepted'],
])('a notification %s', async (_, parts, expected) => {
  const request = nylasRequest(json({ ...nylasNotification, ...parts }));
  expect(await verdict(receive('nylas', request))).toBe(expected);
});

test.each([
  ['no grant', { object: {} }],
  ['no object', {}],
  ['no data', undefined],
  ['a grant that is too long', { object: { grant_id: 'x'.repeat(256) } }],
])('with %s it names no mailbox', async (_, data) => {
  const request = nylasRequest(json({ ...nylasNotification, data }));
  expect(await receive('nylas', request)).toMatchObject({ kind: 'accepted', events: [{ subjects: {} }] });
});

describe('compressed', () => {
  const gzipped = gzipSync(json(nylasNotification));

  test('the signature is that of the bytes sent', async () => {
    expect(await verdict(receive('nylas', nylasRequest(gzipped)))).toBe('accepted');
    const ofPlain = { ...nylasRequest(json(nylasNotification)), body: gzipped };
    expect(await verdict(receive('nylas', ofPlain))).toBe('bad_signature');
  });

  test('nothing is decompressed before its signature is verified', async () => {
    const bomb = gzipSync(new Uint8Array(MAX_BODY_BYTES * 100));
    expect(await verdict(receive('nylas', nylasRequest(bomb, 'a secret of nobody')))).toBe('bad_signature');
  });

  const padded = (length: number) => {
    const plain = json({ ...nylasNotification, padding: '' });
    return bytes(JSON.stringify({ ...nylasNotification, padding: 'x'.repeat(length - plain.length) }));
  };
  test.each([
    ['a body of the maximum size is accepted', gzipSync(padded(MAX_BODY_BYTES)), 'accepted'],
    ['a body above the maximum size is refused', gzipSync(padded(MAX_BODY_BYTES + 1)), 'too_large'],
    ['a compression bomb is refused', gzipSync(new Uint8Array(MAX_BODY_BYTES * 200)), 'too_large'],
    [
      'a compression bomb of many members is refused',
      Buffer.concat(Array.from({ length: 40 }, () => gzipSync(new Uint8Array(MAX_BODY_BYTES / 10)))),
      'too_large',
    ],
    [
      'a compression bomb in another one is refused',
      gzipSync(gzipSync(new Uint8Array(MAX_BODY_BYTES * 100))),
      'malformed',
    ],
    ['a truncated body is refused', gzipped.subarray(0, -9), 'malformed'],
    [
      'a body with a wrong checksum is refused',
      Buffer.from(gzipped.map((byte, at) => (at === gzipped.length - 6 ? byte ^ 1 : byte))),
      'malformed',
    ],
    ['a body of the first bytes alone is refused', Buffer.from([0x1f, 0x8b]), 'malformed'],
  ])('%s', async (_, body, expected) => {
    expect(body.length).toBeLessThan(MAX_BODY_BYTES);
    expect(await verdict(receive('nylas', nylasRequest(body)))).toBe(expected);
  });
});
