/**
 * One event of a provider, as the first event of a stream whose id is derived from the endpoint and the provider's own
 * event id: repeated deliveries are stored once. A delivery that asks for a job is `pending` until `DeliveryHandled`,
 * which is written together with the job's event; nothing else ends it.
 */
import * as z from 'zod';
import { actionName } from '../action/catalogue.ts';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

/**
 * The event type of a sample that we send ourselves: it is processed like any delivery, but says nothing about the
 * provider.
 */
export const SAMPLE_EVENT_TYPE = 'inbox_manager.test';

/** Why a verified delivery makes no job. */
export const UNUSED_REASONS = ['endpoint_disabled', 'filtered', 'no_match', 'credential_not_found'] as const;
export type UnusedReason = (typeof UNUSED_REASONS)[number];
/** Why a request was not accepted as one of the provider's. */
export const REFUSED_REASONS = [
  'no_signature',
  'bad_signature',
  'wrong_claims',
  'unknown_subscription',
  'expired',
  'malformed',
  'too_large',
  'misconfigured',
] as const;
export const deliveryReason = z.enum([...UNUSED_REASONS, ...REFUSED_REASONS]);
export type DeliveryReason = z.infer<typeof deliveryReason>;

export const deliveryEventSchema = z.discriminatedUnion('type', [
  eventShape(
    'DeliveryReceived',
    z.strictObject({
      endpoint_id: z.string(),
      event_id: z.string(),
      event_type: z.string(),
      /** When it happened, according to the provider. */
      event_at: z.iso.datetime().nullable(),
      /** The work it asks for; null if it makes no job. */
      request: z
        .strictObject({
          credential_id: z.string(),
          generation: z.int().positive(),
          action: actionName,
          payload: z.record(z.string(), z.unknown()),
        })
        .nullable(),
      reason: z.enum(UNUSED_REASONS).nullable(),
    }),
  ),
  /** A sample of the refused requests: most of them are only counted. */
  eventShape('DeliveryRefused', z.strictObject({ endpoint_id: z.string(), reason: z.enum(REFUSED_REASONS) })),
  /** `folded`: added to a job that already existed. */
  eventShape('DeliveryHandled', z.strictObject({ job_id: z.string(), folded: z.boolean() })),
]);
export type DeliveryEvent = z.infer<typeof deliveryEventSchema>;
export type RecordedDeliveryEvent = Recorded<DeliveryEvent>;
export const recordedDeliveryEventSchema = z.intersection(
  envelopeSchema.omit({ type: true, data: true }),
  deliveryEventSchema,
);

export const deliverySchema = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  endpoint_id: z.string(),
  verified: z.boolean(),
  event_id: z.string().nullable().default(null),
  event_type: z.string().nullable().default(null),
  event_at: z.iso.datetime().nullable().default(null),
  request: z
    .strictObject({
      credential_id: z.string(),
      generation: z.int(),
      action: actionName,
      payload: z.record(z.string(), z.unknown()),
    })
    .nullable()
    .default(null),
  reason: deliveryReason.nullable().default(null),
  job_id: z.string().nullable().default(null),
  folded: z.boolean(),
  at: z.iso.datetime(),
  version: z.int(),
});
export type Delivery = Readonly<z.infer<typeof deliverySchema>>;
export type Request = NonNullable<Delivery['request']>;

export function evolveDelivery(state: Delivery | null, event: RecordedDeliveryEvent): Delivery | null {
  if (state !== null) {
    if (event.type !== 'DeliveryHandled') return state;
    return { ...state, job_id: event.data.job_id, folded: event.data.folded, version: event.version };
  }
  const origin = { id: event.stream_id, account_id: event.account_id, at: event.at, version: event.version };
  const nothing = { event_id: null, event_type: null, event_at: null, request: null, job_id: null, folded: false };
  switch (event.type) {
    case 'DeliveryReceived':
      return { ...nothing, ...origin, verified: true, ...event.data };
    case 'DeliveryRefused':
      return { ...nothing, ...origin, verified: false, ...event.data };
    case 'DeliveryHandled':
      return null;
  }
}

/** Whether the delivery still waits for its job. */
export const isPending = ({ request, job_id: job }: Delivery): boolean => request !== null && job === null;

/** How long a delivery is kept: longer than any provider repeats one (Pub/Sub: 7 days). */
export const DELIVERY_KEPT_MS = 30 * 24 * 3_600_000;

export const DELIVERY_HISTORY = {
  schema: recordedDeliveryEventSchema,
  types: typeNames(deliveryEventSchema),
  evolve: evolveDelivery,
  state: deliverySchema,
};

export function foldDelivery(envelopes: readonly Envelope[], from: Delivery | null = null): Delivery | null {
  return foldEnvelopes(DELIVERY_HISTORY, envelopes, from);
}
