import { QueryClient } from '@tanstack/react-query';

/** Of what the pulse knows of each account. */
export const REVISION_KEY = 'revision';

/** Says of a query when the pulse reads it again. */
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
export function newQueryClient(): QueryClient {
  const queries = new QueryClient({
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
  // What the pulse knows of an account is needed as long as anything of it is held.
  queries.setQueryDefaults([REVISION_KEY], { gcTime: Number.POSITIVE_INFINITY });
  return queries;
}
