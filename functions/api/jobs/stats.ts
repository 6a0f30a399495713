import type * as z from 'zod';
import type { Job } from '../../domain/job/job.ts';
import { OPEN_STATUSES } from '../../domain/job/job.ts';
import { serverName } from '../../domain/limits/mail-server.ts';
import { accountCounterRows, hourCounterRow } from '../../domain/views/counters.ts';
import {
  countsOfKind,
  failureTimesOf,
  hoursBetween,
  revisionOf,
  statsOfJobs,
  toEnded,
  toStats,
} from '../../domain/views/stats.ts';
import { endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { coverageOf } from '../../queries/coverage.ts';
import { type Examination, examineJobs } from '../../queries/examine-jobs.ts';
import type { JoinedJob } from '../../queries/join-jobs.ts';
import { openWork } from '../../queries/open-work.ts';
import { MAX_EXAMINED, searchJobs, waitState } from '../../queries/search-jobs.ts';
import type { ReadPorts } from '../read-ports.ts';
import { jobStatsContract, jobStatsSeriesContract } from './contracts.ts';

type Groups = NonNullable<z.infer<(typeof jobStatsContract)['replies'][0]['data']>['groups']>;
type GroupBy = NonNullable<z.infer<typeof jobStatsContract.query>['group_by']>;
type Hosts = z.infer<typeof jobStatsContract.query>['host'];

/**
 * Counts of all jobs of the account, from four counter rows, for any number of jobs. The counters do not contain mail
 * servers: for one host, the jobs are counted one by one, and so are groups.
 */
export const jobStats = (ports: ReadPorts) =>
  endpoint(jobStatsContract, async ({ accountId, query: { group_by: by, host }, headers, now }) => {
    const rows = await ports.views.counters(accountCounterRows(accountId), { consistent: true });
    const etag = entityTagOf(rows, now);
    if (isSame(headers.ifNoneMatch, etag)) return { status: 304, etag };
    const [groups, work] = await Promise.all([
      by === undefined ? null : grouped(ports, accountId, by, host, now),
      openWork(ports, accountId, now),
    ]);
    const common = {
      groups,
      revision: String(revisionOf(rows.values())),
      oldest_due_at: work.oldestDueAt,
      stalled: work.stalled,
      by_waiting_on: Object.fromEntries(work.byWait),
      open_coverage: coverageOf(work, {}, false),
      credentials_by_status: countsOfKind('p:', rows.values()),
    };
    if (host === undefined) {
      return { status: 200, data: { ...toStats(rows.values()), ...common, coverage: null }, etag };
    }
    const { jobs, ...reach } = await examineJobs(ports, newest(accountId, { host }, now));
    return { status: 200, data: { ...statsOfJobs(jobs), ...common, coverage: coverageOf(reach, {}, true) }, etag };
  });

const MINUTE_MS = 60_000;

/**
 * A tag that changes with the rows of the account. While jobs are open it also changes each minute, because jobs become
 * due, or stall, without a change of a row.
 */
function entityTagOf(rows: ReadonlyMap<string, ReadonlyMap<string, number>>, now: number): string {
  const { by_status: by } = toStats(rows.values());
  const isOpen = OPEN_STATUSES.some((status) => by[status] > 0);
  return [revisionOf(rows.values()), ...(isOpen ? [Math.floor(now / MINUTE_MS)] : [])].join('-');
}

/** The weak comparison of RFC 9110, section 13.1.2. */
const isSame = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === `"${etag}"`) ?? false;

const newest = (accountId: string, filter: Examination['filter'], now: number): Examination => ({
  accountId,
  filter,
  newestFirst: true,
  after: null,
  until: null,
  now,
});

/** Counts by group of the newest open and failed jobs, as many as one request may examine. */
async function grouped(ports: ReadPorts, accountId: string, by: GroupBy, host: Hosts, now: number): Promise<Groups> {
  const page = await searchJobs(ports, {
    accountId,
    filter: {
      status: [...OPEN_STATUSES, 'failed'],
      ...(host === undefined ? {} : { host }),
    },
    newestFirst: true,
    limit: MAX_EXAMINED,
    offset: 0,
    after: null,
    now,
    counting: false,
  });
  const keyOf = await keysFor(by, page.jobs, ports, now);
  const groups = new Map<string | null, Job[]>();
  for (const joined of page.jobs) {
    const key = keyOf(joined);
    const jobs = groups.get(key);
    if (jobs === undefined) groups.set(key, [joined.job]);
    else jobs.push(joined.job);
  }
  const items = [...groups].map(([key, jobs]) => ({
    key,
    total: jobs.length,
    by_status: countedByStatus(jobs),
    ...failureTimesOf(jobs),
  }));
  const coverage = coverageOf({ ...page, complete: page.next === null }, {}, true);
  return { by, items: items.sort((one, other) => other.total - one.total), coverage };
}

