import { QueryClient } from '@tanstack/react-query';

/** Says of a query that the pulse reads it again when the revision of its account has changed. */
export type QueryMeta = { readonly followsPulse?: boolean };

/**
 * Only the pulse and commands cause a read: not the focus, not the connection and not the time. The client repeats
 * requests itself, so queries do not.
 */
export const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 300_000,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
