import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Input, Schemas } from '../../../client/index.ts';
import { uncheckedFor } from '../../search-parameters/flat.ts';
import { api } from '../../service/api.ts';
import type { ServerListRead } from '../../table/server-list.tsx';

const PAGE = 50;

/** The operations with one of these statuses, newest first; null: all. */
export const bulkList = (
  account: string,
  status: readonly string[] | null,
): ServerListRead<Schemas['BulkOperation']> => ({
  key: ['bulk-operations', account, status],
  read: async (cursor, signal) =>
    api.bulk.list({
      account_id: account,
      limit: PAGE,
      ...uncheckedFor<Pick<Input<'listBulkOperations'>, 'status'>>(status === null ? {} : { status }),
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
export const bulkItemsQuery = (bulk: string, outcome: readonly string[] | null) =>
  infiniteQueryOptions({
    queryKey: ['bulk-operation', bulk, 'items', outcome],
    queryFn: async ({ pageParam, signal }) =>
      api.bulk.items({
        bulk_id: bulk,
        limit: PAGE,
        ...uncheckedFor<Pick<Input<'listBulkItems'>, 'outcome'>>(outcome === null ? {} : { outcome }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
  });
