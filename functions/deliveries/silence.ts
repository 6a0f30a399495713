import { SILENCE_PROJECTION } from '../domain/views/webhook-views.ts';
import type { WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import { foldSilence, type Silence, silenceStream, silentSince } from '../domain/webhook/silence.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { lastDeliveryAt } from './last-delivery.ts';

/** What the log says of an endpoint's silence: its row, and what has come since; null when it never was silent. */
export async function readSilence(
  { id }: WebhookEndpoint,
  { log, views }: { readonly log: EventLog; readonly views: Pick<Views, 'get'> },
): Promise<Silence | null> {
  const stream = silenceStream(id);
  const row = (await views.get([stream], { consistent: true })).get(stream);
  const projected = row === undefined ? null : SILENCE_PROJECTION.fromRow(row);
  return foldSilence(await log.read(stream, projected?.version ?? 0), projected);
}

export type Heard = { readonly last_delivery_at: string | null; readonly silent_since: string | null };

/** What was last heard from an endpoint. Normally less than a second behind. */
export async function heardFrom(views: Pick<Views, 'get' | 'page'>, endpoint: WebhookEndpoint): Promise<Heard> {
  const stream = silenceStream(endpoint.id);
  const [lastAt, rows] = await Promise.all([
    lastDeliveryAt(views, endpoint),
    views.get([stream], { consistent: false }),
  ]);
  const row = rows.get(stream);
  const silence = row === undefined ? null : SILENCE_PROJECTION.fromRow(row);
  return { last_delivery_at: lastAt, silent_since: silentSince(endpoint, silence) };
}
