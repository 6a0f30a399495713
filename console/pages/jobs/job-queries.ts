import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { filterOf, type JobSort, type JobsSearch, sortOf } from '../../jobs/jobs-search.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import {
  endOfKnown,
  FIRST_PLACE,
  MAX_PAGES,
  type PagePlace,
  placeAfter,
  placeBefore,
  type SortTime,
} from './page-places.ts';

const PAGE = 50;
const followsPulse: QueryMeta = { followsPulse: true };

const bodyOf = (search: JobsSearch) => ({ filter: filterOf(search), sort: sortOf(search), limit: PAGE });

/** The time of the sort, if the latest comes first. */
const LATEST: Readonly<Record<JobSort, SortTime | null>> = {
  newest: 'created_at',
  oldest: null,
  failed: 'failed_at',
  error: 'last_error_at',
};

const bodyOfPlace = (search: JobsSearch, place: PagePlace) => {
  const body = bodyOf(search);
  const latest = LATEST[search.sort ?? 'newest'];
  const lt = endOfKnown(place, latest);
  if (latest === null || lt === null) return body;
  return { ...body, filter: { ...body.filter, [latest]: { ...body.filter[latest], lt } } };
};

/**
 * The pages of a search. They are only read again on demand, so no row moves. At most MAX_PAGES are held. A page that
 * was dropped is read again at its place when it comes into view.
 */
export const jobPagesQuery = (account: string, search: JobsSearch, currentRevision: () => string | null) =>
  infiniteQueryOptions({
    queryKey: ['jobs', account, 'pages', search],
    queryFn: async ({ pageParam: place, signal }) => {
      const at = place.cursor === null ? { facets: place.known === null } : { cursor: place.cursor };
      const revision = currentRevision();
      const readAt = new Date().toISOString();
      const body = { ...bodyOfPlace(search, place), ...at };
      const reply = await api.jobs.search({ account_id: account, body, signal });
      return { ...reply, revision, place, readAt };
    },
    initialPageParam: FIRST_PLACE,
    getNextPageParam: placeAfter,
    getPreviousPageParam: ({ place }) => placeBefore(place),
    maxPages: MAX_PAGES,
    // The present page stays until the next one is read, so that the focus keeps its place.
    placeholderData: keepPreviousData,
  });

/**
 * The present first page. It is read when the revision has changed, to renew rows in their places and to count new
 * ones.
 */
export const newestJobsQuery = (account: string, search: JobsSearch) =>
  queryOptions({
    queryKey: ['jobs', account, 'newest', search],
    queryFn: async ({ signal }) =>
      api.jobs.search({ account_id: account, body: { ...bodyOf(search), facets: true }, signal }),
    meta: followsPulse,
  });
