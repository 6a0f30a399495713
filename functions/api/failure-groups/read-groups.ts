import * as z from 'zod';
import { FAILURES, type FailureCode } from '../../domain/failure/catalogue.ts';
import { EXPLANATIONS } from '../../domain/failure/explanations.ts';
import { type FailureGroup, foldFailureGroup, isMuted } from '../../domain/failure-group/failure-group.ts';
import { countsByActionOf, countsOfGroup, type GroupCounts } from '../../domain/failure-group/group-counts.ts';
import { groupIdOf } from '../../domain/failure-group/group-id.ts';
import type { Job } from '../../domain/job/job.ts';
import { groupOf, groupOfCounterRow } from '../../domain/views/counters.ts';
import { FAILURE_GROUP_PROJECTION } from '../../domain/views/failure-group-view.ts';
import { failureGroupsOf } from '../../domain/views/keys.ts';
import { endpoint } from '../../http/endpoint.ts';
import { openPosition, sealPosition } from '../../http/positions.ts';
import type { Views } from '../../ports/views.ts';
import { coverageOf } from '../../queries/coverage.ts';
import { examineJobs } from '../../queries/examine-jobs.ts';
import { indexPages } from '../../queries/index-pages.ts';
import type { ReadPorts } from '../read-ports.ts';
import { type failureGroupResource, getFailureGroupContract, listFailureGroupsContract } from './contracts.ts';
import { ownGroup } from './mute-group.ts';

/** If an account has more groups, the first ones in the order of the index are shown. */
const MAX_GROUPS = 1_000;
/** Groups that have just become empty may still be in the index. No more entries than these are read. */
const MAX_ENTRIES = 3_000;
/** Credentials are counted exactly up to this number. */
const MAX_CREDENTIALS = 100;

type Resource = z.infer<typeof failureGroupResource>;
const position = z.strictObject({ value: z.union([z.int(), z.string()]), key: z.string() });

/**
 * Lists the groups that have jobs. Their counts come from counters; credentials, first failure and sample from the
 * newest 1,000 failed and retrying jobs.
 */
export const listFailureGroups = (ports: ReadPorts) =>
  endpoint(listFailureGroupsContract, async ({ accountId, query, now }) => {
    const { by, sort, muted, limit, cursor, offset } = query;
    const binding = { account: accountId, operation: 'listFailureGroups', filter: { by, sort, muted } };
    const after = await openPosition(ports.cursors, cursor, binding, position);
    const [{ groups, complete }, { jobs, ...reach }] = await Promise.all([
      groupsOf(ports.views, accountId, by === 'action'),
      failing(ports, accountId, null, now),
    ]);
    // Each job is looked at once, however many groups there are.
    const ofGroup = Map.groupBy(jobs, (job) => placeKey(idOfGroup(job), by === undefined ? null : job.action));
    const found = groups.map((counts) => seenIn(counts, ofGroup.get(placeKey(counts.id, counts.action)) ?? []));
    const wanted = muted === undefined ? found : await withMute(ports.views, found, muted === 'true', now);
    const places = wanted
      .map((group) => ({ group, value: sortValue(group, sort), key: placeKey(group.counts.id, group.counts.action) }))
      .toSorted(inOrder);
    const rest = places.filter((place) => after === null || inOrder(place, after) > 0).slice(offset);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next = rest.length > page.length && last !== undefined ? { value: last.value, key: last.key } : null;
    const decided = await decisionsOn(
      ports.views,
      page.map(({ group }) => group),
    );
    return {
      status: 200,
      data: page.map(({ group }) => toResource(group, decided.get(group.counts.id) ?? null, now)),
      page: { limit, next_cursor: await sealPosition(ports.cursors, next, binding) },
      coverage: coverageOf({ ...reach, complete: complete && reach.complete }, {}, true),
    };
  });

type Place = { readonly value: number | string; readonly key: string };

const placeKey = (id: string | null, action: string | null): string => `${id ?? ''}#${action ?? ''}`;

/** Highest value first. */
function inOrder(one: Place, other: Place): number {
  if (one.value !== other.value) return one.value > other.value ? -1 : 1;
  return one.key < other.key ? -1 : Number(one.key > other.key);
}

const sortValue = ({ counts, lastAt }: SeenGroup, sort: '-count' | '-last_at'): number | string =>
  sort === '-count' ? counts.failed + counts.retrying : (lastAt ?? '');

type Decisions = ReadonlyMap<string, FailureGroup>;

