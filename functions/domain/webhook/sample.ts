/**
 * A sample that a person sent to an endpoint, as a side stream with one event. Its name is derived from the request's
 * key, so a repeated request is the same sample, and tests do not lengthen the endpoint's own stream.
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

export const sampleStream = (endpointId: string, name: string): string => `${endpointId}#test#${name}`;

export const sampleEventSchema = z.discriminatedUnion('type', [
  /** `event_id`: the event id in the sample. */
  eventShape('WebhookEndpointTested', z.strictObject({ event_id: z.string() })),
]);
export type SampleEvent = z.infer<typeof sampleEventSchema>;

const sentSampleSchema = z.strictObject({ event_id: z.string(), at: z.iso.datetime(), version: z.int() });
export type SentSample = Readonly<z.infer<typeof sentSampleSchema>>;

export const SAMPLE_HISTORY = {
  schema: z.intersection(envelopeSchema.omit({ type: true, data: true }), sampleEventSchema),
  types: typeNames(sampleEventSchema),
  evolve: (_: SentSample | null, { data, at, version }: Recorded<SampleEvent>): SentSample => ({
    event_id: data.event_id,
    at,
    version,
  }),
  state: sentSampleSchema,
};

export const foldSample = (envelopes: readonly Envelope[], from: SentSample | null = null): SentSample | null =>
  foldEnvelopes(SAMPLE_HISTORY, envelopes, from);
