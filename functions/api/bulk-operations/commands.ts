import { type Bulk, foldBulk } from '../../domain/bulk/bulk.ts';
import type { BulkAction } from '../../domain/bulk/events.ts';
import { userActor } from '../../domain/event/actors.ts';
import { forbiddenBulk } from '../../domain/role/may-cause.ts';
import { freezeFilter, isEmptyFilter, type JobFilter } from '../../domain/search/job-filter.ts';
import { ageTime } from '../../domain/search/values.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { countMatches, countNamed } from '../../queries/count-matches.ts';
import { loadBulk } from '../../streams/load-bulk.ts';
import { appendCounted } from '../append-counted.ts';
import { appendRetrying } from '../append-retrying.ts';
import type { BulkCommandPorts, CommandPorts } from '../command-ports.ts';
import { commandKey, createdId, earlierResult } from '../idempotency.ts';
import { toJobResource } from '../jobs/resource.ts';
import { type Waited, waitFor } from '../jobs/wait.ts';
import { abortBulkOperationContract, bulkJobsContract, searchDeleteJobsContract } from './contracts.ts';
import { ownBulk } from './own-bulk.ts';
import { toBulkResource } from './resource.ts';

/** Retry, cancel, resolve, trigger or delete, of a filter's jobs or of named ones. A member may do less: see forbiddenBulk. */
export const bulkJobs = (ports: BulkCommandPorts) =>
  endpoint(bulkJobsContract, async (request) => {
    const { action, filter, job_ids: named, dry_run: dryRun, reason, rate_per_second: rate } = request.body;
    const forbidden = forbiddenBulk(request.actor.role, action, named === undefined ? null : new Set(named).size);
    if (forbidden !== null) throw new Problem('role_forbidden', { detail: forbidden });
    if (filter !== undefined && named !== undefined)
      throw new Problem('invalid_request', {
        errors: [{ pointer: '/job_ids', message: 'must not come together with filter' }],
      });
    if (named === undefined && (filter === undefined || isEmptyFilter(filter))) throw new Problem('filter_required');
    const set = named === undefined ? { filter: filter ?? {} } : { jobIds: [...new Set(named)] };
    return start(ports, request, { action, ...set, dryRun, reason, rate, limit: null });
  });

/** Bulk deletion by a search. */
export const searchDeleteJobs = (ports: BulkCommandPorts) =>
  endpoint(searchDeleteJobsContract, async (request) => {
    const {
      filter,
      query,
      older_than: olderThan,
      limit,
      dry_run: dryRun,
      reason,
      rate_per_second: rate,
    } = request.body;
    if (query === undefined && olderThan === undefined && (filter === undefined || isEmptyFilter(filter)))
      throw new Problem('filter_required');
    return start(ports, request, {
      action: 'delete',
      filter: { ...filter, ...(query === undefined ? {} : { q: query }) },
      dryRun,
      reason: reason ?? null,
      rate,
      limit: limit ?? null,
      ...(olderThan === undefined ? {} : { createdBefore: ageTime(olderThan, request.now) }),
    });
  });

/** Stops an operation at the end of the chunk it is at. */
export const abortBulkOperation = (ports: CommandPorts) =>
  endpoint(abortBulkOperationContract, async ({ params, body, accounts, actor, headers, path, now, requestId }) => {
    const { log, ids, fingerprint } = ports;
    const { account_id: accountId } = await ownBulk(ports, params.bulk_id, accounts);
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
    const key = await commandKey(keyed, ids, fingerprint);
    await appendRetrying(log, async () => {
      const bulk = await ownBulk(ports, params.bulk_id, accounts);
      // Only an operation that was asked to stop can have been asked so under this key: the others' logs are not read.
      if (bulk.aborting && earlierResult(key === null ? [] : await log.read(bulk.id), key) !== null)
        return { events: null, result: null };
      if (headers.ifMatch !== null && headers.ifMatch !== bulk.version) throw new Problem('version_conflict');
      if (bulk.status !== 'running') throw new Problem('bulk_not_running');
      if (bulk.aborting) return { events: null, result: null };
      return {
        events: [
          {
            streamId: bulk.id,
            version: bulk.version + 1,
            accountId,
            actor: userActor(actor.uid),
            at: new Date(now).toISOString(),
            event: { type: 'BulkAbortRequested', data: { reason: body.reason ?? null } },
            requestId,
            audited: true,
            ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
          },
        ],
        result: null,
      };
    });
    const bulk = await ownBulk(ports, params.bulk_id, accounts);
    return { status: 200, data: toBulkResource(bulk, now), etag: bulk.version };
  });

