import { QueryClient } from '@tanstack/react-query';

/** Says of a query when the pulse reads it again. */
export type QueryMeta = {
  /** Whenever its answer has changed: by the jobs, or each minute while jobs are open, as they stall by the clock alone. */
  readonly followsPulse?: boolean;
  /** Only when the jobs or credentials of the account have changed. */
  readonly followsRevision?: boolean;
};

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
