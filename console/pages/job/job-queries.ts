import { queryOptions } from '@tanstack/react-query';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';

const followsPulse: QueryMeta = { followsPulse: true };
const MAX_EVENTS = 100;

export const jobQuery = (job: string) =>
  queryOptions({
    queryKey: ['job', job],
    queryFn: async ({ signal }) => (await api.jobs.get({ job_id: job, signal })).data,
    meta: followsPulse,
  });

export const jobEventsQuery = (job: string) =>
  queryOptions({
    queryKey: ['job', job, 'events'],
    queryFn: async ({ signal }) => api.jobs.events({ job_id: job, limit: MAX_EVENTS, signal }),
    meta: followsPulse,
  });
