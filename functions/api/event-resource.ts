import * as z from 'zod';
import { actorSchema, type Envelope } from '../domain/event/event.ts';

/** An event of a stream, as the API shows it. */
export const eventResource = z.strictObject({
  stream_id: z.string(),
  version: z.int(),
  type: z.string(),
  at: z.iso.datetime(),
  actor: actorSchema,
  data: z.unknown(),
});

/** A timeline entry: the event without internal fields. */
export function toEventResource({
  stream_id,
  version,
  type,
  at,
  actor,
  data,
}: Envelope): z.infer<typeof eventResource> {
  return { stream_id, version, type, at, actor, data };
}
