import {
  foldWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEvent,
  webhookLastStateOf,
} from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { appendOwn, byCaller } from '../append-own.ts';
import { deleteWebhookEndpointContract } from './contracts.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/**
 * Deletes an endpoint, then its secret: what may not be deleted keeps it, and nobody asks for one of an endpoint that is
 * deleted. Asked again, it finishes what died in between.
 */
export const deleteWebhookEndpoint = ({ log, webhooks }: WebhookEndpointPorts) =>
  endpoint(deleteWebhookEndpointContract, async (request) => {
    const { accounts, params, query } = request;
    const id = params.webhook_endpoint_id;
    const before = foldWebhookEndpoint(await log.current(id));
    if (before?.deleted && accounts.includes(before.account_id)) await webhooks.destroy(id);
    await appendOwn<WebhookEndpoint, WebhookEvent>(log, id, byCaller(request), foldWebhookEndpoint, (endpoint) => ({
      type: 'WebhookEndpointDeleted',
      data: { reason: query.reason ?? null, last_state: webhookLastStateOf(endpoint) },
    }));
    await webhooks.destroy(id);
    return { status: 204 };
  });
