/**
 * EmailEngine (learn.emailengine.app/docs/webhooks/overview). Its signature covers only the body. The id in
 * X-EE-Wh-Event-Id is unsigned and may be missing, so events are distinguished by the body, which retries repeat.
 */
import * as z from 'zod';
import { SAMPLE_EVENT_TYPE } from '../../domain/webhook/delivery.ts';
import { isoTime, jsonBytes, parsedJson } from './payload.ts';
import {
  type Answer,
  CLOCK_TOLERANCE_MS,
  noSettings,
  provider,
  REPLAY_WINDOW_MS,
  refused,
  shortText,
  type Verification,
  type WebhookRequest,
} from './provider.ts';
import { equalsAny, hmacSha256, sha256Hex } from './signature.ts';

const notificationSchema = z.object({
  event: shortText,
  date: z.iso.datetime({ offset: true }),
  account: shortText.nullable().catch(null),
});

export const emailengine = provider({
  name: 'emailengine',
  secret: 'text',
  matches: ['external_ref'],
  settings: noSettings,
  receive,
  sample: {
    possible: true,
    sign({ secret, now, eventId, subject }) {
      const body = jsonBytes({
        serviceUrl: null,
        ...(subject === null ? {} : { account: subject }),
        date: isoTime(now),
        event: SAMPLE_EVENT_TYPE,
        data: { id: eventId },
      });
      return {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-ee-wh-event-id': eventId,
          'x-ee-wh-signature': hmacSha256(secret, body, 'base64url'),
        },
        query: {},
        body,
      };
    },
  },
});

function receive({ method, headers, body }: WebhookRequest, { secrets, now }: Verification): Answer {
  if (method !== 'POST') return refused('malformed');
  const signature = headers['x-ee-wh-signature'];
  if (!signature) return refused('no_signature');
  const expected = secrets.map((secret) => hmacSha256(secret, body, 'base64url'));
  if (!equalsAny(signature, expected)) return refused('bad_signature');
  const notification = parsedJson(body, notificationSchema);
  if (notification === null) return refused('malformed');
  const { event: eventType, date, account } = notification;
  const time = Date.parse(date);
  const age = now - time;
  if (!(age <= REPLAY_WINDOW_MS && age >= -CLOCK_TOLERANCE_MS)) return refused('expired');
  const digest = sha256Hex(body);
  const named = shortText.safeParse(headers['x-ee-wh-event-id']);
  const subjects = account === null ? {} : { external_ref: account };
  return {
    kind: 'accepted',
    status: 200,
    events: [{ eventId: named.data ?? digest, dedupeKey: digest, eventType, at: isoTime(time), subjects }],
    ignored: 0,
  };
}
