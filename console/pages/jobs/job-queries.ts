import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { filterOf, type JobsSearch, sortOf } from '../../jobs/jobs-search.ts';
import { api } from '../../service/api.ts';
import type { QueryMeta } from '../../service/query-client.ts';
import { endOfKnown, FIRST_PLACE, MAX_PAGES, placeAfter, placeBefore } from './page-places.ts';

const PAGE = 50;
const followsPulse: QueryMeta = { followsPulse: true };

const bodyOf = (search: JobsSearch) => ({ filter: filterOf(search), sort: sortOf(search), limit: PAGE });

const bodyUntil = (search: JobsSearch, end: string | null) => {
  const body = bodyOf(search);
  if (end === null) return body;
  return { ...body, filter: { ...body.filter, created_at: { ...body.filter.created_at, lt: end } } };
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
      const body = { ...bodyUntil(search, endOfKnown(place, sortOf(search) === '-created_at')), ...at };
      const reply = await api.jobs.search({ account_id: account, body, signal });
      return { ...reply, revision, place };
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
