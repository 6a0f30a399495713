/**
 * Whether deliveries arrive at an endpoint with `silent_after`, as a side stream of the endpoint. A mailbox with
 * little mail becomes silent many times a day, and this must not make the endpoint's own stream, which each request
 * reads, longer. Only a rebuild reads this stream completely.
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';
import { silentFrom, type WebhookEndpoint } from './endpoint.ts';

const SUFFIX = '#silence';
export const silenceStream = (endpointId: string): string => `${endpointId}${SUFFIX}`;
export const isSilenceStream = (streamId: string): boolean => streamId.endsWith(SUFFIX);

export const silenceEventSchema = z.discriminatedUnion('type', [
  eventShape('WebhookEndpointFellSilent', z.strictObject({ last_delivery_at: z.iso.datetime().nullable() })),
  eventShape('WebhookEndpointHeardAgain', z.strictObject({})),
]);
export type SilenceEvent = z.infer<typeof silenceEventSchema>;
export const recordedSilenceEventSchema = z.intersection(
  envelopeSchema.omit({ type: true, data: true }),
  silenceEventSchema,
);

export const silenceSchema = z.strictObject({
  id: z.string(),
  silent_since: z.iso.datetime().nullable().default(null),
  version: z.int(),
});
export type Silence = Readonly<z.infer<typeof silenceSchema>>;

export function evolveSilence(
  _: Silence | null,
  { type, stream_id: id, at, version }: Recorded<SilenceEvent>,
): Silence {
  return { id, silent_since: type === 'WebhookEndpointFellSilent' ? at : null, version };
}

/**
 * Since when an endpoint is silent; null while it is not. A silence from before it was enabled, or before
 * `silent_after` changed, does not count.
 */
export function silentSince(endpoint: WebhookEndpoint, silence: Silence | null): string | null {
  const since = silence?.silent_since ?? null;
  return since === null || endpoint.silent_after === null || since < endpoint.listening_since ? null : since;
}

/** The event after a check of an endpoint at `now` (ms); null: nothing has changed. */
export function decideSilence(
  endpoint: WebhookEndpoint,
  silence: Silence | null,
  lastDeliveryAt: string | null,
  now: number,
): SilenceEvent | null {
  const from = silentFrom(endpoint, lastDeliveryAt);
  if (from === null) return null;
  const isSilent = silentSince(endpoint, silence) !== null;
  if (from <= now && !isSilent)
    return { type: 'WebhookEndpointFellSilent', data: { last_delivery_at: lastDeliveryAt } };
  return from > now && isSilent ? { type: 'WebhookEndpointHeardAgain', data: {} } : null;
}

export const SILENCE_HISTORY = {
  schema: recordedSilenceEventSchema,
  types: typeNames(silenceEventSchema),
  evolve: evolveSilence,
  state: silenceSchema,
};

export const foldSilence = (envelopes: readonly Envelope[], from: Silence | null = null): Silence | null =>
  foldEnvelopes(SILENCE_HISTORY, envelopes, from);
