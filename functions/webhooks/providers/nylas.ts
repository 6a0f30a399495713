/**
 * Nylas v3 (developer.nylas.com/docs/v3/notifications). The signature covers the bytes as sent (for compressed
 * delivery, the gzip file) and no time header: replays are detected by the signed `time` and the id.
 */
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { SAMPLE_EVENT_TYPE } from '../../domain/webhook/delivery.ts';
import { isoTime, jsonBytes, parsedJson } from './payload.ts';
import {
  type Answer,
  CLOCK_TOLERANCE_MS,
  handshake,
  MAX_BODY_BYTES,
  noSettings,
  provider,
  REPLAY_WINDOW_MS,
  refused,
  shortText,
  type Verification,
  type WebhookRequest,
} from './provider.ts';
import { equalsAny, hmacSha256 } from './signature.ts';

const notificationSchema = z.object({
  id: shortText,
  type: shortText,
  /** Seconds since the epoch. */
  time: z.number(),
  data: z
    .object({ object: z.object({ grant_id: shortText.nullable().catch(null) }).catch({ grant_id: null }) })
    .catch({ object: { grant_id: null } }),
});

export const nylas = provider({
  name: 'nylas',
  secret: 'text',
  matches: ['external_ref'],
  settings: noSettings,
  receive,
  sample: {
    possible: true,
    sign({ secret, now, eventId, subject }) {
      const body = jsonBytes({
        specversion: '1.0',
        type: SAMPLE_EVENT_TYPE,
        source: '/inbox-manager/test',
        id: eventId,
        time: Math.floor(now / 1000),
        webhook_delivery_attempt: 1,
        data: { object: subject === null ? {} : { grant_id: subject } },
      });
      const headers = { 'content-type': 'application/json', 'x-nylas-signature': hmacSha256(secret, body, 'hex') };
      return { method: 'POST', headers, query: {}, body };
    },
  },
});

function receive({ method, headers, query, body }: WebhookRequest, { secrets, now }: Verification): Answer {
  // Nylas sends the challenge before it issues the secret, so the answer needs none.
  if (method === 'GET') return handshake(query.challenge ?? '');
  const signature = headers['x-nylas-signature'];
  if (!signature) return refused('no_signature');
  const expected = secrets.map((secret) => hmacSha256(secret, body, 'hex'));
  if (!equalsAny(signature, expected)) return refused('bad_signature');
  const plain = unfolded(body);
  if (typeof plain === 'string') return refused(plain);
  const notification = parsedJson(plain, notificationSchema);
  if (notification === null) return refused('malformed');
  const { id, type: eventType, time, data } = notification;
  const age = now - time * 1000;
  if (age > REPLAY_WINDOW_MS || age < -CLOCK_TOLERANCE_MS) return refused('expired');
  const grant = data.object.grant_id;
  const subjects = grant === null ? {} : { external_ref: grant };
  return {
    kind: 'accepted',
    status: 200,
    events: [{ eventId: id, dedupeKey: id, eventType, at: isoTime(time * 1000), subjects }],
    ignored: 0,
  };
}

/**
 * Decompresses a body that begins like gzip (RFC 1952, section 2.3.1), which JSON never does; other bodies are
 * returned unchanged.
 */
function unfolded(body: Uint8Array): Uint8Array | 'malformed' | 'too_large' {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const isBomb = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isBomb ? 'too_large' : 'malformed';
  }
}
