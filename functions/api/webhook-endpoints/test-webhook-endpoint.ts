import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { PROVIDERS } from '../../webhooks/providers/registry.ts';
import { testWebhookEndpointContract } from '../contracts/webhooks.ts';
import { webhookUrl } from '../resources/webhook.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from './ports.ts';

/** Sends a sample through the endpoint's public address, signed as its provider would. */
export const testWebhookEndpoint = ({ log, webhooks, ids, send }: WebhookEndpointPorts) =>
  endpoint(testWebhookEndpointContract, async ({ accounts, params, body, origin, now }) => {
    const { id, provider: name } = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const provider = PROVIDERS[name];
    if (!provider.sample.possible) throw new Problem('webhook_test_impossible', { detail: provider.sample.why });
    const opened = await webhooks.open(id);
    if (opened === null) throw new Problem('not_found');
    const { settings, secrets } = opened;
    const parts = { settings, now, eventId: `test_${ids.token()}`, subject: body.subject ?? null };
    const request = provider.sample.sign({ ...parts, secret: secrets[0] ?? '' });
    if (request === null)
      throw new Problem('webhook_test_impossible', {
        detail: 'a sample needs a subject, or settings that name one, and a secret that signs',
      });
    const status = await send(webhookUrl(origin, id), request);
    const answer = await provider.receive(request, { secrets, settings, now, verifyToken: async () => null });
    const [event] = answer.kind === 'accepted' ? answer.events : [];
    const ok = status !== null && status >= 200 && status < 300;
    const deliveryId = ok && event !== undefined ? ids.derive('dlv', [id, event.dedupeKey]) : null;
    return { status: 200, data: { ok, status, delivery_id: deliveryId } };
  });
