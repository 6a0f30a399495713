import * as z from 'zod';
import type { Heard } from '../../deliveries/silence.ts';
import { actionName } from '../../domain/action/catalogue.ts';
import { type Delivery, deliverySchema } from '../../domain/webhook/delivery.ts';
import { PROVIDER_NAMES, SUBJECT_KINDS, type WebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import type { WebhookFields } from '../../ports/webhook-vault.ts';

const instant = z.iso.datetime();

export const webhookEndpointResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  url: z.string(),
  provider: z.enum(PROVIDER_NAMES),
  target: z.union([z.strictObject({ credential_id: z.string() }), z.strictObject({ match: z.enum(SUBJECT_KINDS) })]),
  action: actionName,
  payload: z.record(z.string(), z.unknown()),
  event_types: z.array(z.string()).nullable(),
  settings: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  label: z.string().nullable(),
  silent_after: z.string().nullable(),
  silent_since: instant.nullable(),
  last_delivery_at: instant.nullable(),
  created_at: instant,
  updated_at: instant,
  version: z.int(),
});
export type WebhookEndpointResource = z.infer<typeof webhookEndpointResource>;

/** With the secret that was just generated or given. Null: it was shown before, or the provider has none. */
export const webhookEndpointWithSecret = webhookEndpointResource.extend({ secret: z.string().nullable() });

/** The endpoint as the API shows it. `origin`: scheme and host of the API. */
export function toWebhookEndpointResource(
  endpoint: WebhookEndpoint,
  { label, settings }: Pick<WebhookFields, 'label' | 'settings'>,
  origin: string,
  heard: Heard,
): WebhookEndpointResource {
  return {
    id: endpoint.id,
    account_id: endpoint.account_id,
    url: webhookUrl(origin, endpoint.id),
    provider: endpoint.provider,
    target: endpoint.target,
    action: endpoint.action,
    payload: endpoint.payload,
    event_types: endpoint.event_types,
    settings: { ...settings },
    enabled: endpoint.enabled,
    label,
    silent_after: endpoint.silent_after,
    silent_since: heard.silent_since,
    last_delivery_at: heard.last_delivery_at,
    created_at: endpoint.created_at,
    updated_at: endpoint.updated_at,
    version: endpoint.version,
  };
}

/** The endpoint with its counts of the last 24 hours. */
export const webhookEndpointWithCounts = webhookEndpointResource.extend({
  last_24h: z.strictObject({ verified: z.int(), refused: z.int(), exact: z.boolean() }),
});

export const webhookUrl = (origin: string, id: string): string => `${origin}/webhooks/${id}`;

export const deliveryResource = deliverySchema
  .pick({
    id: true,
    at: true,
    event_id: true,
    event_type: true,
    event_at: true,
    verified: true,
    job_id: true,
    folded: true,
  })
  .extend({
    webhook_endpoint_id: z.string(),
    reason: deliverySchema.shape.reason.unwrap(),
    credential_id: z.string().nullable(),
  });
export type DeliveryResource = z.infer<typeof deliveryResource>;

export function toDeliveryResource(delivery: Delivery): DeliveryResource {
  return {
    id: delivery.id,
    webhook_endpoint_id: delivery.endpoint_id,
    at: delivery.at,
    event_id: delivery.event_id,
    event_type: delivery.event_type,
    event_at: delivery.event_at,
    verified: delivery.verified,
    reason: delivery.reason,
    credential_id: delivery.request?.credential_id ?? null,
    job_id: delivery.job_id,
    folded: delivery.folded,
  };
}
