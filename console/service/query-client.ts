import { QueryClient } from '@tanstack/react-query';

/** Marks a query that the pulse reads again when the revision of its account has changed. */
export type QueryMeta = { readonly followsPulse?: boolean };

/**
 * Only the pulse and commands cause a read: the focus, the connection and the time do not. Queries are not repeated,
 * because the client repeats requests.
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
