/**
 * A request of a provider, from its bytes to the log. Nothing is parsed before it is verified, and it is answered only
 * when every event in it has its delivery: a provider that gets no answer sends it again, and meets the same ids.
 * What is not verified buys nothing: it is counted, and there is no write but one sample per endpoint, reason and ten
 * minutes.
 */
import { crossesAccounts } from '../domain/account/tenancy.ts';
import { foldCredential } from '../domain/credential/history.ts';
import { providerActor } from '../domain/event/actors.ts';
import { webhookEndpointId } from '../domain/ids/ids.ts';
import type { DeliveryEvent, Request, UnusedReason } from '../domain/webhook/delivery.ts';
import { foldWebhookEndpoint, type WebhookEndpoint } from '../domain/webhook/endpoint.ts';
import type { Answer, ProviderEvent, Refusal, RefusalStatus, WebhookRequest } from './providers/provider.ts';
import { PROVIDERS } from './providers/registry.ts';
import type { WebhookPorts } from './webhook-ports.ts';

const SAMPLE_EVERY_MS = 600_000;
/** The fullest request has some two thousand events: so many at a time, it is answered within seconds. */
const PARALLEL = 50;
/** Providers wait ten seconds at most. What is not kept by then is asked for again, rather than answered too late. */
const ANSWER_WITHIN_MS = 8_000;

export type Received =
  | { readonly kind: 'unknown_endpoint' }
  | { readonly kind: 'handshake'; readonly contentType: string; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: Refusal; readonly status: RefusalStatus }
  | {
      readonly kind: 'accepted';
      readonly status: number;
      /** Events that had not come before. */
      readonly fresh: number;
      readonly repeated: number;
      readonly ignored: number;
    };

/**
 * Takes a request in. Rejects when the log, the secret or the provider's keys could not be had, or there was no time for
 * all of its events: it must come again.
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
  // First what a deleted endpoint has no more: requests to it must not read its stream.
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
  for (let at = 0; at < events.length; at += PARALLEL) {
    if (ports.now() - now > ANSWER_WITHIN_MS)
      throw new Error(`a request took too long: ${at} of its ${events.length} events are kept`);
    const kept = await Promise.all(
      events
        .slice(at, at + PARALLEL)
        .map(async (event) => keepOne(endpoint, event, await requestFor(event), now, ports)),
    );
    fresh += kept.filter((isFresh) => isFresh).length;
  }
  return { fresh, repeated: events.length - fresh, ignored };
}

/** Whether it had not come before: its stream's first version can be written once. */
async function keepOne(
  endpoint: WebhookEndpoint,
  { eventId, eventType, at, dedupeKey }: ProviderEvent,
  used: Request | UnusedReason,
  now: number,
  ports: WebhookPorts,
): Promise<boolean> {
  const told = { endpoint_id: endpoint.id, event_id: eventId, event_type: eventType, event_at: at };
  return append(endpoint, ports.ids.derive('dlv', [endpoint.id, dedupeKey]), now, ports, {
    type: 'DeliveryReceived',
    data:
      typeof used === 'string' ? { ...told, request: null, reason: used } : { ...told, request: used, reason: null },
  });
}

/** What events of one request ask for, or why they make nothing. Each mailbox is looked for once. */
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
  const appended = await log.append([{ streamId, version: 1, accountId, actor: providerActor(endpointId), at, event }]);
  return appended.kind === 'appended';
}
