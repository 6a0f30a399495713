import { type Bulk, foldBulk } from '../../domain/bulk/bulk.ts';
import type { BulkAction } from '../../domain/bulk/events.ts';
import { userActor } from '../../domain/event/actors.ts';
import { forbiddenBulk } from '../../domain/role/may-cause.ts';
import { freezeFilter, isEmptyFilter, type JobFilter } from '../../domain/search/job-filter.ts';
import { ageTime } from '../../domain/search/values.ts';
import { type Caller, endpoint } from '../../http/endpoint.ts';
import { Problem } from '../../http/problem.ts';
import { countMatches, countNamed } from '../../queries/count-matches.ts';
import { decideAndAppend, type Stream } from '../../streams/decide-and-append.ts';
import { withinRequest } from '../../streams/retries.ts';
import { eventsRead, startingFrom, streamOf } from '../../streams/stream-of.ts';
import { appendCounted } from '../append-counted.ts';
import { assertMatches, present } from '../append-own.ts';
import type { BulkCommandPorts, CommandPorts } from '../command-ports.ts';
import { commandKey, createdId, createdStream, keyOf, sameBody } from '../idempotency.ts';
import { showJoined } from '../jobs/show-job.ts';
import { type Waited, waitFor } from '../jobs/wait.ts';
import { abortBulkOperationContract, bulkJobsContract, searchDeleteJobsContract } from './contracts.ts';
import { ownedBulk } from './own-bulk.ts';
import { toBulkResource } from './resource.ts';

/**
 * Retries, cancels, resolves, triggers or deletes the jobs of a filter or a list. A member may do less: see
 * forbiddenBulk.
 */
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

/** Deletes the jobs that a search finds. */
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

/** Stops an operation after its current chunk. */
export const abortBulkOperation = (ports: CommandPorts) =>
  endpoint(abortBulkOperationContract, async ({ params, body, accounts, actor, headers, path, now, requestId }) => {
    const { log, ids, fingerprint } = ports;
    const { bulk_id: id } = params;
    // The operation is read from its view row on, because its stream has thousands of chunks.
    const events = await log.current(id);
    const { account_id: accountId } = ownedBulk(foldBulk(events), accounts);
    const keyed = { accountId, method: 'POST', path, key: headers.idempotencyKey, body };
    const key = await commandKey(keyed, ids, fingerprint);
    const stream: Stream<Bulk> = {
      ...startingFrom<Bulk>(eventsRead(events), streamOf(log, id, foldBulk, withinRequest)),
      // Only an aborting operation can have an earlier abort under this key. The logs of all others are not read in
      // full.
      commandId: async (bulk) => (bulk?.aborting ? (key?.commandId ?? null) : null),
    };
    const at = new Date(now).toISOString();
    const outcome = await decideAndAppend<Bulk, null>(log, stream, (current) => {
      const bulk = ownedBulk(current, accounts);
      assertMatches(headers, bulk.version);
      if (bulk.status !== 'running') throw new Problem('bulk_not_running');
      if (bulk.aborting) return { events: null, result: null };
      const event = { type: 'BulkAbortRequested', data: { reason: body.reason ?? null } };
      const origin = { accountId, actor: userActor(actor.uid), at, requestId, audited: true };
      return { events: [{ ...origin, ...keyOf(key), streamId: id, version: bulk.version + 1, event }], result: null };
    });
    if (outcome.kind === 'conflict') throw new Problem('try_again');
    if (outcome.kind === 'earlier') sameBody(outcome.event, key);
    const bulk = present(outcome.state);
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
  /** Jobs created before this time only (ISO). Absent: before the request was received. */
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
    const first = async () => ({ events: key === null ? [] : await log.read(bulkId, 0, 1), onto: null });
    const stream = { ...createdStream<Bulk>(log, bulkId, foldBulk, key), read: first };
    const made = await appendCounted(log, ports.quotas, count, stream, async (admit) => {
      await admit();
      const matches = filter === null ? null : await countMatches(ports, accountId, filter, now);
      const matched = jobIds?.length ?? (matches?.exact ? matches.matched : null);
      const event = {
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
      };
      const origin = { accountId, actor: userActor(actor.uid), at: receipt, requestId, audited: true };
      return { events: [{ ...origin, ...keyOf(key), streamId: bulkId, version: 1, event }], result: null };
    });
    if (made.kind !== 'earlier') return present(made.state);
    sameBody(made.event, key);
    return present(foldBulk(await log.current(bulkId)));
  }
}

/** The filter with every time made absolute. `now` in ms. */
function frozen(filter: JobFilter, createdBefore: string | undefined, now: number): JobFilter {
  const absolute = freezeFilter(filter, now);
  return createdBefore === undefined ? absolute : before(absolute, createdBefore);
}

/** The filter, limited to jobs created before that time (ISO). */
function before(filter: JobFilter, end: string): JobFilter {
  const { lt = end, ...from } = filter.created_at ?? {};
  return { ...filter, created_at: { ...from, lt: lt < end ? lt : end } };
}

async function dryRun(
  ports: BulkCommandPorts,
  { accountId, actor: { role }, now }: Caller,
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
    sample: await showJoined(ports, sample.slice(0, wanted.limit ?? sample.length), { role, now }),
  };
}

/** The operation after its end, or its state at the deadline (ms since the epoch). */
function waitedFor(ports: BulkCommandPorts, bulk: Bulk, until: number): Promise<Waited<Bulk>> {
  const isOver = ({ status }: Bulk): boolean => status !== 'running';
  const look = async (seen: Bulk): Promise<Bulk> => foldBulk(await ports.log.read(bulk.id, seen.version), seen) ?? seen;
  return waitFor(bulk, { accountId: bulk.account_id, until, isOver, look }, ports);
}
