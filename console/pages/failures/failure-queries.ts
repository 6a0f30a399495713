import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type FailuresSearch, failureGroupsOf } from './failures-search.ts';

const PAGE = 50;
const followsPulse: QueryMeta = { followsPulse: true };

/** The key of all reads of the failure groups of an account. A command on one group invalidates it. */
export const failureGroupsKey = (account: string) => ['failure-groups', account] as const;

export const failureGroupList = (account: string, search: FailuresSearch): ServerListRead<Schemas['FailureGroup']> => ({
  key: [...failureGroupsKey(account), 'list', search],
  changesOrder: true,
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    return api.failureGroups.list({ account_id: account, ...failureGroupsOf(search), limit: PAGE, ...at, signal });
  },
});

export const failureGroupQuery = (account: string, group: string) =>
  queryOptions({
    queryKey: [...failureGroupsKey(account), 'one', group],
    queryFn: async ({ signal }) => (await api.failureGroups.get({ failure_group_id: group, signal })).data,
    // Whether a group is muted depends on the time, so it is always read again.
    staleTime: 0,
    meta: followsPulse,
  });
