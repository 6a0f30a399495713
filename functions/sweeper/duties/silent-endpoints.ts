import { lastDeliveryAt } from '../../deliveries/last-delivery.ts';
import { readSilence } from '../../deliveries/silence.ts';
import { SYSTEM } from '../../domain/event/actors.ts';
import { foldWebhookEndpoint } from '../../domain/webhook/endpoint.ts';
import { decideSilence, silenceStream } from '../../domain/webhook/silence.ts';
import type { EventLog } from '../../ports/event-log.ts';
import type { Views } from '../../ports/views.ts';
import { logger } from '../../runtime/logger.ts';
import { appendOnce } from '../../streams/append-once.ts';
import { attempt, inParallel, type Walker } from '../walk.ts';

/** The ports of this duty, and its count in the result of the sweep. */
type SilenceSweep = Walker & {
  readonly log: EventLog;
  readonly views: Pick<Views, 'get' | 'page'>;
  now(): number;
  readonly result: { silenced: number };
};

/** Records endpoints that became silent, or are heard again, for those with `silent_after` set. */
export async function noteSilences(ids: readonly string[], sweep: SilenceSweep): Promise<void> {
  await inParallel(ids, (id) => attempt(id, sweep, () => listenTo(id, sweep)));
}

async function listenTo(id: string, sweep: SilenceSweep): Promise<void> {
  const { log, views, now, result } = sweep;
  const endpoint = foldWebhookEndpoint(await log.current(id));
  if (endpoint === null) return;
  const silence = await readSilence(endpoint, sweep);
  const event = decideSilence(endpoint, silence, await lastDeliveryAt(views, endpoint), now());
  if (event === null) return;
  const at = new Date(now()).toISOString();
  const origin = { accountId: endpoint.account_id, actor: SYSTEM.sweeper, at, audited: true };
  const version = (silence?.version ?? 0) + 1;
  const isAppended = await appendOnce(log, [{ ...origin, streamId: silenceStream(id), version, event }]);
  if (!isAppended || event.type !== 'WebhookEndpointFellSilent') return;
  result.silenced += 1;
  // The alarm adds up this field. The line is written now, so that it exists even if the sweep fails later.
  logger.warn('webhook endpoint fell silent', { silenced: 1, webhook_endpoint_id: id });
}
