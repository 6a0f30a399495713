import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { ServerListRead } from '../../table/server-list.tsx';
import { type AuditSearch, auditFilterOf } from './audit-search.ts';

const PAGE = 50;
const MAX_EVENTS = 100;

export const auditList = (account: string, search: AuditSearch): ServerListRead<Schemas['LogEntry']> => ({
  key: ['audit', account, search],
  read: async (cursor, signal) => {
    const at = cursor === null ? {} : { cursor };
    return api.audit.search({
      account_id: account,
      body: { filter: auditFilterOf(search), limit: PAGE, ...at },
      signal,
    });
  },
});

/** An entry never changes. */
export const auditEntryQuery = (entry: string) =>
  queryOptions({
    queryKey: ['audit-entry', entry],
    queryFn: async ({ signal }) => (await api.audit.get({ log_id: entry, signal })).data,
  });

/** The first events of the resource of the entry, even if the resource is deleted. */
export const auditEventsQuery = (entry: string) =>
  queryOptions({
    queryKey: ['audit-entry', entry, 'events'],
    queryFn: async ({ signal }) => api.audit.events({ log_id: entry, limit: MAX_EVENTS, signal }),
    staleTime: 0,
  });
