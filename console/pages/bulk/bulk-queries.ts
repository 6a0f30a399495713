import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import type { Outcome } from './bulk-items-search.ts';
import type { BulkStatusName } from './bulk-operations-search.ts';

const PAGE = 50;

/** The operations with this status, newest first; null: all. */
export const bulkList = (account: string, status: BulkStatusName | null): ServerListRead<Schemas['BulkOperation']> => ({
  key: ['bulk-operations', account, status],
  read: async (cursor, signal) =>
    api.bulk.list({
      account_id: account,
      limit: PAGE,
      ...(status === null ? {} : { status: [status] }),
      ...(cursor === null ? {} : { cursor }),
      signal,
    }),
});

export const bulkQuery = (bulk: string) =>
  queryOptions({
    queryKey: ['bulk-operation', bulk],
    queryFn: async ({ signal }) => (await api.bulk.get({ bulk_id: bulk, signal })).data,
  });

/** What the operation did to each job. */
export const bulkItemsQuery = (bulk: string, outcome: Outcome | null) =>
  infiniteQueryOptions({
    queryKey: ['bulk-operation', bulk, 'items', outcome],
    queryFn: async ({ pageParam, signal }) =>
      api.bulk.items({
        bulk_id: bulk,
        limit: PAGE,
        ...(outcome === null ? {} : { outcome: [outcome] }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
  });
