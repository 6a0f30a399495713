import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type CredentialsSearch, credentialFilterOf } from './credentials-search.ts';

const PAGE = 50;
const MAX_PAGE = 100;
const followsPulse: QueryMeta = { followsPulse: true };

/** The key of all reads of the credentials of an account. A command on one credential invalidates it. */
export const credentialsKey = (account: string) => ['credentials', account] as const;

/** The list by these filters. */
export const credentialList = (account: string, search: CredentialsSearch): ServerListRead<Schemas['Credential']> => ({
  key: [...credentialsKey(account), 'list', search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    const body = { filter: credentialFilterOf(search), limit: PAGE, ...at };
    return api.credentials.search({ account_id: account, body, signal });
  },
});

/** How many credentials have failed, so that their jobs wait. If it is not exact, there are at least this many. */
export const failingCountQuery = (account: string) =>
  queryOptions({
    queryKey: [...credentialsKey(account), 'failing'],
    queryFn: async ({ signal }) => {
      const body = { filter: credentialFilterOf({ status: ['suspect', 'parked'] }), limit: MAX_PAGE };
      const { data, page } = await api.credentials.search({ account_id: account, body, signal });
      return { count: data.length, isExact: page.next_cursor === null };
    },
    meta: followsPulse,
  });

export const credentialQuery = (account: string, credential: string) =>
  queryOptions({
    queryKey: [...credentialsKey(account), 'one', credential],
    queryFn: async ({ signal }) => (await api.credentials.get({ credential_id: credential, signal })).data,
    meta: followsPulse,
  });

/** The job of the credential that failed last, for the answer of the mail server; null if no job failed. */
export const lastFailureQuery = (account: string, credential: string) =>
  queryOptions({
    queryKey: [...credentialsKey(account), 'last-failure', credential],
    queryFn: async ({ signal }) => {
      const body = { filter: { credential_id: credential }, sort: '-last_error_at' as const, limit: 1 };
      const { data } = await api.jobs.search({ account_id: account, body, signal });
      return data.find(({ last_error_code }) => last_error_code !== null) ?? null;
    },
    meta: followsPulse,
  });

/** The folders of a credential, page by page. With `inError` only folders that cannot be read. */
export const foldersQuery = (account: string, credential: string, inError: boolean) =>
  infiniteQueryOptions({
    queryKey: [...credentialsKey(account), 'folders', credential, { inError }],
    queryFn: async ({ pageParam, signal }) =>
      api.mail.mailboxes({
        account_id: account,
        credential_id: credential,
        limit: MAX_PAGE,
        ...(inError ? { in_error: true } : {}),
        ...(pageParam === null ? {} : { cursor: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
    meta: followsPulse,
  });
