/**
 * Processes a provider's request, from its bytes to the log. Nothing is parsed before it is verified. The request is
 * answered only when every event in it is stored: a provider without an answer sends it again, with the same ids. An
 * unverified request is only counted; one sample per endpoint, reason and ten minutes is stored.
 */
import { crossesAccounts } from '../domain/account/tenancy.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { providerActor } from '../domain/event/actors.ts';
import { webhookEndpointId } from '../domain/ids/ids.ts';
import type { DeliveryEvent, Request, UnusedReason } from '../domain/webhook/delivery.ts';
import { foldWebhookEndpoint, type WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import { appendOnce } from '../streams/append-once.ts';
import type { Answer, ProviderEvent, Refusal, RefusalStatus, WebhookRequest } from './providers/provider.ts';
import { PROVIDERS } from './providers/registry.ts';
import type { WebhookPorts } from './webhook-ports.ts';

const SAMPLE_EVERY_MS = 600_000;
/** The largest request has about two thousand events: with this many at a time it is answered within seconds. */
const PARALLEL = 50;
/**
 * Providers wait at most ten seconds. After this time the request fails, so that the provider repeats it, instead of
 * an answer that is too late.
 */
const ANSWER_WITHIN_MS = 8_000;

export type Received =
  | { readonly kind: 'unknown_endpoint' }
  | { readonly kind: 'handshake'; readonly contentType: string; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly status: RefusalStatus }
  | {
      readonly kind: 'accepted';
      readonly status: number;
      /** Events that are stored for the first time. */
      readonly fresh: number;
      readonly repeated: number;
      readonly ignored: number;
    };

/**
 * Processes a request. Rejects when the log, the secret or the provider's keys were unavailable, or there was no time
 * for all of its events: the provider must send it again.
 */
export async function receive(
  endpointId: string,
  request: WebhookRequest,
  now: number,
  ports: WebhookPorts,
): Promise<Received> {
  const period = Math.floor(now / SAMPLE_EVERY_MS);
  ports.refusals.begin(period);
  const unknown = (): Received => {
    // Without the id: requests with guessed ids must not fill the log.
    ports.refusals.count('-', 'unknown_endpoint', period);
    return { kind: 'unknown_endpoint' };
  };
  if (!webhookEndpointId.safeParse(endpointId).success) return unknown();
  // The secret comes first, because a deleted endpoint has none: requests to it must not read its stream.
  const opened = await ports.webhooks.open(endpointId);
  if (opened === null) return unknown();
  const endpoint = foldWebhookEndpoint(await ports.log.current(endpointId));
  if (endpoint === null || endpoint.deleted) return unknown();
  const verification = { ...opened, now, verifyToken: ports.verifyToken };
  const answer = await PROVIDERS[endpoint.provider].receive(request, verification);
  switch (answer.kind) {
    case 'handshake':
      return answer;
    case 'refused':
      await sampleRefusal(endpoint, answer.reason, { now, period }, ports);
      return answer;
    case 'accepted':
      return { kind: 'accepted', status: answer.status, ...(await keep(endpoint, answer, now, ports)) };
  }
}

async function keep(
  endpoint: WebhookEndpoint,
  { events, ignored }: Extract<Answer, { kind: 'accepted' }>,
  now: number,
  ports: WebhookPorts,
) {
  const requestFor = requestsOf(endpoint, ports);
  let fresh = 0;
  const failures: unknown[] = [];
  for (let at = 0; at < events.length; at += PARALLEL) {
    if (ports.now() - now > ANSWER_WITHIN_MS)
      throw new Error(`a request took too long: ${at} of its ${events.length} events are kept`);
    const kept = await Promise.allSettled(
      events
        .slice(at, at + PARALLEL)
        .map(async (event) => keepOne(endpoint, event, await requestFor(event), now, ports)),
    );
    for (const result of kept) {
      if (result.status === 'rejected') failures.push(result.reason);
      else if (result.value) fresh += 1;
    }
  }
  // An event that cannot be stored must not cost the others of its request, however often it is repeated.
  if (failures.length > 0) throw failures[0];
  return { fresh, repeated: events.length - fresh, ignored };
}

/** True if the event is new: the first version of its stream can be written only once. */
async function keepOne(
  endpoint: WebhookEndpoint,
  { eventId, eventType, at, dedupeKey }: ProviderEvent,
  used: Request | UnusedReason,
  now: number,
  ports: WebhookPorts,
): Promise<boolean> {
  const received = { endpoint_id: endpoint.id, event_id: eventId, event_type: eventType, event_at: at };
  return append(endpoint, ports.ids.derive('dlv', [endpoint.id, dedupeKey]), now, ports, {
    type: 'DeliveryReceived',
    data:
      typeof used === 'string'
        ? { ...received, request: null, reason: used }
        : { ...received, request: used, reason: null },
  });
}

/** The requests of one delivery's events, or why they make none. Each mailbox is looked up once. */
function requestsOf(endpoint: WebhookEndpoint, { log, finder }: WebhookPorts) {
  const { account_id: accountId, target, action, payload, event_types: types, enabled } = endpoint;
  const found = new Map<string, Promise<Request | UnusedReason>>();
  return async (event: ProviderEvent): Promise<Request | UnusedReason> => {
    if (!enabled) return 'endpoint_disabled';
    if (types !== null && !types.includes(event.eventType)) return 'filtered';
    if ('credential_id' in target) return once(target.credential_id, async () => [target.credential_id]);
    const name = event.subjects[target.match];
    return name === undefined ? 'no_match' : once(name, () => finder.find(accountId, target.match, name));
  };

  function once(name: string, find: () => Promise<readonly string[]>): Promise<Request | UnusedReason> {
    const request = found.get(name) ?? requestOf(find);
    found.set(name, request);
    return request;
  }

  async function requestOf(find: () => Promise<readonly string[]>): Promise<Request | UnusedReason> {
    for (const id of await find()) {
      const credential = foldCredential(await log.current(id));
      if (credential === null || credential.deleted || crossesAccounts(endpoint, credential)) continue;
      return { credential_id: id, generation: credential.generation, action, payload };
    }
    return 'credential_id' in target ? 'credential_not_found' : 'no_match';
  }
}

async function sampleRefusal(
  endpoint: WebhookEndpoint,
  reason: Refusal,
  { now, period }: { readonly now: number; readonly period: number },
  ports: WebhookPorts,
): Promise<void> {
  if (!ports.refusals.count(endpoint.id, reason, period)) return;
  const id = ports.ids.derive('dlv', ['refused', endpoint.id, reason, String(period)]);
  await append(endpoint, id, now, ports, { type: 'DeliveryRefused', data: { endpoint_id: endpoint.id, reason } });
}

async function append(
  { id: endpointId, account_id: accountId }: WebhookEndpoint,
  streamId: string,
  now: number,
  { log }: WebhookPorts,
  event: DeliveryEvent,
): Promise<boolean> {
  const at = new Date(now).toISOString();
  return appendOnce(log, [{ streamId, version: 1, accountId, actor: providerActor(endpointId), at, event }]);
}