/** What operators decided about these groups, by id. */
async function decisionsOn(views: Views, groups: readonly SeenGroup[]): Promise<Decisions> {
  const rows = await views.get([...new Set(groups.map(({ counts }) => counts.id))], { consistent: false });
  return new Map(
    [...rows].flatMap(([id, row]) => {
      const group = FAILURE_GROUP_PROJECTION.fromRow(row);
      return group === null ? [] : [[id, group] as const];
    }),
  );
}

async function withMute(views: Views, groups: readonly SeenGroup[], muted: boolean, now: number) {
  const decided = await decisionsOn(views, groups);
  return groups.filter(({ counts, lastAt }) => isMuted(decided.get(counts.id) ?? null, lastAt, now) === muted);
}

/** Gets one group, even while it has no jobs. */
export const getFailureGroup = (ports: ReadPorts) =>
  endpoint(getFailureGroupContract, async ({ accounts, params: { failure_group_id: id }, now }) => {
    const group = await ownGroup(ports.views, id, accounts);
    const [events, { jobs }] = await Promise.all([
      ports.log.current(id),
      failing(ports, group.account_id, group.code, now),
    ]);
    const seen = seenIn(
      group,
      jobs.filter((job) => idOfGroup(job) === id),
    );
    const resource = toResource(seen, foldFailureGroup(events), now);
    return { status: 200, data: resource, etag: resource.version };
  });

/** The groups with jobs. `complete`: false if the account has more groups. */
async function groupsOf(views: Views, accountId: string, byAction: boolean) {
  const groups: GroupCounts[] = [];
  let found = 0;
  let seen = 0;
  const walk = { index: 'account', key: failureGroupsOf(accountId), newestFirst: false, limit: MAX_GROUPS } as const;
  for await (const { entries, more } of indexPages(views, walk)) {
    seen += entries.length;
    for (const [id, row] of await views.counterRows(entries.map((entry) => entry.id))) {
      const key = groupOfCounterRow(id);
      if (key === null || key.account_id !== accountId) continue;
      const group = countsOfGroup(key, row);
      if (group.failed + group.retrying <= 0) continue;
      found += 1;
      if (found <= MAX_GROUPS) groups.push(...(byAction ? countsByActionOf(key, row) : [group]));
    }
    const isFull = found >= MAX_GROUPS || seen >= MAX_ENTRIES;
    if (isFull || !more) return { groups, complete: !more && found <= MAX_GROUPS };
  }
  return { groups, complete: true };
}

/** The newest failed and retrying jobs, with this code if one is given. */
function failing(ports: ReadPorts, accountId: string, code: FailureCode | null, now: number) {
  const status = ['failed', 'retrying'] as const;
  const filter = { status: [...status], ...(code === null ? {} : { last_error_code: [code] }) };
  return examineJobs(ports, { accountId, filter, newestFirst: true, after: null, until: null, now });
}

/** A group with those of its jobs that were looked at, newest first. */
type SeenGroup = {
  readonly counts: GroupCounts;
  readonly jobs: readonly Job[];
  readonly firstAt: string | null;
  readonly lastAt: string | null;
};

function seenIn(counts: GroupCounts, jobs: readonly Job[]): SeenGroup {
  const times = jobs.flatMap(({ last_error_at: at }) => at ?? []).toSorted();
  const ends = [times.at(-1), counts.last?.at].flatMap((at) => at ?? []).toSorted();
  return { counts, jobs, firstAt: times[0] ?? null, lastAt: ends.at(-1) ?? null };
}

function idOfGroup(job: Job): string | null {
  const group = groupOf(job);
  return group === null ? null : groupIdOf(group);
}

function toResource({ counts, jobs, firstAt, lastAt }: SeenGroup, decided: FailureGroup | null, now: number): Resource {
  const { id, code, host, action, failed, retrying, last } = counts;
  const credentials = new Set(jobs.map(({ credential_id: credential }) => credential)).size;
  return {
    id,
    code,
    host,
    category: FAILURES[code].category,
    who: EXPLANATIONS[code].who,
    title: EXPLANATIONS[code].title,
    action,
    failed,
    retrying,
    credentials: {
      count: Math.min(credentials, MAX_CREDENTIALS),
      more: credentials > MAX_CREDENTIALS || jobs.length < failed + retrying,
    },
    first_at: firstAt,
    last_at: lastAt,
    sample_job_id: jobs[0]?.id ?? last?.jobId ?? null,
    muted: isMuted(decided, lastAt, now),
    muted_until: decided?.muted?.until ?? null,
    note: decided?.note ?? null,
    version: decided?.version ?? 0,
  };
}
