import { QueryClient } from '@tanstack/react-query';

/** When the pulse reads a query again. */
export type QueryMeta = {
  /**
   * Whenever the answer of the pulse has changed: because of the jobs, or each minute while jobs are open, because they
   * may stall by the clock alone.
   */
  readonly followsPulse?: boolean;
  /** Only when the jobs or credentials of the account have changed. */
  readonly followsRevision?: boolean;
};

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
