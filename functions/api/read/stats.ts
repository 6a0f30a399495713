import type * as z from 'zod';
import { crossesAccounts } from '../../domain/account/tenancy.ts';
import { accountCounterRows, hourCounterRow } from '../../domain/views/counters.ts';
import { hoursBetween, toStats } from '../../domain/views/stats.ts';
import { endpoint } from '../../runtime/http/endpoint.ts';
import { Problem } from '../../runtime/http/problem.ts';
import { coverageOf } from '../../search/coverage.ts';
import type { JoinedJob } from '../../search/join-jobs.ts';
import { MOST_EXAMINED, searchJobs, told } from '../../search/search-jobs.ts';
import { jobStatsContract, jobStatsSeriesContract } from '../contracts/jobs.ts';
import type { ReadPorts } from './ports.ts';

type Groups = NonNullable<z.infer<(typeof jobStatsContract)['replies'][0]['data']>['groups']>;
type GroupBy = NonNullable<z.infer<typeof jobStatsContract.query>['group_by']>;

/** Exact counts of the account's jobs: four counter rows, however many jobs there are. Groups are counted one by one. */
export const jobStats = (ports: ReadPorts) =>
  endpoint(jobStatsContract, async ({ accountId, query: { group_by: by }, now }) => {
    const rows = await ports.views.counters(accountCounterRows(accountId), { consistent: true });
    const groups = by === undefined ? null : await grouped(ports, accountId, by, now);
    return { status: 200, data: { ...toStats(rows.values()), groups } };
  });

/** The newest open and failed jobs, as many as one request may look at, by group. */
async function grouped(ports: ReadPorts, accountId: string, by: GroupBy, now: number): Promise<Groups> {
  const page = await searchJobs(ports, {
    accountId,
    filter: { status: ['scheduled', 'queued', 'running', 'retrying', 'failed'] },
    newestFirst: true,
    limit: MOST_EXAMINED,
    offset: 0,
    after: null,
    now,
    counting: false,
  });
  const keyOf = await keysFor(by, page.jobs, ports, now);
  const groups = new Map<string | null, Map<string, number>>();
  for (const joined of page.jobs) {
    const key = keyOf(joined);
    const statuses = groups.get(key) ?? new Map<string, number>();
    statuses.set(joined.job.status, (statuses.get(joined.job.status) ?? 0) + 1);
    groups.set(key, statuses);
  }
  const items = [...groups].map(([key, statuses]) => ({
    key,
    total: [...statuses.values()].reduce((total, count) => total + count, 0),
    by_status: Object.fromEntries(statuses),
  }));
  const coverage = coverageOf({ ...page, complete: page.next === null }, {}, true);
  return { by, items: items.sort((one, other) => other.total - one.total), coverage };
}

async function keysFor(
  by: GroupBy,
  jobs: readonly JoinedJob[],
  { vault }: ReadPorts,
  now: number,
): Promise<(joined: JoinedJob) => string | null> {
  if (by === 'credential_id') return ({ job }) => job.credential_id;
  if (by === 'waiting_on') return (joined) => told(joined, now).waitingOn;
  const connections = await vault.connections([...new Set(jobs.map(({ job }) => job.credential_id))]);
  return ({ job }) => {
    const connection = connections.get(job.credential_id);
    if (connection === undefined || connection === 'unreadable') return null;
    return crossesAccounts(job, connection) ? null : connection.host;
  };
}

const MOST_HOURS = 24 * 31;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Jobs by the hour they were made in, each with the status it has now. Without bounds the last 24 hours. */
export const jobStatsSeries = ({ views }: ReadPorts) =>
  endpoint(jobStatsSeriesContract, async ({ accountId, query: { bucket, from, to }, now }) => {
    const end = to === undefined ? now : Date.parse(to);
    const start = from === undefined ? end - DAY_MS : Date.parse(from);
    // Asked before they are listed: ten thousand years have more hours than there is memory for.
    const hours = end - start < MOST_HOURS * HOUR_MS ? hoursBetween(start, end) : [];
    if (hours.length === 0 || hours.length > MOST_HOURS) {
      throw new Problem('invalid_request', {
        errors: [{ pointer: '?from', message: `must be before to, by at most ${MOST_HOURS} hours` }],
      });
    }
    const ids = hours.map((hour) => hourCounterRow(accountId, hour));
    const rows = await views.counters(ids, { consistent: true });
    const points = hours.map((at) => {
      const row = rows.get(hourCounterRow(accountId, at));
      const { total, by_status } = toStats(row === undefined ? [] : [row]);
      return { at, total, by_status };
    });
    return { status: 200, data: { bucket, points } };
  });
