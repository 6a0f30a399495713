import { countDeliveries } from '../../deliveries/count-deliveries.ts';
import { heardFrom } from '../../deliveries/silence.ts';
import { absoluteTime, within } from '../../domain/search/values.ts';
import { byOwner, webhookEndpointsOf } from '../../domain/views/keys.ts';
import { DELIVERY_PROJECTION, WEBHOOK_PROJECTION } from '../../domain/views/webhook-views.ts';
import { foldDelivery } from '../../domain/webhook/delivery.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openIndexPosition, openPosition, rowPosition, sealIndexPosition, sealPosition } from '../../http/positions.ts';
import { Problem } from '../../http/problem.ts';
import { pageOfViews } from '../../queries/page-views.ts';
import {
  getDeliveryContract,
  getWebhookEndpointContract,
  listDeliveriesContract,
  listWebhookEndpointsContract,
} from './contracts.ts';
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
  endpoint(getWebhookEndpointContract, async ({ accounts, params, origin, now }) => {
    const found = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const fields = (await webhooks.fields([found.id])).get(found.id);
    if (fields === undefined) throw new Problem('not_found');
    const [heard, counts] = await Promise.all([heardFrom(views, found), countDeliveries(views, found, now)]);
    const data = { ...toWebhookEndpointResource(found, fields, origin, heard), last_24h: counts };
    return { status: 200, data, etag: found.version };
  });

/** Lists the deliveries to an endpoint, newest first. A relative `since` is relative to the time of the first page. */
export const listDeliveries = ({ log, views, cursors }: WebhookEndpointPorts) =>
  endpoint(listDeliveriesContract, async ({ accounts, params, query: { limit, cursor, offset, ...filter }, now }) => {
    const { id, account_id: accountId } = await ownWebhookEndpoint(log, params.webhook_endpoint_id, accounts);
    const binding = { account: accountId, operation: 'listDeliveries', filter: { id, ...filter } };
    const position = await openPosition(cursors, cursor, binding, rowPosition);
    const began = position?.began ?? now;
    const since = filter.since === undefined ? {} : { since: absoluteTime(filter.since, began) };
    const partition = { index: 'task', key: byOwner(accountId, id) } as const;
    const request = { limit, offset, after: position?.after ?? null, ...since };
    const page = await pageOfViews(views, partition, request, (row) => {
      const delivery = DELIVERY_PROJECTION.fromRow(row);
      if (delivery === null || delivery.account_id !== accountId) return null;
      const isWanted =
        within(filter.reason, delivery.reason) && [undefined, `${delivery.verified}`].includes(filter.verified);
      return isWanted ? delivery : null;
    });
    const next = page.next === null ? null : { after: page.next, began };
    return {
      status: 200,
      data: page.items.map(toDeliveryResource),
      page: { limit, next_cursor: await sealPosition(cursors, next, binding) },
    };
  });

/** Gets one delivery, folded from the log. */
export const getDelivery = ({ log }: Pick<WebhookEndpointPorts, 'log'>) =>
  endpoint(getDeliveryContract, async ({ accounts, params }) => {
    const delivery = foldDelivery(await log.current(params.delivery_id));
    if (delivery === null || !accounts.includes(delivery.account_id)) throw new Problem('not_found');
    return { status: 200, data: toDeliveryResource(delivery) };
  });
