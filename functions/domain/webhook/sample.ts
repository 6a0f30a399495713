/**
 * A sample that a person sent to an endpoint, as a stream of one event beside the endpoint's: named by the request's key,
 * so that the same request is the same sample, and no number of tests makes the endpoint's own stream longer.
 */
import * as z from 'zod';
import { type Envelope, envelopeSchema, eventShape, foldEnvelopes, type Recorded, typeNames } from '../event/event.ts';

export const sampleStream = (endpointId: string, name: string): string => `${endpointId}#test#${name}`;

export const sampleEventSchema = z.discriminatedUnion('type', [
  /** `event_id`: what the sample calls its event. */
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
