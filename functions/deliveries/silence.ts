import { SILENCE_PROJECTION } from '../domain/views/webhook-views.ts';
import type { WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import { foldSilence, type Silence, silenceStream, silentSince } from '../domain/webhook/silence.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Views } from '../ports/views.ts';
import { lastDeliveryAt } from './last-delivery.ts';

/** An endpoint's silence: its row, and the events since; null when it was never silent. */
export async function readSilence(
  { id }: WebhookEndpoint,
  { log, views }: { readonly log: EventLog; readonly views: Pick<Views, 'get'> },
): Promise<Silence | null> {
  const stream = silenceStream(id);
  const row = (await views.get([stream], { consistent: true })).get(stream);
  const projected = row === undefined ? null : SILENCE_PROJECTION.fromRow(row);
  return foldSilence(await log.read(stream, projected?.version ?? 0), projected);
}

/** The time of an endpoint's last verified delivery, and the time since when it is silent; null: none. */
export type Heard = { readonly last_delivery_at: string | null; readonly silent_since: string | null };

/** The last delivery and the silence of an endpoint. Usually less than a second behind. */
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
