import { endpoint } from '../../runtime/http/endpoint.ts';
import { deleteWebhookEndpointContract } from '../contracts/webhooks.ts';
import { appendWebhookEvent } from './append-webhook-event.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from './ports.ts';

/** Deletes an endpoint: the secret first, so that none outlives the last who could name it. */
export const deleteWebhookEndpoint = ({ log, webhooks }: WebhookEndpointPorts) =>
  endpoint(deleteWebhookEndpointContract, async ({ accounts, actor, params, headers, now, requestId }) => {
    const { id, version } = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const ifMatch = headers.ifMatch;
    // What may not be deleted must keep its secret.
    const at = new Date(now).toISOString();
    if (ifMatch === null || ifMatch === version) await webhooks.destroy(id);
    await appendWebhookEvent(log, id, { uid: actor.uid, at, requestId, accounts, ifMatch, key: null }, () => ({
      type: 'WebhookEndpointDeleted',
      data: { reason: null },
    }));
    return { status: 204 };
  });
