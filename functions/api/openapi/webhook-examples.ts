import type { DeliveryResource, WebhookEndpointResource } from '../webhook-endpoints/resource.ts';
import { ACCOUNT, CREDENTIAL, DELIVERY, FAILED, JOB, MADE, WEBHOOK } from './example-values.ts';

const webhookEndpoint: WebhookEndpointResource = {
  id: WEBHOOK,
  account_id: ACCOUNT,
  url: `https://jobs.example.com/webhooks/${WEBHOOK}`,
  provider: 'standard',
  target: { match: 'external_ref' },
  action: 'imap_sync_messages',
  payload: { folder: 'INBOX', full: false },
  event_types: ['message.created'],
  settings: {},
  enabled: true,
  label: 'new mail',
  silent_after: '24h',
  silent_since: null,
  last_delivery_at: FAILED,
  created_at: MADE,
  updated_at: MADE,
  version: 1,
};

const delivery: DeliveryResource = {
  id: DELIVERY,
  webhook_endpoint_id: WEBHOOK,
  at: FAILED,
  event_id: 'msg_2b8f',
  event_type: 'message.created',
  event_at: FAILED,
  verified: true,
  reason: null,
  credential_id: CREDENTIAL,
  job_id: JOB,
  folded: false,
};

/** One example of each schema about webhooks, by the schema's name. */
export const WEBHOOK_EXAMPLES = {
  Delivery: delivery,
  WebhookEndpoint: webhookEndpoint,
  WebhookEndpointWithCounts: { ...webhookEndpoint, last_24h: { verified: 412, refused: 1, exact: true } },
  WebhookEndpointWithSecret: { ...webhookEndpoint, secret: 'whsec_bm90IGEgc2VjcmV0LCBidXQgaXQgbG9va3MgbGlrZSBpdA==' },
  WebhookTest: { ok: true, status: 202, delivery_id: DELIVERY },
};
