import { foldWebhookEndpoint, type WebhookEndpoint, type WebhookEvent } from '../../domain/webhook/endpoint.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { appendOwn, byCaller } from '../command/append-own.ts';
import { deleteWebhookEndpointContract } from '../contracts/webhooks.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from './ports.ts';

/** Deletes an endpoint: the secret first, so that none outlives the last who could name it. */
export const deleteWebhookEndpoint = ({ log, webhooks }: WebhookEndpointPorts) =>
  endpoint(deleteWebhookEndpointContract, async (request) => {
    const { accounts, params } = request;
    const { id, version } = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const by = byCaller(request);
    // What may not be deleted must keep its secret.
    if (by.ifMatch === null || by.ifMatch === version) await webhooks.destroy(id);
    await appendOwn<WebhookEndpoint, WebhookEvent>(log, id, by, foldWebhookEndpoint, () => ({
      type: 'WebhookEndpointDeleted',
      data: { reason: null },
    }));
    return { status: 204 };
  });
