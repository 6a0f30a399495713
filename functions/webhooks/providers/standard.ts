/**
 * Standard Webhooks 1.0.0 (standardwebhooks.com), the format for the endpoint owner's own senders. Their payload may
 * name the mailbox in `data.external_ref`, `data.username` or both.
 */
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { SAMPLE_EVENT_TYPE } from '../../domain/webhook/delivery.ts';
import { isoTime, jsonBytes, parsedJson, utf8 } from './payload.ts';
import {
  type Answer,
  CLOCK_TOLERANCE_MS,
  noSettings,
  type ProviderEvent,
  provider,
  refused,
  shortText,
  type Verification,
  type WebhookRequest,
} from './provider.ts';
import { equalsAny } from './signature.ts';

const SECONDS = /^[1-9]\d{0,10}$/;
const MAX_SIGNATURES = 20;
/** The specification recommends `type` but does not require it. */
const NO_TYPE = 'unspecified';

const payloadSchema = z.object({
  type: shortText.catch(NO_TYPE),
  timestamp: z.iso.datetime({ offset: true }).nullable().catch(null),
  data: z
    .object({ external_ref: shortText.nullable().catch(null), username: shortText.nullable().catch(null) })
    .catch({ external_ref: null, username: null }),
});

export const standard = provider({
  name: 'standard',
  secret: 'whsec',
  matches: ['external_ref', 'username'],
  settings: noSettings,
  receive,
  sample: {
    possible: true,
    sign({ secret, now, eventId, subject }) {
      const at = isoTime(now);
      const data = subject === null ? {} : { external_ref: subject, username: subject };
      const body = jsonBytes({ type: SAMPLE_EVENT_TYPE, timestamp: at, data });
      const seconds = Math.floor(now / 1000);
      const signature = signatureOf(secret, eventId, seconds, body);
      if (signature === null) return null;
      return {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': eventId,
          'webhook-timestamp': String(seconds),
          'webhook-signature': signature,
        },
        query: {},
        body,
      };
    },
  },
});

function receive({ method, headers, body }: WebhookRequest, { secrets, now }: Verification): Answer {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (method !== 'POST') return refused('malformed');
  if (!id || !timestamp || !signatures) return refused('no_signature');
  if (!shortText.safeParse(id).success || !SECONDS.test(timestamp)) return refused('malformed');
  const seconds = Number(timestamp);
  const expected = secrets.flatMap((secret) => signatureOf(secret, id, seconds, body) ?? []);
  const given = signatures.split(' ', MAX_SIGNATURES);
  if (!given.map((signature) => equalsAny(signature, expected)).includes(true)) return refused('bad_signature');
  if (Math.abs(Math.floor(now / 1000) - seconds) * 1000 > CLOCK_TOLERANCE_MS) return refused('expired');
  const payload = parsedJson(body, payloadSchema);
  if (payload === null) return refused('malformed');
  const { type: eventType, data } = payload;
  const at = isoTime(payload.timestamp === null ? seconds * 1000 : Date.parse(payload.timestamp));
  return {
    kind: 'accepted',
    status: 202,
    events: [{ eventId: id, dedupeKey: id, eventType, at, subjects: subjectsOf(data) }],
    ignored: 0,
  };
}

/**
 * `v1,` and the signature, from the reference library. Null for a secret it does not accept, or a body that is not
 * UTF-8: the library signs text, and different invalid bytes would become the same text. Its `verify` is not used
 * because it reads its own clock.
 */
function signatureOf(secret: string, id: string, seconds: number, body: Uint8Array): string | null {
  const text = utf8(body);
  if (text === null) return null;
  try {
    return new Webhook(secret).sign(id, new Date(seconds * 1000), text);
  } catch {
    return null;
  }
}

const subjectsOf = ({
  external_ref: ref,
  username,
}: z.output<typeof payloadSchema>['data']): ProviderEvent['subjects'] => ({
  ...(ref === null ? {} : { external_ref: ref }),
  ...(username === null ? {} : { username }),
});
