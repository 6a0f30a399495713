import { DELIVERY_HISTORY, type Delivery, deliverySchema, isPending, SAMPLE_EVENT_TYPE } from '../webhook/delivery.ts';
import { silentFrom, WEBHOOK_HISTORY, type WebhookEndpoint, webhookEndpointSchema } from '../webhook/endpoint.ts';
import { SILENCE_HISTORY, type Silence, silenceSchema } from '../webhook/silence.ts';
import {
  byOwner,
  endedDeliveries,
  LISTENING,
  pendingDeliveries,
  usersOfCredential,
  webhookEndpointsOf,
} from './keys.ts';
import { FIRST_FOLD, tombstone, type ViewRow, withoutNulls } from './row.ts';

/** 2: counts changes. */
const WEBHOOK_FOLD = 2;

export function webhookEndpointRow(endpoint: WebhookEndpoint): ViewRow {
  if (endpoint.deleted) return tombstone(endpoint.id, endpoint.version, endpoint.updated_at);
  // When the endpoint is silent if nothing arrives. Later deliveries are not in its log; the sweeper reads them.
  const from = silentFrom(endpoint, null);
  const { account_id: accountId, target, enabled } = endpoint;
  return {
    id: endpoint.id,
    v: endpoint.version,
    f: WEBHOOK_FOLD,
    b: withoutNulls(endpoint),
    ga: webhookEndpointsOf(accountId),
    ...(enabled && 'credential_id' in target ? { gc: usersOfCredential(accountId, target.credential_id) } : {}),
    s: `${endpoint.created_at}#${endpoint.id}`,
    ...(from === null ? {} : { go: LISTENING, od: `${new Date(from).toISOString()}#${endpoint.id}` }),
  };
}

export function deliveryRow(delivery: Delivery): ViewRow {
  const { id, version, account_id: accountId, endpoint_id: endpointId, at } = delivery;
  return {
    id,
    v: version,
    b: withoutNulls(delivery),
    gt: byOwner(accountId, endpointId),
    // A refused delivery and a sample of our own are listed, but do not show that the provider is alive.
    ...(delivery.verified && delivery.event_type !== SAMPLE_EVENT_TYPE ? { gc: byOwner(accountId, endpointId) } : {}),
    s: `${at}#${id}`,
    go: (isPending(delivery) ? pendingDeliveries : endedDeliveries)(id),
    od: `${at}#${id}`,
  };
}

export const WEBHOOK_PROJECTION = {
  history: WEBHOOK_HISTORY,
  fold: WEBHOOK_FOLD,
  toRow: webhookEndpointRow,
  fromRow: (row: ViewRow): WebhookEndpoint | null => (row.b === undefined ? null : webhookEndpointSchema.parse(row.b)),
};

/** In no index: readers know the endpoint's id. */
export const SILENCE_PROJECTION = {
  history: SILENCE_HISTORY,
  fold: FIRST_FOLD,
  toRow: (silence: Silence): ViewRow => ({ id: silence.id, v: silence.version, b: withoutNulls(silence) }),
  fromRow: (row: ViewRow): Silence | null => (row.b === undefined ? null : silenceSchema.parse(row.b)),
};

export const DELIVERY_PROJECTION = {
  history: DELIVERY_HISTORY,
  fold: FIRST_FOLD,
  toRow: deliveryRow,
  fromRow: (row: ViewRow): Delivery | null => (row.b === undefined ? null : deliverySchema.parse(row.b)),
};
