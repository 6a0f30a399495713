import * as z from 'zod';
import { freezeFilter, isEmptyFilter, type JobFilter } from '../../domain/search/job-filter.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openPosition, sealPosition } from '../../http/positions.ts';
import type { CursorBinding } from '../../ports/cursor-seal.ts';
import { coverageOf, periodSince } from '../../queries/coverage.ts';
import { searchCounts, searchJobs } from '../../queries/search-jobs.ts';
import { readOnce } from '../../queries/servers-of-jobs.ts';
import { FAILURE_TIMES, type SortedSearch, sortJobs } from '../../queries/sort-jobs.ts';
import type { ReadPorts } from '../read-ports.ts';
import { listJobsContract, searchJobsContract } from './contracts.ts';
import { areCounted, facetsOfCounts, facetsOfJobs } from './facets.ts';
import { facetNames } from './facets-resource.ts';
import { showJoined } from './show-job.ts';

/** Lists the account's jobs, newest first. */
export const listJobs = (given: ReadPorts) =>
  endpoint(
    listJobsContract,
    async ({ accountId, actor: { role }, query: { limit, cursor, offset, ...filter }, now }) => {
      const ports = { ...given, serversOf: readOnce(given.serversOf) };
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
export const searchJobsByFilter = (given: ReadPorts) =>
  endpoint(
    searchJobsContract,
    async ({ accountId, actor: { role }, body: { limit, cursor, offset, facets: wanted, ...asked }, now }) => {
      const ports = { ...given, serversOf: readOnce(given.serversOf) };
      const { sort } = asked;
      const newestFirst = sort.startsWith('-');
      const filter = asked.query === undefined ? asked.filter : { ...asked.filter, q: asked.query };
      const binding = { account: accountId, operation: 'searchJobs', filter: { filter, sort } };
      const names = cursor === undefined ? facetNames(wanted) : [];
      const failureTime = FAILURE_TIMES.find((time) => sort.endsWith(time));
      if (failureTime !== undefined) {
        const sorted = { accountId, filter, by: failureTime, newestFirst, limit, offset };
        const found = await sortedFrom(ports, cursor, binding, now, sorted);
        return {
          status: 200,
          data: await showJoined(ports, found.page.jobs, { role, now }),
          page: { limit, next_cursor: found.nextCursor },
          coverage: coverageOf(found.page, found.covered, newestFirst),
          facets:
            names.length === 0
              ? null
              : await facetsOfJobs({ jobs: found.page.matches, exact: found.page.complete }, names, ports, now),
        };
      }
      const counted = isEmptyFilter(filter) && areCounted(names);
      const { page, covered, nextCursor } = await searchFrom(ports, cursor, binding, now, {
        accountId,
        filter,
        newestFirst,
        limit,
        offset,
        counting: names.length > 0 && !counted,
      });
      return {
        status: 200,
        data: await showJoined(ports, page.jobs, { role, now }),
        page: { limit, next_cursor: nextCursor },
        coverage: coverageOf({ ...page, complete: page.next === null }, covered, newestFirst),
        facets:
          names.length === 0
            ? null
            : counted
              ? facetsOfCounts(await searchCounts(ports.views, accountId), names)
              : await facetsOfJobs(page.matches, names, ports, now),
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
