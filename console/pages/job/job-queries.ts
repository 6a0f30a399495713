import { queryOptions } from '@tanstack/react-query';
import type { Schemas } from '../../../client/index.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';

const followsPulse: QueryMeta = { followsPulse: true };
const PAGE = 100;
const MAX_EVENTS = 500;

export const jobQuery = (job: string) =>
  queryOptions({
    queryKey: ['job', job],
    queryFn: async ({ signal }) => (await api.jobs.get({ job_id: job, signal })).data,
    meta: followsPulse,
  });

/** The events of a job, the oldest first. Only the first ones of a very long history. */
export const jobEventsQuery = (job: string) =>
  queryOptions({
    queryKey: ['job', job, 'events'],
    queryFn: async ({ signal }) => {
      const events: Schemas['Event'][] = [];
      for await (const event of api.jobs.events.each({ job_id: job, limit: PAGE, signal })) {
        if (events.length === MAX_EVENTS) return { events, isWhole: false };
        events.push(event);
      }
      return { events, isWhole: true };
    },
    meta: followsPulse,
  });
