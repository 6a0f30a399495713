import { lastDeliveryAt } from '../../deliveries/last-delivery.ts';
import { readSilence } from '../../deliveries/silence.ts';
import { SYSTEM } from '../../domain/event/actors.ts';
import { foldWebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import { decideSilence, silenceStream } from '../../domain/webhook/silence.ts';
import { logger } from '../../runtime/logger.ts';
import type { Sweep } from '../sweep-ports.ts';
import { attempt, inParallel } from '../walk.ts';

/** Endpoints that somebody expects to hear from: the change to silence, or back, is an event. */
export async function noteSilences(ids: readonly string[], sweep: Sweep): Promise<void> {
  await inParallel(ids, (id) => attempt(id, sweep, () => listenTo(id, sweep)));
}

async function listenTo(id: string, sweep: Sweep): Promise<void> {
  const { log, views, now, result } = sweep;
  const endpoint = foldWebhookEndpoint(await log.current(id));
  if (endpoint === null) return;
  const silence = await readSilence(endpoint, sweep);
  const event = decideSilence(endpoint, silence, await lastDeliveryAt(views, endpoint), now());
  if (event === null) return;
  const at = new Date(now()).toISOString();
  const origin = { accountId: endpoint.account_id, actor: SYSTEM.sweeper, at, audited: true };
  const version = (silence?.version ?? 0) + 1;
  const appended = await log.append([{ ...origin, streamId: silenceStream(id), version, event }]);
  if (appended.kind !== 'appended' || event.type !== 'WebhookEndpointFellSilent') return;
  result.silenced += 1;
  // What the alarm adds up. It is written here so that it is there whatever becomes of the sweep.
  logger.warn('webhook endpoint fell silent', { silenced: 1, webhook_endpoint_id: id });
}
