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
import type { ReadPorts } from '../read-ports.ts';
import { type failureGroupResource, getFailureGroupContract, listFailureGroupsContract } from './contracts.ts';
import { ownGroup } from './mute-group.ts';

/** If an account has more groups, the first ones in the order of the index are shown. */
const MAX_GROUPS = 1_000;
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
    const decided = await ports.views.get([...new Set(groups.map(({ id }) => id))], { consistent: false });
    const found = groups
      .map((group) => {
        const row = decided.get(group.id);
        return toResource(group, row === undefined ? null : FAILURE_GROUP_PROJECTION.fromRow(row), jobs, now);
      })
      .filter((group) => muted === undefined || group.muted === (muted === 'true'));
    const places = found
      .map((group) => ({ group, value: sortValue(group, sort), key: `${group.id}#${group.action ?? ''}` }))
      .toSorted(byPlace);
    const rest = places.filter((place) => after === null || byPlace(place, after) > 0).slice(offset);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const next = rest.length > page.length && last !== undefined ? { value: last.value, key: last.key } : null;
    return {
      status: 200,
      data: page.map(({ group }) => group),
      page: { limit, next_cursor: await sealPosition(ports.cursors, next, binding) },
      coverage: coverageOf({ ...reach, complete: complete && reach.complete }, {}, true),
    };
  });

type Place = { readonly value: number | string; readonly key: string };

/** Highest value first. */
function byPlace(one: Place, other: Place): number {
  if (one.value !== other.value) return one.value > other.value ? -1 : 1;
  return one.key < other.key ? -1 : Number(one.key > other.key);
}

const sortValue = (group: Resource, sort: '-count' | '-last_at'): number | string =>
  sort === '-count' ? group.failed + group.retrying : (group.last_at ?? '');

/** Gets one group, even while it has no jobs. */
export const getFailureGroup = (ports: ReadPorts) =>
  endpoint(getFailureGroupContract, async ({ accounts, params: { failure_group_id: id }, now }) => {
    const group = await ownGroup(ports.views, id, accounts);
    const [events, { jobs }] = await Promise.all([
      ports.log.current(id),
      failing(ports, group.account_id, group.code, now),
    ]);
    const resource = toResource(group, foldFailureGroup(events), jobs, now);
    return { status: 200, data: resource, etag: resource.version };
  });

/** The groups with jobs. `complete`: false if the account has more groups. */
async function groupsOf(views: Views, accountId: string, byAction: boolean) {
  const partition = { index: 'account', key: failureGroupsOf(accountId), newestFirst: false } as const;
  const rows: string[] = [];
  for (let above: string | null = null; ; ) {
    const limit = MAX_GROUPS - rows.length;
    const page: Awaited<ReturnType<Views['page']>> = await views.page({ ...partition, limit, above, below: null });
    rows.push(...page.entries.map(({ id }) => id));
    above = page.entries.at(-1)?.sort ?? null;
    if (page.more && above !== null && rows.length < MAX_GROUPS) continue;
    const groups = [...(await views.counterRows(rows))].flatMap(([id, row]) => {
      const key = groupOfCounterRow(id);
      if (key === null || key.account_id !== accountId) return [];
      return byAction ? countsByActionOf(key, row) : [countsOfGroup(key, row)];
    });
    return { groups: groups.filter(({ failed, retrying }) => failed + retrying > 0), complete: !page.more };
  }
}

/** The newest failed and retrying jobs, with this code if one is given. */
function failing(ports: ReadPorts, accountId: string, code: FailureCode | null, now: number) {
  const status = ['failed', 'retrying'] as const;
  const filter = { status: [...status], ...(code === null ? {} : { last_error_code: [code] }) };
  return examineJobs(ports, { accountId, filter, newestFirst: true, after: null, until: null, now });
}

function toResource(counts: GroupCounts, decided: FailureGroup | null, jobs: readonly Job[], now: number): Resource {
  const { id, code, host, action, failed, retrying, last } = counts;
  const own = jobs.filter((job) => isIn(job, counts));
  const times = own.flatMap(({ last_error_at: at }) => at ?? []).toSorted();
  const credentials = new Set(own.map(({ credential_id: credential }) => credential)).size;
  const lastAt =
    [times.at(-1), last?.at]
      .flatMap((at) => at ?? [])
      .toSorted()
      .at(-1) ?? null;
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
      more: credentials > MAX_CREDENTIALS || own.length < failed + retrying,
    },
    first_at: times[0] ?? null,
    last_at: lastAt,
    sample_job_id: own[0]?.id ?? last?.jobId ?? null,
    muted: isMuted(decided, lastAt, now),
    muted_until: decided?.muted?.until ?? null,
    note: decided?.note ?? null,
    version: decided?.version ?? 0,
  };
}

function isIn(job: Job, { id, action }: GroupCounts): boolean {
  const group = groupOf(job);
  return group !== null && groupIdOf(group) === id && (action === null || job.action === action);
}
