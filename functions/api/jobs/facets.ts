import { categoryOf, FAILURE_CODES } from '../../domain/failure/catalogue.ts';
import { isPending, type Job } from '../../domain/job/job.ts';
import { serverName } from '../../domain/limits/mail-server.ts';
import type { SearchCounts } from '../../domain/views/stats.ts';
import { joinJobs } from '../../queries/join-jobs.ts';
import { type SearchPorts, waitState } from '../../queries/search-jobs.ts';
import { COUNTED_FACETS, type FacetName, type Facets, MAX_FACET_VALUES } from './facets-resource.ts';

type Counts = ReadonlyMap<string, number>;

const NONE: Facets = {
  status: null,
  action: null,
  last_error_code: null,
  last_error_category: null,
  host: null,
  credential_id: null,
  label: null,
  waiting_on: null,
  exact: true,
  cut: [],
};

/** Whether the counters of the account know all these facets of a search without a filter. */
export const areCounted = (names: readonly FacetName[]): boolean =>
  names.every((name) => COUNTED_FACETS.some((counted) => counted === name));

/**
 * The facets of all jobs of an account, from its counters. They are never exact, because counters are seconds behind
 * lists. `names`: only such that `areCounted` accepts.
 */
export function facetsOfCounts(counts: SearchCounts, names: readonly FacetName[]): Facets {
  const { status, action, last_error_code } = counts.facets;
  const categories = new Map<string, number>();
  for (const code of FAILURE_CODES) add(categories, categoryOf(code), counts.byLastError(code));
  const known = { status, action, last_error_code, last_error_category: Object.fromEntries(categories) };
  return {
    ...NONE,
    ...Object.fromEntries(Object.entries(known).filter(([name]) => names.some((one) => one === name))),
    exact: false,
  };
}

/**
 * The facets of these matches. `exact`: they are all matches. `now` in ms. Only `host` and `waiting_on` need reads: the
 * connections of the credentials, and what blocks the pending jobs.
 */
export async function facetsOfJobs(
  { jobs, exact }: { readonly jobs: readonly Job[]; readonly exact: boolean },
  names: readonly FacetName[],
  ports: SearchPorts,
  now: number,
): Promise<Facets> {
  const counted = await Promise.all(
    names.map(async (name) => [name, countsOf(await valuesOf(name, jobs, ports, now))] as const),
  );
  const shown = counted.map(([name, counts]) => [name, mostFrequent(counts)] as const);
  const cut = counted.filter(([, counts]) => counts.size > MAX_FACET_VALUES).map(([name]) => name);
  return { ...NONE, ...Object.fromEntries(shown), exact, cut };
}

type Values = readonly (string | null)[];

/** The values of the jobs in one field, in any order. */
async function valuesOf(name: FacetName, jobs: readonly Job[], ports: SearchPorts, now: number): Promise<Values> {
  switch (name) {
    case 'label':
      return jobs.flatMap(({ labels }) => [...new Set(labels)]);
    case 'last_error_category':
      // Categories come from the present catalogue, as in filters.
      return jobs.map(({ last_error_code: code }) => code && categoryOf(code));
    case 'host': {
      const serverOf = await ports.serversOf(jobs);
      return jobs.map((job) => {
        const server = serverOf(job);
        return server && serverName(server.host, server.port);
      });
    }
    case 'waiting_on': {
      const joined = await joinJobs(jobs.filter(isPending), ports, now);
      return joined.map((each) => waitState(each, now).waitingOn);
    }
    default:
      return jobs.map((job) => job[name]);
  }
}

function countsOf(values: Values): Counts {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) add(counts, value, 1);
  return counts;
}

function add(counts: Map<string, number>, name: string, more: number): void {
  const sum = (counts.get(name) ?? 0) + more;
  if (sum !== 0) counts.set(name, sum);
}

const mostFrequent = (counts: Counts): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, one], [, other]) => other - one).slice(0, MAX_FACET_VALUES));
