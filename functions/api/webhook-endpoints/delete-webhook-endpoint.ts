import {
  foldWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEvent,
  webhookLastStateOf,
} from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../http/endpoint.ts';
import { appendOwn, byCaller, nothing, openedFrom } from '../append-own.ts';
import { deleteWebhookEndpointContract } from './contracts.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/**
 * Deletes an endpoint, then its secret: if the deletion is refused, the endpoint keeps its secret. A repeated request
 * finishes what a crash interrupted.
 */
export const deleteWebhookEndpoint = ({ log, webhooks }: WebhookEndpointPorts) =>
  endpoint(deleteWebhookEndpointContract, async (request) => {
    const { accounts, params, query } = request;
    const id = params.webhook_endpoint_id;
    const events = await log.current(id);
    const before = foldWebhookEndpoint(events);
    if (before?.deleted && accounts.includes(before.account_id)) await webhooks.destroy(id);
    const decide = (endpoint: WebhookEndpoint): WebhookEvent => ({
      type: 'WebhookEndpointDeleted',
      data: { reason: query.reason ?? null, last_state: webhookLastStateOf(endpoint) },
    });
    await appendOwn(log, await openedFrom(events, id, byCaller(request), foldWebhookEndpoint), decide, nothing);
    await webhooks.destroy(id);
    return { status: 204 };
  });
