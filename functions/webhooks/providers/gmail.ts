/**
 * Gmail by Cloud Pub/Sub push. Google does not sign the body. The sender is proven by an OIDC token of the push
 * subscription's service account (cloud.google.com/pubsub/docs/authenticate-push-subscriptions), so all its claims
 * must match.
 */
import * as z from 'zod';
import { isoTime, parsedJson } from './payload.ts';
import {
  type Answer,
  CLOCK_TOLERANCE_MS,
  provider,
  refused,
  shortText,
  type Verification,
  type WebhookRequest,
} from './provider.ts';

const BEARER = /^Bearer ([\w-]{1,4000}\.[\w-]{1,4000}\.[\w-]{1,2000})$/i;
/** Gmail's notifications have no type. */
const EVENT_TYPE = 'gmail.history';

const settingsSchema = z.strictObject({
  /** The audience that the push subscription puts into its token; by default the endpoint's URL. */
  audience: shortText,
  service_account_email: z.email().max(255),
  subscription: shortText.regex(
    /^projects\/[^/]+\/subscriptions\/[^/]+$/,
    'must be projects/<project>/subscriptions/<name>',
  ),
  issuer: z.url().max(255).default('https://accounts.google.com'),
});
type Settings = z.output<typeof settingsSchema>;

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  email: z.string(),
  email_verified: z.literal(true),
  exp: z.number(),
  nbf: z.number().optional(),
});

const pushSchema = z.object({
  message: z.object({
    messageId: shortText,
    publishTime: z.iso.datetime({ offset: true }).nullable().catch(null),
    data: z.string().catch(''),
  }),
  subscription: shortText,
});
const notificationSchema = z.object({ emailAddress: shortText });

export const gmail = provider({
  name: 'gmail',
  secret: 'none',
  matches: ['username'],
  settings: settingsSchema,
  receive,
  sample: {
    possible: false,
    why: 'Only Google can sign for Gmail: publish a message to the Pub/Sub topic to test the endpoint.',
  },
});

async function receive(
  { method, headers, body }: WebhookRequest,
  { settings, now, verifyToken }: Verification<Settings>,
): Promise<Answer> {
  if (method !== 'POST') return refused('malformed');
  if (!headers.authorization) return refused('no_signature');
  const jwt = BEARER.exec(headers.authorization)?.[1];
  if (jwt === undefined) return refused('bad_signature');
  const claims = await verifyToken(jwt, settings.issuer);
  if (claims === null) return refused('bad_signature');
  const refusal = judged(claims, settings, now);
  if (refusal !== null) return refused(refusal);
  const push = parsedJson(body, pushSchema);
  if (push === null) return refused('malformed');
  if (push.subscription !== settings.subscription) return refused('unknown_subscription');
  const { messageId, publishTime, data } = push.message;
  const notification = parsedJson(Buffer.from(data, 'base64'), notificationSchema);
  // Acknowledged: otherwise Pub/Sub would repeat it for a week, and it would never become valid.
  if (notification === null) return { kind: 'accepted', status: 204, events: [], ignored: 1 };
  return {
    kind: 'accepted',
    status: 204,
    events: [
      {
        eventId: messageId,
        dedupeKey: messageId,
        eventType: EVENT_TYPE,
        at: publishTime === null ? null : isoTime(Date.parse(publishTime)),
        subjects: { username: notification.emailAddress },
      },
    ],
    ignored: 0,
  };
}

/** Why the claims of a valid signature are refused; null when they are accepted. */
function judged(claims: Record<string, unknown>, settings: Settings, now: number): 'wrong_claims' | 'expired' | null {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return 'wrong_claims';
  const { iss, aud, email, exp, nbf = 0 } = parsed.data;
  const fits =
    iss === settings.issuer && [aud].flat().includes(settings.audience) && email === settings.service_account_email;
  if (!fits || nbf * 1000 > now + CLOCK_TOLERANCE_MS) return 'wrong_claims';
  return exp * 1000 > now ? null : 'expired';
}
