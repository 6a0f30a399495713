import { queryOptions } from '@tanstack/react-query';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { Counted } from './counted.ts';

const followsRevision: QueryMeta = { followsRevision: true };
const HOURS = 24;
const HOUR_MS = 3_600_000;
const MAX_PAGE = 100;

/** The jobs of the last day by the hour in which they ended. */
export const seriesQuery = (account: string) =>
  queryOptions({
    queryKey: ['jobs', account, 'series'],
    queryFn: async ({ signal }) => {
      const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
      const from = new Date(hour - (HOURS - 1) * HOUR_MS).toISOString();
      return (await api.jobs.statsSeries({ account_id: account, by: 'ended_at', from, signal })).data;
    },
    meta: followsRevision,
  });

const MAX_GROUPS = 8;

/** The largest groups of failures that ask for attention. */
export const failureGroupsQuery = (account: string) =>
  queryOptions({
    queryKey: ['failure-groups', account, 'overview'],
    queryFn: async ({ signal }) =>
      api.failureGroups.list({ account_id: account, muted: false, limit: MAX_GROUPS, signal }),
    meta: followsRevision,
  });

/** Folders that cannot be read, of all mailboxes. */
export const foldersInErrorQuery = (account: string) =>
  queryOptions({
    queryKey: ['mail', account, 'in-error-count'],
    queryFn: async ({ signal }): Promise<Counted> => {
      const { data, page } = await api.mail.mailboxes({ account_id: account, in_error: true, limit: MAX_PAGE, signal });
      return { count: data.length, isExact: page.next_cursor === null };
    },
    meta: followsRevision,
  });

export const silentWebhooksQuery = (account: string) =>
  queryOptions({
    queryKey: ['webhooks', account, 'silent-count'],
    queryFn: async ({ signal }): Promise<Counted> => {
      const { data, page } = await api.webhookEndpoints.list({ account_id: account, limit: MAX_PAGE, signal });
      const silent = data.filter(({ silent_since }) => silent_since !== null);
      return { count: silent.length, isExact: page.next_cursor === null };
    },
    meta: followsRevision,
  });

export const runningBulkQuery = (account: string) =>
  queryOptions({
    queryKey: ['bulk', account, 'running-overview'],
    queryFn: async ({ signal }) =>
      (await api.bulk.list({ account_id: account, status: ['running'], limit: MAX_PAGE, signal })).data,
    meta: followsRevision,
  });
