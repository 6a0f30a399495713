import { heardFrom } from '../../deliveries/silence.ts';
import { byOwner, webhookEndpointsOf } from '../../domain/views/keys.ts';
import { DELIVERY_PROJECTION, WEBHOOK_PROJECTION } from '../../domain/views/webhook-views.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openIndexPosition, sealIndexPosition } from '../../http/positions.ts';
import { Problem } from '../../http/problem.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import { getWebhookEndpointContract, listDeliveriesContract, listWebhookEndpointsContract } from './contracts.ts';
import { ownWebhookEndpoint } from './own-webhook-endpoint.ts';
import { toDeliveryResource, toWebhookEndpointResource } from './resource.ts';
import type { WebhookEndpointPorts } from './webhook-endpoint-ports.ts';

/** Lists the account's webhook endpoints, newest first. */
export const listWebhookEndpoints = ({ views, cursors, webhooks }: WebhookEndpointPorts) =>
  endpoint(listWebhookEndpointsContract, async ({ accountId, query: { limit, cursor, offset }, origin }) => {
    const binding = { account: accountId, operation: 'listWebhookEndpoints', filter: {} };
    const after = await openIndexPosition(cursors, cursor, binding);
    const partition = { index: 'account', key: webhookEndpointsOf(accountId) } as const;
    const page = await pageOfViews(views, partition, { limit, offset, after }, (row) => {
      const found = WEBHOOK_PROJECTION.fromRow(row);
      return found?.account_id === accountId ? found : null;
    });
    const fields = await webhooks.fields(page.items.map(({ id }) => id));
    const resources = page.items.map(async (each) => {
      const own = fields.get(each.id);
      return own === undefined ? [] : [toWebhookEndpointResource(each, own, origin, await heardFrom(views, each))];
    });
    return {
      status: 200,
      data: (await Promise.all(resources)).flat(),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });

/** Gets one endpoint, folded from the log. */
export const getWebhookEndpoint = ({ log, views, webhooks }: WebhookEndpointPorts) =>
  endpoint(getWebhookEndpointContract, async ({ accounts, params, origin }) => {
    const found = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const fields = (await webhooks.fields([found.id])).get(found.id);
    if (fields === undefined) throw new Problem('not_found');
    const data = toWebhookEndpointResource(found, fields, origin, await heardFrom(views, found));
    return { status: 200, data, etag: found.version };
  });

/** Lists the deliveries to an endpoint, newest first. */
export const listDeliveries = ({ log, views, cursors }: WebhookEndpointPorts) =>
  endpoint(listDeliveriesContract, async ({ accounts, params, query: { limit, cursor, offset } }) => {
    const { id, account_id: accountId } = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const binding = { account: accountId, operation: 'listDeliveries', filter: { id } };
    const after = await openIndexPosition(cursors, cursor, binding);
    const partition = { index: 'task', key: byOwner(accountId, id) } as const;
    const page = await pageOfViews(views, partition, { limit, offset, after }, (row) =>
      DELIVERY_PROJECTION.fromRow(row),
    );
    return {
      status: 200,
      data: page.items.map(toDeliveryResource),
      page: { limit, next_cursor: await sealIndexPosition(cursors, page.next, binding) },
    };
  });
