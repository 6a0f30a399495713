/**
 * An endpoint where a provider reports events, folded. Its secret, settings and label are not in the log. While it is
 * disabled, deliveries are verified and stored, but make no jobs. `silent_after` is the maximum time without a
 * delivery; after that the endpoint is silent until the next delivery. Silences are in their own stream (silence.ts).
 */
import * as z from 'zod';
import { actionName } from '../action/catalogue.ts';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';
import { durationMs } from '../text/duration.ts';

export const PROVIDER_NAMES = ['standard', 'gmail', 'microsoft_graph', 'nylas', 'emailengine'] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** How an event may name a mailbox. */
export const SUBJECT_KINDS = ['external_ref', 'username'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** 5 minutes to 30 days. */
export const duration = z
  .string()
  .regex(/^\d{1,5}[mhd]$/, 'must be a duration like "90m", "24h" or "7d"')
  .refine((text) => durationMs(text) >= 300_000 && durationMs(text) <= 30 * 86_400_000, 'must be 5 minutes to 30 days');

const fields = {
  target: z.union([z.strictObject({ credential_id: z.string() }), z.strictObject({ match: z.enum(SUBJECT_KINDS) })]),
  action: actionName,
  payload: z.record(z.string(), z.unknown()),
  /** Only these event types make jobs; null: all do. */
  event_types: z.array(z.string()).nullable(),
  enabled: z.boolean(),
  silent_after: duration.nullable(),
};

/** The last state of a deleted endpoint, for the audit. It omits the payload; label and settings are in no log. */
const webhookLastState = z.strictObject({
  provider: z.enum(PROVIDER_NAMES),
  target: fields.target,
  action: fields.action,
  event_types: fields.event_types,
  enabled: fields.enabled,
  silent_after: fields.silent_after,
  created_at: z.iso.datetime(),
});
export type WebhookLastState = z.infer<typeof webhookLastState>;

export const webhookEventSchema = z.discriminatedUnion('type', [
  eventShape('WebhookEndpointCreated', z.strictObject({ provider: z.enum(PROVIDER_NAMES), ...fields })),
  /** `fields`: the names of all changed fields, including those outside the log. */
  eventShape(
    'WebhookEndpointUpdated',
    z.strictObject({ changes: z.strictObject(fields).partial(), fields: z.array(z.string()) }),
  ),
  eventShape('WebhookSecretRotated', z.strictObject({})),
  /** `last_state` is absent in events of earlier releases. */
  eventShape(
    'WebhookEndpointDeleted',
    z.strictObject({ reason: z.string().nullable(), last_state: webhookLastState.optional() }),
  ),
]);
export type WebhookEvent = z.infer<typeof webhookEventSchema>;
export type RecordedWebhookEvent = Recorded<WebhookEvent>;
export const recordedWebhookEventSchema = z.intersection(
  envelopeSchema.omit({ type: true, data: true }),
  webhookEventSchema,
);

/** Not strict: rows of an earlier release have one more field. */
export const webhookEndpointSchema = z.object({
  id: z.string(),
  account_id: z.string(),
  provider: z.enum(PROVIDER_NAMES),
  ...fields,
  event_types: fields.event_types.default(null),
  silent_after: fields.silent_after.default(null),
  /**
   * Silence is counted from here if no delivery has arrived since: it was created, enabled or given another
   * `silent_after`.
   */
  listening_since: z.iso.datetime(),
  /** Number of updates so far; it is limited. */
  changes: z.int().default(0),
  deleted: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  version: z.int(),
});
export type WebhookEndpoint = Readonly<z.infer<typeof webhookEndpointSchema>>;

export function evolveWebhookEndpoint(
  state: WebhookEndpoint | null,
  event: RecordedWebhookEvent,
): WebhookEndpoint | null {
  if (state === null) return event.type === 'WebhookEndpointCreated' ? created(event) : null;
  const next = { ...state, version: event.version, updated_at: event.at };
  switch (event.type) {
    case 'WebhookEndpointCreated':
      return state;
    case 'WebhookEndpointUpdated': {
      const { changes } = event.data;
      const restartsListening = changes.enabled === true || changes.silent_after !== undefined;
      return {
        ...next,
        changes: state.changes + 1,
        ...changes,
        ...(restartsListening ? { listening_since: event.at } : {}),
      };
    }
    case 'WebhookSecretRotated':
      return next;
    case 'WebhookEndpointDeleted':
      return { ...next, deleted: true };
  }
}

function created({
  stream_id,
  account_id,
  data,
  at,
  version,
}: Extract<RecordedWebhookEvent, { type: 'WebhookEndpointCreated' }>): WebhookEndpoint {
  return {
    id: stream_id,
    account_id,
    ...data,
    listening_since: at,
    changes: 0,
    deleted: false,
    created_at: at,
    updated_at: at,
    version,
  };
}

export const webhookLastStateOf = (endpoint: WebhookEndpoint): WebhookLastState => ({
  provider: endpoint.provider,
  target: endpoint.target,
  action: endpoint.action,
  event_types: endpoint.event_types,
  enabled: endpoint.enabled,
  silent_after: endpoint.silent_after,
  created_at: endpoint.created_at,
});

/** When it becomes silent, in ms; null when it has no `silent_after` or is disabled. */
export function silentFrom(endpoint: WebhookEndpoint, lastDeliveryAt: string | null): number | null {
  const { enabled, deleted, silent_after: after, listening_since: since } = endpoint;
  if (after === null || !enabled || deleted) return null;
  return Math.max(Date.parse(since), Date.parse(lastDeliveryAt ?? since)) + durationMs(after);
}

export const WEBHOOK_HISTORY = {
  schema: recordedWebhookEventSchema,
  types: typeNames(webhookEventSchema),
  evolve: evolveWebhookEndpoint,
  state: webhookEndpointSchema,
};

export function foldWebhookEndpoint(
  envelopes: readonly Envelope[],
  from: WebhookEndpoint | null = null,
): WebhookEndpoint | null {
  return foldEnvelopes(WEBHOOK_HISTORY, envelopes, from);
}
