/**
 * The search of jobs. It examines a bounded number of jobs per request and reports how far it came: a page may be
 * smaller than requested and still have a next one. Only `next: null` is the end.
 */
import type { Job } from '../domain/job/job.ts';
import { isStalled, waitOfJob } from '../domain/job/waiting.ts';
import { namesServer } from '../domain/network/server-filter.ts';
import { type JobFilter, matchesFilter, matchesJoined, needsJoin } from '../domain/search/job-filter.ts';
import { needsCredentialsOfHost, planSearch, plansByCounts, type SearchPlan } from '../domain/search/plan.ts';
import { accountCounterRows } from '../domain/views/counters.ts';
import { jobOf } from '../domain/views/job-view.ts';
import { type SearchCounts, toSearchCounts } from '../domain/views/stats.ts';
import type { IndexEntry, Views } from '../ports/views.ts';
import { credentialsOnHosts } from './credentials-on-hosts.ts';
import { indexChunks } from './index-chunks.ts';
import { type JoinedJob, type JoinPorts, joinJobs } from './join-jobs.ts';
import type { ServersOf } from './servers-of-jobs.ts';

/** Maximum number of jobs examined per request; it costs about half as many read units. */
export const MAX_EXAMINED = 1_000;
export const CHUNK = 100;

/** `serversOf`: for filters by host. */
export type SearchPorts = JoinPorts & { readonly serversOf: ServersOf };

export type JobSearch = {
  readonly accountId: string;
  /** With absolute times. */
  readonly filter: JobFilter;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** Number of matches to skip; raises the bound. */
  readonly offset: number;
  /** Sort key of the last job of the previous page. */
  readonly after: string | null;
  /** Wall time of this request, ms: "stalled" and "waiting" are decided at this time. */
  readonly now: number;
  /** Continues after a full page, up to 1,000 jobs examined, and collects the matches among them. */
  readonly counting: boolean;
};

export type JobSearchPage = {
  readonly jobs: readonly JoinedJob[];
  /** Where the next page continues; null: nothing is left. */
  readonly next: string | null;
  readonly examined: number;
  /** Creation time of the last examined job; null if there was none. */
  readonly reached: string | null;
  /** When counting: the matches among the first 1,000 jobs examined; `exact` when there are no others. */
  readonly matches: { readonly jobs: readonly Job[]; readonly exact: boolean };
};

export async function searchJobs(ports: SearchPorts, search: JobSearch): Promise<JobSearchPage> {
  const { accountId, filter, newestFirst, limit, after, counting, now } = search;
  const plan = await planOf(ports, accountId, filter);
  const range = newestFirst
    ? { newestFirst, above: plan.above, below: lower(plan.below, after) }
    : { newestFirst, above: higher(plan.above, after), below: plan.below };
  const wanted = limit + search.offset;
  const firstChunk = counting || needsJoin(filter) ? CHUNK : Math.min(CHUNK, Math.max(20, wanted));
  const chunks = indexChunks(ports.views, plan.partitions, range, firstChunk + 1);

  const found: JoinedJob[] = [];
  const matches: Job[] = [];
  let matched = 0;
  let skip = search.offset;
  let examined = 0;
  let reached: string | null = after;
  let pageEnd: string | null = null;
  let ended = false;
  const most = MAX_EXAMINED + search.offset;
  while (!ended && examined < most && (found.length < limit || (counting && examined < MAX_EXAMINED))) {
    const { chunk, last } = await chunks(Math.min(examined === 0 ? firstChunk : CHUNK, most - examined));
    ended = last;
    const matching = await matchingOf(chunk, ports, search);
    for (const { entry, joined } of matching) {
      examined += 1;
      reached = entry.sort;
      if (joined === null) continue;
      matched += 1;
      if (counting && examined <= MAX_EXAMINED) matches.push(joined.job);
      if (skip > 0) skip -= 1;
      else if (found.length < limit) {
        found.push(joined);
        pageEnd = entry.sort;
      }
      if (found.length >= limit && !counting) {
        ended = ended && entry === chunk.at(-1);
        break;
      }
    }
  }
  const full = found.length >= limit;
  const complete = ended && (!counting || matched <= wanted);
  const from = full ? pageEnd : reached;
  return {
    jobs: needsJoin(filter)
      ? found
      : await joinJobs(
          found.map(({ job }) => job),
          ports,
          now,
        ),
    next: complete ? null : from,
    examined,
    reached: from === null ? null : createdAt(from),
    matches: { jobs: matches, exact: counting && ended && after === null && matched === matches.length },
  };
}

/** The partitions that a search with this filter (absolute times) reads. */
export async function planOf(ports: SearchPorts, accountId: string, filter: JobFilter): Promise<SearchPlan> {
  const counts = plansByCounts(filter) ? await searchCounts(ports.views, accountId) : null;
  const { host } = filter;
  const ofHost =
    host !== undefined && needsCredentialsOfHost(accountId, filter, counts)
      ? await credentialsOnHosts(ports, accountId, host)
      : null;
  return planSearch(accountId, filter, counts, ofHost);
}

/** The account's counters that a search needs: four small rows, seconds behind the jobs. */
export async function searchCounts(views: Views, accountId: string): Promise<SearchCounts> {
  return toSearchCounts((await views.counters(accountCounterRows(accountId), { consistent: false })).values());
}

/** The job of each entry if it matches, otherwise null. */
export async function matchingOf(
  chunk: readonly IndexEntry[],
  ports: SearchPorts,
  { accountId, filter, now }: Pick<JobSearch, 'accountId' | 'filter' | 'now'>,
): Promise<readonly { entry: IndexEntry; joined: JoinedJob | null }[]> {
  const rows = await ports.views.get(
    chunk.map(({ id }) => id),
    { consistent: false },
  );
  const own = chunk.flatMap(({ id }) => {
    const row = rows.get(id);
    const job = row === undefined ? null : jobOf(row);
    return job !== null && job.account_id === accountId && matchesFilter(job, filter) ? [job] : [];
  });
  const jobs = await onServers(own, filter, ports);
  const joined = needsJoin(filter)
    ? (await joinJobs(jobs, ports, now)).filter((each) => matchesJoined(waitState(each, now), filter))
    : jobs.map((job) => ({ job, credential: null, account: null, fullUntil: null, shareFullUntil: null, lease: null }));
  const byId = new Map(joined.map((each) => [each.job.id, each]));
  return chunk.map((entry) => ({ entry, joined: byId.get(entry.id) ?? null }));
}

/** The jobs whose mail server the filter names; all jobs, without a read, when it names none. */
export async function onServers(
  jobs: readonly Job[],
  { host }: JobFilter,
  { serversOf }: Pick<SearchPorts, 'serversOf'>,
): Promise<readonly Job[]> {
  if (host === undefined || jobs.length === 0) return jobs;
  const serverOf = await serversOf(jobs);
  return jobs.filter((job) => namesServer(host, serverOf(job)));
}

/** The values for the joined filters. */
export function waitState({ job, lease, ...holders }: JoinedJob, now: number) {
  const wait = waitOfJob(job, holders, now);
  return {
    waitingOn: wait?.on ?? null,
    stalled: isStalled(job, wait !== null, lease?.expiresAt ?? null, now),
  };
}

export const createdAt = (sort: string): string => sort.slice(0, sort.indexOf('#'));
export const lower = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other < one) ? other : one;
export const higher = (one: string | null, other: string | null): string | null =>
  one === null || (other !== null && other > one) ? other : one;
