import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { usePulse } from '../../pulse/pulse.tsx';
import { api } from '../../service/api.ts';
import type { Outcome } from './bulk-items-search.ts';
import type { BulkStatusName } from './bulk-operations-search.ts';

const PAGE = 50;

/** The operations with this status, newest first; null: all. */
export const bulkPagesQuery = (account: string, status: BulkStatusName | null) =>
  infiniteQueryOptions({
    queryKey: ['bulk-operations', account, status],
    queryFn: async ({ pageParam, signal }) =>
      api.bulk.list({
        account_id: account,
        limit: PAGE,
        ...(status === null ? {} : { status: [status] }),
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
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

/**
 * Reads again with each answer of the pulse while `isOn`, because an operation continues even if no count of jobs has
 * changed. A frozen page and a hidden tab have no pulse, so they read nothing.
 */
export function useWithEachPulse(isOn: boolean, read: () => void): void {
  const { readAt } = usePulse();
  const last = useRef(readAt);
  useEffect(() => {
    if (readAt === last.current) return;
    last.current = readAt;
    if (isOn) read();
  }, [readAt, isOn, read]);
}
