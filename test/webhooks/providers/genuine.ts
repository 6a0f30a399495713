/** Genuine deliveries, signed here and not by the tested code. */
import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { ProviderName } from '../../../functions/domain/webhook/endpoint.ts';
import type {
  Answer,
  Verification,
  VerifyToken,
  WebhookRequest,
} from '../../../functions/webhooks/providers/provider.ts';
import { PROVIDERS } from '../../../functions/webhooks/providers/registry.ts';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const SECONDS = NOW / 1000;
export const WHSEC = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const OTHER_WHSEC = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
export const TEXT = 'a-secret-of-some-length';
export const OTHER_TEXT = 'another-secret-of-such-length';
export const TENANT = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
export const SUBSCRIPTION = '7f105c7d-2dc5-4530-97cd-4e7ae6534c07';
export const GMAIL = {
  audience: 'https://hooks.example.com/webhooks/whk_1',
  service_account_email: 'push@project.iam.gserviceaccount.com',
  subscription: 'projects/project/subscriptions/gmail',
};
export const JWT = 'aGVhZA.Ym9keQ.c2ln';
export const CLAIMS = {
  iss: 'https://accounts.google.com',
  aud: GMAIL.audience,
  email: GMAIL.service_account_email,
  email_verified: true,
  exp: SECONDS + 3600,
};

export const nobodysToken: VerifyToken = async () => null;
export const tokenWith =
  (claims: Record<string, unknown>): VerifyToken =>
  async (jwt) =>
    jwt === JWT ? claims : null;

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const json = (value: unknown): Uint8Array => bytes(JSON.stringify(value));

export const post = (body: Uint8Array, headers: Record<string, string> = {}): WebhookRequest => ({
  method: 'POST',
  headers,
  query: {},
  body,
});

export const verification = (parts: Partial<Verification> = {}): Verification => ({
  secrets: [],
  settings: {},
  now: NOW,
  verifyToken: nobodysToken,
  ...parts,
});

export function standardRequest(body: Uint8Array, secret = WHSEC, id = 'msg_1', seconds = SECONDS): WebhookRequest {
  return post(body, {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': new Webhook(secret).sign(id, new Date(seconds * 1000), Buffer.from(body)),
  });
}

export const nylasRequest = (body: Uint8Array, secret = TEXT): WebhookRequest =>
  post(body, { 'x-nylas-signature': createHmac('sha256', secret).update(body).digest('hex') });

export const nylasNotification = {
  specversion: '1.0',
  type: 'message.created',
  source: '/google/emails/realtime',
  id: 'nyl-1',
  time: SECONDS - 60,
  webhook_delivery_attempt: 1,
  data: { application_id: 'app', object: { grant_id: 'grant-1', id: 'm1' } },
};

export const emailengineRequest = (body: Uint8Array, secret = TEXT, id = 'ee-1'): WebhookRequest =>
  post(body, {
    'x-ee-wh-event-id': id,
    'x-ee-wh-signature': createHmac('sha256', secret).update(body).digest('base64url'),
  });

export const emailengineNotification = {
  serviceUrl: 'https://ee.example.com',
  account: 'user123',
  date: '2026-03-01T11:59:00.000Z',
  path: 'INBOX',
  specialUse: '\\Inbox',
  event: 'messageNew',
  data: { id: 'AAAAAQAAeHE', uid: 1 },
};

export const gmailPush = {
  message: {
    data: Buffer.from(JSON.stringify({ emailAddress: 'ann@example.com', historyId: 9876 })).toString('base64url'),
    messageId: '2070443601311540',
    message_id: '2070443601311540',
    publishTime: '2026-03-01T11:59:59.5Z',
  },
  subscription: GMAIL.subscription,
};

export const gmailRequest = (push: unknown = gmailPush): WebhookRequest =>
  post(json(push), { authorization: `Bearer ${JWT}` });

export const graphItem = {
  subscriptionId: SUBSCRIPTION,
  clientState: TEXT,
  changeType: 'created',
  resource: 'Users/u1/Messages/m1',
  resourceData: { id: 'm1', '@odata.type': '#Microsoft.Graph.Message', '@odata.etag': 'W/"1"' },
  tenantId: TENANT,
};

/** As Exchange sends it (msgraph-sdk-dotnet issue 3103): without `tenantId`, and null for empty fields. */
export const graphLifecycle = {
  subscriptionId: SUBSCRIPTION,
  encryptedContent: null,
  organizationId: TENANT,
  lifecycleEvent: 'reauthorizationRequired',
  clientState: TEXT,
  subscriptionExpirationDateTime: '2026-04-29T16:08:45.5745035+00:00',
  resource: `Subscriptions/${SUBSCRIPTION}`,
  resourceChangeType: null,
  resourceData: {
    '@odata.id': `subscriptions/${SUBSCRIPTION}`,
    '@odata.type': '#microsoft.graph.subscription',
    id: SUBSCRIPTION,
  },
};

export const graphRequest = (...items: unknown[]): WebhookRequest => post(json({ value: items }));

export type Genuine = {
  readonly request: WebhookRequest;
  readonly verification: Verification;
  /** A secret of the right kind that signed nothing here. */
  readonly otherSecret: string | null;
};

export const GENUINE: Readonly<Record<ProviderName, Genuine>> = {
  standard: {
    request: standardRequest(json({ type: 'mail.changed', data: { external_ref: 'crm-1' } })),
    verification: verification({ secrets: [WHSEC] }),
    otherSecret: OTHER_WHSEC,
  },
  gmail: {
    request: gmailRequest(),
    verification: verification({ settings: GMAIL, verifyToken: tokenWith(CLAIMS) }),
    otherSecret: null,
  },
  microsoft_graph: {
    request: graphRequest(graphItem),
    verification: verification({ secrets: [TEXT], settings: { tenant_id: TENANT, subscription_ids: [SUBSCRIPTION] } }),
    otherSecret: OTHER_TEXT,
  },
  nylas: {
    request: nylasRequest(json(nylasNotification)),
    verification: verification({ secrets: [TEXT] }),
    otherSecret: OTHER_TEXT,
  },
  emailengine: {
    request: emailengineRequest(json(emailengineNotification)),
    verification: verification({ secrets: [TEXT] }),
    otherSecret: OTHER_TEXT,
  },
};

export const receive = (
  name: ProviderName,
  request: WebhookRequest,
  parts: Partial<Verification> = {},
): Promise<Answer> => PROVIDERS[name].receive(request, { ...GENUINE[name].verification, ...parts });

/** `accepted`, `handshake` or the reason of a refusal. */
export async function verdict(answer: Answer | Promise<Answer>): Promise<string> {
  const given = await answer;
  return given.kind === 'refused' ? given.reason : given.kind;
}