type BulkRequest = {
  readonly action: BulkAction;
  /** A filter or named jobs. */
  readonly filter?: JobFilter;
  readonly jobIds?: readonly string[];
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly rate: number;
  readonly limit: number | null;
  /** Narrower than the moment of receipt. */
  readonly createdBefore?: string;
};

async function start(ports: BulkCommandPorts, request: Caller & { readonly body: unknown }, wanted: BulkRequest) {
  const { accountId, headers, now } = request;
  const receipt = new Date(now).toISOString();
  const filter = wanted.filter === undefined ? null : frozen(wanted.filter, wanted.createdBefore, now);
  if (wanted.dryRun) return { status: 200 as const, data: await dryRun(ports, request, wanted, filter) };
  const bulk = await requestBulk(ports, request, wanted, filter, receipt);
  const { thing: seen, isApplied } = await waitedFor(ports, bulk, now + headers.waitMs);
  const status = seen.status === 'running' ? (202 as const) : (200 as const);
  const waited = isApplied ? { waitedMs: headers.waitMs } : {};
  return { status, data: toBulkResource(seen, Date.now()), etag: seen.version, ...waited };

  async function requestBulk(
    { log, ids, fingerprint }: CommandPorts,
    { actor, path, body, requestId }: Caller & { readonly body: unknown },
    { action, jobIds, reason, rate, limit }: BulkRequest,
    filter: JobFilter | null,
    receipt: string,
  ): Promise<Bulk> {
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
    const key = await commandKey(keyed, ids, fingerprint);
    const bulkId = await createdId('blk', key, { log, ids });
    const count = { accountId, kind: 'runningBulkOperations', now } as const;
    await appendCounted(log, ports.quotas, count, async (admit) => {
      if (earlierResult(await log.read(bulkId, 0, 1), key) !== null) return { events: null, result: null };
      await admit();
      const matches = filter === null ? null : await countMatches(ports, accountId, filter, now);
      const matched = jobIds?.length ?? (matches?.exact ? matches.matched : null);
      return {
        events: [
          {
            streamId: bulkId,
            version: 1,
            accountId,
            actor: userActor(actor.uid),
            at: receipt,
            event: {
              type: 'BulkRequested',
              data: {
                action,
                filter: filter === null ? null : before(filter, receipt),
                job_ids: jobIds ?? null,
                created_before: receipt,
                limit,
                reason,
                rate_per_second: rate,
                expected: matched === null ? null : Math.min(matched, limit ?? matched),
                by_role: actor.role,
              },
            },
            requestId,
            audited: true,
            ...(key === null ? {} : { commandId: key.commandId, fingerprint: key.fingerprint }),
          },
        ],
        result: null,
      };
    });
    const made = await loadBulk(bulkId, ports);
    if (made === null) throw new Problem('not_found');
    return made;
  }
}

/** The filter with every time absolute. */
function frozen(filter: JobFilter, createdBefore: string | undefined, now: number): JobFilter {
  const absolute = freezeFilter(filter, now);
  return createdBefore === undefined ? absolute : before(absolute, createdBefore);
}

/** The filter without jobs made at or after that time (ISO). */
function before(filter: JobFilter, end: string): JobFilter {
  const { lt = end, ...from } = filter.created_at ?? {};
  return { ...filter, created_at: { ...from, lt: lt < end ? lt : end } };
}

async function dryRun(
  ports: BulkCommandPorts,
  { accountId, now }: Caller,
  wanted: BulkRequest,
  filter: JobFilter | null,
) {
  const { matched, exact, sample } =
    filter === null
      ? await countNamed(ports, accountId, wanted.jobIds ?? [], now)
      : await countMatches(ports, accountId, filter, now);
  return {
    matched: Math.min(matched, wanted.limit ?? matched),
    matched_is_exact: exact || matched >= (wanted.limit ?? Number.POSITIVE_INFINITY),
    sample: sample
      .slice(0, wanted.limit ?? sample.length)
      .map(({ job, lease, ...holders }) => toJobResource(job, holders, lease, now)),
  };
}

/** The operation once it has ended, or as it is at the deadline (ms since the epoch). */
function waitedFor(ports: BulkCommandPorts, bulk: Bulk, until: number): Promise<Waited<Bulk>> {
  const isOver = ({ status }: Bulk): boolean => status !== 'running';
  const look = async (seen: Bulk): Promise<Bulk> => foldBulk(await ports.log.read(bulk.id, seen.version), seen) ?? seen;
  return waitFor(bulk, { accountId: bulk.account_id, until, isOver, look }, ports);
}
