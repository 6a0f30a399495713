import { userActor } from '../../domain/event/actors.ts';
import type { Envelope } from '../../domain/event/event.ts';
import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import type { EventLog } from '../../ports/event-log.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { appendRetrying } from '../command/append-retrying.ts';
import { type CommandKey, earlierResult } from '../command/idempotency.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';

export type By = {
  readonly uid: string;
  readonly at: string;
  readonly requestId: string;
  readonly accounts: readonly string[];
  readonly ifMatch: number | null;
  /** Null: the request stands for itself. */
  readonly key: CommandKey | null;
};

export type Appended = {
  /** The endpoint after the event. */
  readonly endpoint: WebhookEndpoint;
  /** The event that an earlier request under the same key made; null when this one made its own. */
  readonly earlier: Envelope | null;
};

/** Decides on the endpoint as it is now and appends, once under one key. Throws Problem. */
export async function appendWebhookEvent(
  log: EventLog,
  endpointId: string,
  by: By,
  decide: (endpoint: WebhookEndpoint) => WebhookEvent,
): Promise<Appended> {
  const { earlier, version } = await appendRetrying<{ earlier: Envelope | null; version: number }>(log, async () => {
    const before = by.key === null ? null : earlierResult(await log.read(endpointId), by.key);
    if (before !== null) return { events: null, result: { earlier: before, version: before.version } };
    const endpoint = await ownWebhookEndpoint(log, endpointId, by.accounts);
    if (by.ifMatch !== null && by.ifMatch !== endpoint.version) throw new Problem('version_conflict');
    const event = {
      streamId: endpointId,
      version: endpoint.version + 1,
      accountId: endpoint.account_id,
      actor: userActor(by.uid),
      at: by.at,
      requestId: by.requestId,
      event: decide(endpoint),
      audited: true,
      ...(by.key === null ? {} : { commandId: by.key.commandId, fingerprint: by.key.fingerprint }),
    };
    return { events: [event], result: { earlier: null, version: event.version } };
  });
  const history = await log.read(endpointId);
  const endpoint = foldWebhookEndpoint(history.filter((event) => event.version <= version));
  if (endpoint === null) throw new Problem('not_found');
  return { endpoint, earlier };
}
