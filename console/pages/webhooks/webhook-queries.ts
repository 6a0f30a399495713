import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import { type DeliveriesSearch, deliveryFilterOf } from './webhooks-search.ts';

const PAGE = 50;
const MAX_PAGE = 100;
const followsPulse: QueryMeta = { followsPulse: true };

/** All that is read of the endpoints of an account. A command on one of them changes it. */
export const webhooksKey = (account: string) => ['webhooks', account] as const;

export const endpointPagesQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: [...webhooksKey(account), 'pages'],
    queryFn: async ({ pageParam, signal }) =>
      api.webhookEndpoints.list({
        account_id: account,
        limit: PAGE,
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
  });

/** The first page as it is now: it renews rows in their places and counts new ones. */
export const newestEndpointsQuery = (account: string) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'newest'],
    queryFn: async ({ signal }) => api.webhookEndpoints.list({ account_id: account, limit: PAGE, signal }),
    meta: followsPulse,
  });

export const endpointQuery = (account: string, endpoint: string) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'one', endpoint],
    queryFn: async ({ signal }) => (await api.webhookEndpoints.get({ webhook_endpoint_id: endpoint, signal })).data,
    meta: followsPulse,
  });

/** The pages of the deliveries, read one after the other. They are not read again by themselves, so no row moves. */
export const deliveryPagesQuery = (account: string, endpoint: string, search: DeliveriesSearch) =>
  infiniteQueryOptions({
    queryKey: [...webhooksKey(account), 'deliveries', endpoint, 'pages', search],
    queryFn: async ({ pageParam, signal }) =>
      api.webhookEndpoints.deliveries({
        webhook_endpoint_id: endpoint,
        limit: PAGE,
        ...deliveryFilterOf(search),
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
  });

export const newestDeliveriesQuery = (account: string, endpoint: string, search: DeliveriesSearch) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'deliveries', endpoint, 'newest', search],
    queryFn: async ({ signal }) =>
      api.webhookEndpoints.deliveries({
        webhook_endpoint_id: endpoint,
        limit: PAGE,
        ...deliveryFilterOf(search),
        signal,
      }),
    meta: followsPulse,
  });

export const deliveryQuery = (account: string, delivery: string) =>
  queryOptions({
    queryKey: [...webhooksKey(account), 'delivery', delivery],
    queryFn: async ({ signal }) => (await api.webhookEndpoints.delivery({ delivery_id: delivery, signal })).data,
    meta: followsPulse,
  });

/** The newest mailboxes, to choose one from. */
export const mailboxChoicesQuery = (account: string) =>
  queryOptions({
    queryKey: ['credentials', account, 'choices'],
    queryFn: async ({ signal }) => api.credentials.list({ account_id: account, limit: MAX_PAGE, signal }),
  });