function countedByStatus(jobs: readonly Job[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries(counts);
}

async function keysFor(
  by: GroupBy,
  jobs: readonly JoinedJob[],
  { serversOf }: ReadPorts,
  now: number,
): Promise<(joined: JoinedJob) => string | null> {
  switch (by) {
    case 'credential_id':
      return ({ job }) => job.credential_id;
    case 'waiting_on':
      return (joined) => waitState(joined, now).waitingOn;
    case 'last_error_code':
      // As the counters by error do: the last error of any other open job does not describe its present state.
      return ({ job }) => (job.status === 'failed' || job.status === 'retrying' ? job.last_error_code : null);
    case 'host': {
      const serverOf = await serversOf(jobs.map(({ job }) => job));
      return ({ job }) => {
        const server = serverOf(job);
        return server === null ? null : serverName(server.host, server.port);
      };
    }
  }
}

const MAX_HOURS = 24 * 31;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const NO_TIMES = { first_failed_at: null, last_failed_at: null };
const ENDED_ON_HOST = { pointer: '?host', message: 'must not come together with by=ended_at' };

/**
 * Counts jobs by the hour of their creation or of their end, each with its present status. Without bounds: the last 24
 * hours.
 */
export const jobStatsSeries = (ports: ReadPorts) =>
  endpoint(jobStatsSeriesContract, async ({ accountId, query: { bucket, by, from, to, host }, now }) => {
    const end = to === undefined ? now : Date.parse(to);
    const start = from === undefined ? end - DAY_MS : Date.parse(from);
    // Checked before the hours are listed: a range of ten thousand years would fill the memory.
    const hours = end - start < MAX_HOURS * HOUR_MS ? hoursBetween(start, end) : [];
    const [first, last] = [hours[0], hours.at(-1)];
    if (first === undefined || last === undefined || hours.length > MAX_HOURS) {
      throw new Problem('invalid_request', {
        errors: [{ pointer: '?from', message: `must be before to, by at most ${MAX_HOURS} hours` }],
      });
    }
    if (by === 'ended_at') {
      if (host !== undefined) throw new Problem('invalid_request', { errors: [ENDED_ON_HOST] });
      const ids = hours.map((hour) => hourCounterRow(accountId, hour));
      const ended = await ports.views.counters(ids, { consistent: true });
      const points = hours.map((at) => ({ at, ...toEnded(ended.get(hourCounterRow(accountId, at))), ...NO_TIMES }));
      return { status: 200, data: { bucket, by, points, coverage: null } };
    }
    const period = { gte: first, lt: new Date(Date.parse(last) + HOUR_MS).toISOString() };
    const wanted = host === undefined ? { status: ['failed' as const, 'retrying' as const] } : { host };
    const [seen, rows] = await Promise.all([
      examineJobs(ports, newest(accountId, { ...wanted, created_at: period }, now)),
      host === undefined
        ? ports.views.counters(
            hours.map((hour) => hourCounterRow(accountId, hour)),
            { consistent: true },
          )
        : null,
    ]);
    const byHour = Map.groupBy(seen.jobs, ({ created_at: at }) => hourCounterRow(accountId, at));
    const points = hours.map((at) => {
      const id = hourCounterRow(accountId, at);
      const jobs = byHour.get(id) ?? [];
      const row = rows?.get(id);
      const { total, by_status } = rows === null ? statsOfJobs(jobs) : toStats(row === undefined ? [] : [row]);
      return { at, total, by_status, by_error_code: null, ...failureTimesOf(jobs) };
    });
    const { jobs, ...reach } = seen;
    return { status: 200, data: { bucket, by, points, coverage: coverageOf(reach, period, true) } };
  });
