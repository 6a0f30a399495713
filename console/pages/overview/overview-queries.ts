import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { filterOf } from '../../jobs/jobs-search.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import type { Counted } from './counted.ts';
import { OLDEST_DUE, STALLED } from './figures.ts';

const followsPulse: QueryMeta = { followsPulse: true };
const HOURS = 24;
const HOUR_MS = 3_600_000;
const MAX_PAGE = 100;

/** Jobs that should have started or reported some time ago. */
export const stalledQuery = (account: string) =>
  queryOptions({
    queryKey: ['jobs', account, 'stalled-count'],
    queryFn: async ({ signal }): Promise<Counted> => {
      const body = { filter: filterOf(STALLED), facets: ['status' as const], limit: 1 };
      const { facets } = await api.jobs.search({ account_id: account, body, signal });
      const counts = Object.values(facets?.status ?? {});
      return { count: counts.reduce((sum, each) => sum + each, 0), isExact: facets?.exact === true };
    },
    meta: followsPulse,
  });

/** The job that has been due for the longest time, among the oldest waiting ones; null if none is due. */
export const oldestDueQuery = (account: string) =>
  queryOptions({
    queryKey: ['jobs', account, 'oldest-due'],
    queryFn: async ({ signal }): Promise<Schemas['Job'] | null> => {
      const filter = { ...filterOf(OLDEST_DUE), next_attempt_at: { lt: new Date().toISOString() } };
      const body = { filter, sort: 'created_at' as const, limit: MAX_PAGE };
      const { data } = await api.jobs.search({ account_id: account, body, signal });
      return data.reduce<Schemas['Job'] | null>((oldest, job) => (dueAt(job) < dueAt(oldest) ? job : oldest), null);
    },
    meta: followsPulse,
  });

const dueAt = (job: Schemas['Job'] | null): number =>
  job?.next_attempt_at == null ? Number.POSITIVE_INFINITY : Date.parse(job.next_attempt_at);

/** The jobs of the last day by the hour in which they ended. */
export const seriesQuery = (account: string) =>
  queryOptions({
    queryKey: ['jobs', account, 'series'],
    queryFn: async ({ signal }) => {
      const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
      const from = new Date(hour - (HOURS - 1) * HOUR_MS).toISOString();
      return (await api.jobs.statsSeries({ account_id: account, by: 'ended_at', from, signal })).data;
    },
    meta: followsPulse,
  });

const MAX_GROUPS = 8;

/** The largest groups of failures that ask for attention. */
export const failureGroupsQuery = (account: string) =>
  queryOptions({
    queryKey: ['failure-groups', account, 'overview'],
    queryFn: async ({ signal }) =>
      api.failureGroups.list({ account_id: account, muted: false, limit: MAX_GROUPS, signal }),
    meta: followsPulse,
  });

export const parkedQuery = (account: string) =>
  queryOptions({
    queryKey: ['credentials', account, 'parked-count'],
    queryFn: async ({ signal }): Promise<Counted> => {
      const body = { filter: { status: 'parked' as const }, limit: MAX_PAGE };
      const { data, page } = await api.credentials.search({ account_id: account, body, signal });
      return { count: data.length, isExact: page.next_cursor === null };
    },
    meta: followsPulse,
  });

export const silentWebhooksQuery = (account: string) =>
  queryOptions({
    queryKey: ['webhooks', account, 'silent-count'],
    queryFn: async ({ signal }): Promise<Counted> => {
      const { data, page } = await api.webhookEndpoints.list({ account_id: account, limit: MAX_PAGE, signal });
      const silent = data.filter(({ silent_since }) => silent_since !== null);
      return { count: silent.length, isExact: page.next_cursor === null };
    },
    meta: followsPulse,
  });

export const runningBulkQuery = (account: string) =>
  queryOptions({
    queryKey: ['bulk', account, 'running-overview'],
    queryFn: async ({ signal }) =>
      (await api.bulk.list({ account_id: account, status: ['running'], limit: MAX_PAGE, signal })).data,
    meta: followsPulse,
  });
