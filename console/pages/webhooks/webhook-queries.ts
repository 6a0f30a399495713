import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type DeliveriesSearch, deliveryFilterOf } from './webhooks-search.ts';

const PAGE = 50;
const followsPulse: QueryMeta = { followsPulse: true };

/** The key of all reads of the endpoints of an account. A command on one endpoint invalidates it. */
export const webhooksKey = (account: string) => ['webhooks', account] as const;

export const endpointList = (account: string): ServerListRead<Schemas['WebhookEndpoint']> => ({
  key: [...webhooksKey(account), 'list'],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    return api.webhookEndpoints.list({ account_id: account, limit: PAGE, ...at, signal });
  },
});

export const endpointQuery = (account: string, endpoint: string) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'one', endpoint],
    queryFn: async ({ signal }) => (await api.webhookEndpoints.get({ webhook_endpoint_id: endpoint, signal })).data,
    meta: followsPulse,
  });

/** The deliveries of an endpoint by these filters. */
export const deliveryList = (
  account: string,
  endpoint: string,
  search: DeliveriesSearch,
): ServerListRead<Schemas['Delivery']> => ({
  key: [...webhooksKey(account), 'deliveries', endpoint, search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    const filter = deliveryFilterOf(search);
    return api.webhookEndpoints.deliveries({ webhook_endpoint_id: endpoint, limit: PAGE, ...filter, ...at, signal });
  },
});

export const deliveryQuery = (account: string, delivery: string) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'delivery', delivery],
    queryFn: async ({ signal }) => (await api.webhookEndpoints.delivery({ delivery_id: delivery, signal })).data,
    meta: followsPulse,
  });
