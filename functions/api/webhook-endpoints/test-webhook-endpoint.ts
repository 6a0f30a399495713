import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { assertMayCause } from '../message-payload.ts';
import { testWebhookEndpointContract } from './contracts.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import { webhookUrl } from './resource.ts';
import { judgedSample, rememberSample, signedSample } from './samples.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/**
 * Sends a sample to the endpoint's public address, signed as by its provider. A repeated request under the same key
 * answers with the sample's delivery. It sends the sample once more only if it never arrived.
 */
export const testWebhookEndpoint = (ports: WebhookEndpointPorts) =>
  endpoint(testWebhookEndpointContract, async (request) => {
    const { accounts, actor, params, body, origin, now } = request;
    const { log, webhooks, ids, send } = ports;
    const own = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const { id } = own;
    // The sample causes real work, so the role is checked.
    assertMayCause(actor.role, own);
    const provider = PROVIDERS[own.provider];
    const opened = await webhooks.open(id);
    if (opened === null) throw new Problem('not_found');
    const subject = body.subject ?? null;
    const fresh = { eventId: `test_${ids.token()}`, subject, now };
    const first = signedSample(provider, opened, fresh);
    const earlier = await rememberSample(own, fresh.eventId, request, ports);
    if (earlier !== null) {
      const sent = { eventId: earlier.event_id, subject, now: Date.parse(earlier.at) };
      const again = { id, request: signedSample(provider, opened, sent), now: sent.now };
      const { status, deliveryId } = await judgedSample(provider, opened, again, ports);
      if (deliveryId !== null && (await log.read(deliveryId, 0, 1)).length > 0)
        return { status: 200, data: { ok: true, status, delivery_id: deliveryId } };
    }
    const sample =
      earlier === null ? first : signedSample(provider, opened, { eventId: earlier.event_id, subject, now });
    const status = await send(webhookUrl(origin, id), sample);
    const ok = status !== null && status >= 200 && status < 300;
    const { deliveryId } = await judgedSample(provider, opened, { id, request: sample, now }, ports);
    return { status: 200, data: { ok, status, delivery_id: ok ? deliveryId : null } };
  });
