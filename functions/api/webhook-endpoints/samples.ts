import { userActor } from '../../domain/event/actors.ts';
import { foldSample, type SampleEvent, type SentSample, sampleStream } from '../../domain/webhook/sample.ts';
import type { Caller } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import type { OpenedWebhook } from '../../ports/webhook-vault.ts';
import { decideAndAppend } from '../../streams/decide-and-append.ts';
import type { WebhookProvider, WebhookRequest } from '../../webhooks/providers/provider.ts';
import { commandKey, createdStream, keyOf, sameBody } from '../idempotency.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** A request as the provider would send it at `now` (ms). Throws Problem webhook_test_impossible. */
export function signedSample(
  { sample }: WebhookProvider,
  { settings, secrets: [secret = ''] }: OpenedWebhook,
  { eventId, subject, now }: { readonly eventId: string; readonly subject: string | null; readonly now: number },
): WebhookRequest {
  if (!sample.possible) throw new Problem('webhook_test_impossible', { detail: sample.why });
  const request = sample.sign({ secret, settings, now, eventId, subject });
  if (request !== null) return request;
  throw new Problem('webhook_test_impossible', {
    detail: 'a sample needs a subject, or settings that name one, and a secret that signs',
  });
}

/** The endpoint's verdict on a sample that was signed at `now` (ms), and the delivery that it becomes. */
export async function judgedSample(
  provider: WebhookProvider,
  opened: OpenedWebhook,
  { id, request, now }: { readonly id: string; readonly request: WebhookRequest; readonly now: number },
  { ids }: Pick<WebhookEndpointPorts, 'ids'>,
): Promise<{ readonly status: number; readonly deliveryId: string | null }> {
  const answer = await provider.receive(request, { ...opened, now, verifyToken: async () => null });
  const [event] = answer.kind === 'accepted' ? answer.events : [];
  return { status: answer.status, deliveryId: event === undefined ? null : ids.derive('dlv', [id, event.dedupeKey]) };
}

/** Stores that a sample is sent. Returns the sample that was sent under the same key before; null if there is none. */
export async function rememberSample(
  { id, account_id: accountId }: { readonly id: string; readonly account_id: string },
  eventId: string,
  { path, body, headers, actor, now, requestId }: Caller & { readonly body: unknown },
  { log, ids, fingerprint }: Pick<WebhookEndpointPorts, 'log' | 'ids' | 'fingerprint'>,
): Promise<SentSample | null> {
  const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
  const key = await commandKey(keyed, ids, fingerprint);
  const streamId = sampleStream(id, key?.commandId ?? ids.token());
  const event: SampleEvent = { type: 'WebhookEndpointTested', data: { event_id: eventId } };
  const at = new Date(now).toISOString();
  const origin = { streamId, version: 1, accountId, actor: userActor(actor.uid), at, requestId, audited: true };
  const stream = createdStream<SentSample>(log, streamId, foldSample, key);
  const sent = await decideAndAppend<SentSample, null>(log, stream, () => ({
    events: [{ ...origin, ...keyOf(key), event }],
    result: null,
  }));
  if (sent.kind === 'conflict') throw new Problem('try_again');
  if (sent.kind !== 'earlier') return null;
  sameBody(sent.event, key);
  return sent.state;
}
