import * as z from 'zod';
import { freezeFilter, isEmptyFilter, type JobFilter } from '../../domain/search/job-filter.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openPosition, sealPosition } from '../../http/positions.ts';
import type { CursorBinding } from '../../ports/cursor-seal.ts';
import { coverageOf, periodSince } from '../../queries/coverage.ts';
import { type JobSearchPage, searchCounts, searchJobs } from '../../queries/search-jobs.ts';
import { FAILURE_TIMES, type SortedSearch, sortJobs } from '../../queries/sort-jobs.ts';
import type { ReadPorts } from '../read-ports.ts';
import { type Facets, listJobsContract, searchJobsContract } from './contracts.ts';
import { showJoined } from './show-job.ts';

/** Lists the account's jobs, newest first. */
export const listJobs = (ports: ReadPorts) =>
  endpoint(
    listJobsContract,
    async ({ accountId, actor: { role }, query: { limit, cursor, offset, ...filter }, now }) => {
      const binding = { account: accountId, operation: 'listJobs', filter };
      const { page, nextCursor } = await searchFrom(ports, cursor, binding, now, {
        accountId,
        filter,
        newestFirst: true,
        limit,
        offset,
        counting: false,
      });
      return {
        status: 200,
        data: await showJoined(ports, page.jobs, { role, now }),
        page: { limit, next_cursor: nextCursor },
      };
    },
  );

/** Searches jobs. On every page, relative times are relative to the time of the first page. */
export const searchJobsByFilter = (ports: ReadPorts) =>
  endpoint(
    searchJobsContract,
    async ({ accountId, actor: { role }, body: { limit, cursor, offset, facets: wanted, ...given }, now }) => {
      const { sort } = given;
      const newestFirst = sort.startsWith('-');
      const filter = given.query === undefined ? given.filter : { ...given.filter, q: given.query };
      const binding = { account: accountId, operation: 'searchJobs', filter: { filter, sort } };
      const firstPage = cursor === undefined;
      const failureTime = FAILURE_TIMES.find((time) => sort.endsWith(time));
      if (failureTime !== undefined) {
        const sorted = { accountId, filter, by: failureTime, newestFirst, limit, offset };
        const found = await sortedFrom(ports, cursor, binding, now, sorted);
        return {
          status: 200,
          data: await showJoined(ports, found.page.jobs, { role, now }),
          page: { limit, next_cursor: found.nextCursor },
          coverage: coverageOf(found.page, found.covered, newestFirst),
          facets: wanted && firstPage ? facetsOf({ jobs: found.page.matches, exact: found.page.complete }) : null,
        };
      }
      const counted = wanted && firstPage && isEmptyFilter(filter);
      const { page, covered, nextCursor } = await searchFrom(ports, cursor, binding, now, {
        accountId,
        filter,
        newestFirst,
        limit,
        offset,
        counting: wanted && firstPage && !counted,
      });
      return {
        status: 200,
        data: await showJoined(ports, page.jobs, { role, now }),
        page: { limit, next_cursor: nextCursor },
        coverage: coverageOf({ ...page, complete: page.next === null }, covered, newestFirst),
        facets: !wanted || !firstPage ? null : counted ? await countedFacets(ports, accountId) : facetsOf(page.matches),
      };
    },
  );

const jobPosition = z.strictObject({ after: z.string(), began: z.int() });

/** One page from the position of the cursor on. The filter is frozen at the time of the first page. */
async function searchFrom(
  ports: ReadPorts,
  cursor: string | undefined,
  binding: CursorBinding,
  now: number,
  search: {
    readonly accountId: string;
    readonly filter: JobFilter;
    readonly newestFirst: boolean;
    readonly limit: number;
    readonly offset: number;
    readonly counting: boolean;
  },
) {
  const position = await openPosition(ports.cursors, cursor, binding, jobPosition);
  const began = position?.began ?? now;
  const frozen = freezeFilter(search.filter, began);
  const page = await searchJobs(ports, { ...search, filter: frozen, after: position?.after ?? null, now });
  const next = page.next === null ? null : { after: page.next, began };
  const asked = frozen.created_at ?? {};
  const covered = position === null ? asked : periodSince(asked, began, search.newestFirst);
  return { page, covered, nextCursor: await sealPosition(ports.cursors, next, binding) };
}

const sortedPosition = z.strictObject({
  from: z.string().nullable(),
  until: z.string().nullable(),
  last: z.strictObject({ at: z.string(), id: z.string() }).nullable(),
  skip: z.int(),
  began: z.int(),
});

/** Like `searchFrom`, in order of failure. */
async function sortedFrom(
  ports: ReadPorts,
  cursor: string | undefined,
  binding: CursorBinding,
  now: number,
  { offset, ...search }: Omit<SortedSearch, 'position' | 'now'> & { readonly offset: number },
) {
  const given = await openPosition(ports.cursors, cursor, binding, sortedPosition);
  const { began, ...position } = given ?? { began: now, from: null, until: null, last: null, skip: offset };
  const filter = freezeFilter(search.filter, began);
  const page = await sortJobs(ports, { ...search, filter, position, now });
  const next = page.next === null ? null : { ...page.next, began };
  const asked = filter.created_at ?? {};
  const covered = given === null ? asked : periodSince(asked, began, search.newestFirst);
  return { page, covered, nextCursor: await sealPosition(ports.cursors, next, binding) };
}

function facetsOf({ jobs, exact }: JobSearchPage['matches']): Facets {
  const counts = {
    status: new Map<string, number>(),
    action: new Map<string, number>(),
    code: new Map<string, number>(),
  };
  const add = (map: Map<string, number>, name: string | null): void => {
    if (name !== null) map.set(name, (map.get(name) ?? 0) + 1);
  };
  for (const job of jobs) {
    add(counts.status, job.status);
    add(counts.action, job.action);
    add(counts.code, job.last_error_code);
  }
  return {
    status: Object.fromEntries(counts.status),
    action: Object.fromEntries(counts.action),
    last_error_code: Object.fromEntries(counts.code),
    exact,
  };
}

/** The counts without a filter, from the counters. */
async function countedFacets({ views }: ReadPorts, accountId: string): Promise<Facets> {
  const { facets } = await searchCounts(views, accountId);
  return { ...facets, exact: true };
}
