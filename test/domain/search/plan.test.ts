import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf } from '../../../functions/domain/failure/catalogue.ts';
import { JOB_STATUSES, type Job } from '../../../functions/domain/job/job.ts';
import { type JobFilter, matchesFilter, matchesJoined } from '../../../functions/domain/search/job-filter.ts';
import { type Partition, planSearch, plansByCounts, possibleStatuses } from '../../../functions/domain/search/plan.ts';
import { jobRow } from '../../../functions/domain/views/job-view.ts';
import type { ViewRow } from '../../../functions/domain/views/row.ts';
import { type SearchCounts, toSearchCounts } from '../../../functions/domain/views/stats.ts';
import { waitState as waitStateOf } from '../../../functions/queries/search-jobs.ts';
import { iso, T0 } from '../job/job-stream.ts';
import { ACCOUNTS, CREDENTIALS, NOW, randomAccount, randomCredential, randomFilter, randomJob } from './random-jobs.ts';

const ACCOUNT = 'acc_one';
const OPEN_AND_FAILED = ['scheduled', 'queued', 'running', 'retrying', 'failed', 'resolved'] as const;

const counts = (named: Readonly<Record<string, number>>): SearchCounts =>
  toSearchCounts([new Map(Object.entries(named))]);

/** Partitions as `index key`, without the account in the key. */
const keysOf = (partitions: readonly Partition[]): string[] =>
  partitions.map(({ index, key }) => {
    expect(key).toContain(ACCOUNT);
    return index === 'account' ? key : `${index} ${key.slice(ACCOUNT.length + 1)}`;
  });
const statuses = (...names: string[]): string[] => names.map((name) => `status ${name}`);
const errors = (...names: string[]): string[] => names.map((name) => `error ${name}`);
const WHOLE = [`job#${ACCOUNT}`];
const NOTHING: string[] = [];

const CASES: readonly [string, JobFilter, Readonly<Record<string, number>>, string[]][] = [
  ['nothing given', {}, {}, WHOLE],
  ['what no index knows', { action: ['imap_sync_messages'], label: ['vip'], q: 'x', priority: { gte: 1 } }, {}, WHOLE],
  ['what no index knows, set to false', { stalled: false, outcome_unknown: true }, {}, WHOLE],
  ['one status', { status: ['failed'] }, { 's:failed': 5_000_000 }, statuses('failed')],
  ['a status given twice', { status: ['failed', 'failed'] }, {}, statuses('failed')],
  ['all that did not succeed', { status: [...OPEN_AND_FAILED] }, {}, statuses(...OPEN_AND_FAILED)],
  ['succeeded: in no status partition', { status: ['succeeded'] }, {}, WHOLE],
  ['succeeded among others', { status: ['failed', 'succeeded'] }, {}, WHOLE],
  [
    'succeeded among others, with an error',
    { status: ['failed', 'succeeded'], last_error_code: ['auth_failed'] },
    { 'x:auth_failed': 9_000 },
    errors('auth_failed'),
  ],
  ['failed_at: only failed ones', { failed_at: { gte: iso(T0) } }, {}, statuses('failed')],
  [
    'next_attempt_at: only pending ones',
    { next_attempt_at: { lt: iso(T0) } },
    {},
    statuses('scheduled', 'queued', 'retrying'),
  ],
  [
    'waiting_on: only pending ones',
    { waiting_on: ['connection_slot'] },
    {},
    statuses('scheduled', 'queued', 'retrying'),
  ],
  ['stalled: pending and running ones', { stalled: true }, {}, statuses('scheduled', 'queued', 'running', 'retrying')],
  ['what is given and what is implied', { status: ['queued', 'failed'], stalled: true }, {}, statuses('queued')],
  ['given and implied contradict', { status: ['failed', 'succeeded'], waiting_on: ['rate_limited'] }, {}, NOTHING],
  ['two implied contradict', { failed_at: { gte: iso(T0) }, next_attempt_at: { gte: iso(T0) } }, {}, NOTHING],
  ['stalled cannot have failed', { failed_at: { gte: iso(T0) }, stalled: true, task_id: ['t'] }, {}, NOTHING],
  [
    'error codes',
    { last_error_code: ['auth_failed', 'rate_limited', 'auth_failed'] },
    {},
    errors('auth_failed', 'rate_limited'),
  ],
  ['a category is its codes', { last_error_category: ['quota'] }, {}, errors('over_quota', 'limit_reached')],
  [
    'several categories',
    { last_error_category: ['rate_limit', 'quota'] },
    {},
    errors('rate_limited', 'too_many_connections', 'over_quota', 'limit_reached'),
  ],
  [
    'codes of a category',
    { last_error_code: ['auth_failed', 'over_quota'], last_error_category: ['quota'] },
    {},
    errors('over_quota'),
  ],
  ['codes of another category', { last_error_code: ['auth_failed'], last_error_category: ['quota'] }, {}, NOTHING],
  [
    'no codes, even with a task',
    { last_error_code: ['auth_failed'], last_error_category: ['quota'], task_id: ['t'] },
    {},
    NOTHING,
  ],
  [
    'the smaller of status and error: status',
    { status: ['failed'], last_error_code: ['auth_failed'] },
    { 's:failed': 10, 'x:auth_failed': 11 },
    statuses('failed'),
  ],
  [
    'the smaller of status and error: error',
    { status: ['failed'], last_error_code: ['auth_failed'] },
    { 's:failed': 12, 'x:auth_failed': 11 },
    errors('auth_failed'),
  ],
  [
    'the sum decides, not the largest',
    { status: ['failed'], last_error_code: ['auth_failed', 'rate_limited'] },
    { 's:failed': 12, 'x:auth_failed': 7, 'x:rate_limited': 6, 'x:over_quota': 0 },
    statuses('failed'),
  ],
  ['a task', { task_id: ['tsk_1', 'tsk_2', 'tsk_1'] }, {}, ['task tsk_1', 'task tsk_2']],
  ['a credential', { credential_id: ['pc_1'] }, {}, ['credential pc_1#open', 'credential pc_1#ended']],
  ['a bulk operation', { bulk_id: ['blk_1'] }, {}, ['bulk blk_1']],
  ['a bulk operation before a task', { bulk_id: ['b'], task_id: ['t'], credential_id: ['c'] }, {}, ['bulk b']],
  ['a task before a credential', { task_id: ['t'], credential_id: ['c'] }, {}, ['task t']],
  [
    'a small counted set before a task',
    { task_id: ['t'], status: ['failed'] },
    { 's:failed': 1_000 },
    statuses('failed'),
  ],
  [
    'an empty counted set before a credential',
    { credential_id: ['c'], last_error_code: ['auth_failed'] },
    {},
    errors('auth_failed'),
  ],
  ['a task before a large counted set', { task_id: ['t'], status: ['failed'] }, { 's:failed': 1_001 }, ['task t']],
  [
    'a credential before large counted sets',
    { credential_id: ['c'], status: ['failed'], last_error_code: ['auth_failed'] },
    { 's:failed': 40_000, 'x:auth_failed': 30_000 },
    ['credential c#ended'],
  ],
  [
    'a small error set before a credential and a large status',
    { credential_id: ['c'], status: ['failed'], last_error_code: ['auth_failed'] },
    { 's:failed': 40_000, 'x:auth_failed': 30 },
    errors('auth_failed'),
  ],
  ['a task and succeeded', { task_id: ['t'], status: ['succeeded'] }, {}, ['task t']],
];

describe('the plan of a search', () => {
  it.each(CASES)('%s', (_, filter, named, expected) => {
    const given = plansByCounts(filter) ? counts(named) : null;
    expect(keysOf(planSearch(ACCOUNT, filter, given).partitions).sort()).toEqual([...expected].sort());
    expect(keysOf(planSearch(ACCOUNT, filter, counts(named)).partitions).sort()).toEqual([...expected].sort());
  });

  it.each<[boolean, JobFilter]>([
    [false, {}],
    [false, { status: ['failed'] }],
    [false, { last_error_code: ['auth_failed'] }],
    [false, { task_id: ['t'], credential_id: ['c'] }],
    [false, { task_id: ['t'], status: ['succeeded'] }],
    [false, { status: ['failed'], stalled: true, task_id: ['t'] }],
    [true, { status: ['failed'], task_id: ['t'] }],
    [true, { status: ['failed'], last_error_category: ['quota'] }],
    [true, { waiting_on: ['rate_limited'], credential_id: ['c'] }],
  ])('uses the counters: %s for %j', (asks, filter) => {
    expect(plansByCounts(filter)).toBe(asks);
  });

  it('bounds the read by creation: at gte and after, before lt', () => {
    const [gte, lt] = [iso(T0), iso(T0 + 1000)];
    expect(planSearch(ACCOUNT, { created_at: { gte, lt } }, null)).toMatchObject({ above: gte, below: lt });
    expect(planSearch(ACCOUNT, { created_at: { gte } }, null)).toMatchObject({ above: gte, below: null });
    expect(planSearch(ACCOUNT, { created_at: { lt } }, null)).toMatchObject({ above: null, below: lt });
    expect(planSearch(ACCOUNT, { updated_at: { gte, lt } }, null)).toMatchObject({ above: null, below: null });
    expect(`${gte}#job_0` > gte && !(`${lt}#job_0` < lt)).toBe(true);
  });

  it('assumes all statuses possible unless the filter excludes some', () => {
    expect(possibleStatuses({})).toEqual(JOB_STATUSES);
    expect(possibleStatuses({ q: 'x', stalled: false })).toEqual(JOB_STATUSES);
  });

  const ATTRIBUTE = { account: 'ga', status: 'gs', error: 'ge', task: 'gt', credential: 'gc', bulk: 'gb' } as const;
  const holds = ({ index, key }: Partition, row: ViewRow): boolean => row[ATTRIBUTE[index]] === key;

  /** A filter whose page was just read and matched most of the examined jobs. */
  const about = (job: Job): fc.Arbitrary<JobFilter> =>
    randomFilter.map((filter) => ({
      ...filter,
      ...(filter.status && { status: [...filter.status, job.status] }),
      ...(filter.credential_id && { credential_id: [...filter.credential_id, job.credential_id] }),
      ...(filter.task_id && job.task_id !== null && { task_id: [...filter.task_id, job.task_id] }),
      ...(filter.bulk_id && job.bulk_id !== null && { bulk_id: [...filter.bulk_id, job.bulk_id] }),
      ...(filter.last_error_code &&
        job.last_error_code !== null && { last_error_code: [...filter.last_error_code, job.last_error_code] }),
      ...(filter.last_error_category &&
        job.last_error_category !== null && {
          last_error_category: [...filter.last_error_category, job.last_error_category],
        }),
      ...(filter.failed_at && job.failed_at !== null && { failed_at: { gte: job.failed_at } }),
      ...(filter.next_attempt_at && job.next_attempt_at !== null && { next_attempt_at: { gte: job.next_attempt_at } }),
      ...(filter.created_at && { created_at: { gte: job.created_at } }),
    }));

  it('is sound: every matching job is in its partitions and bounds, whatever the counters are', () => {
    let matched = 0;
    fc.assert(
      fc.property(
        randomJob.chain((job) => fc.tuple(fc.constant(job), about(job))),
        fc.constantFrom(...CREDENTIALS).chain((credential) => randomCredential(credential, ACCOUNT)),
        randomAccount(ACCOUNT),
        fc.option(fc.integer({ min: -200_000, max: 200_000 }), { nil: null }),
        fc.option(fc.constant(NOW + 40_000), { nil: null }),
        fc.func(fc.integer({ min: 0, max: 3_000 })),
        ([job, filter], credential, account, lease, full, size) => {
          const held = lease === null ? null : { expiresAt: NOW + lease, progress: null };
          const joined = waitStateOf(
            { job, credential, account, fullUntil: full, shareFullUntil: null, lease: held },
            NOW,
          );
          if (!matchesFilter(job, filter) || !matchesJoined(joined, filter)) return;
          matched += 1;
          const given = {
            total: 0,
            byStatus: (status: string) => size(status),
            byAction: (action: string) => size(action),
            byLastError: (code: string) => size(code),
            facets: { status: {}, action: {}, last_error_code: {} },
          };
          const plan = planSearch(job.account_id, filter, plansByCounts(filter) ? given : null);
          const row = jobRow(job);
          const sort = row.s ?? '';
          expect(plan.partitions.filter((partition) => holds(partition, row))).toHaveLength(1);
          expect(plan.above === null || sort > plan.above).toBe(true);
          expect(plan.below === null || sort < plan.below).toBe(true);
          for (const other of ACCOUNTS.filter((account) => account !== job.account_id)) {
            const foreign = jobRow({ ...job, account_id: other });
            expect(plan.partitions.some((partition) => holds(partition, foreign))).toBe(false);
          }
        },
      ),
      { numRuns: 4_000, seed: 7 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  it('reads the codes of every category, each once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...CATEGORIES), { minLength: 1 }), (categories) => {
        const { partitions } = planSearch(ACCOUNT, { last_error_category: categories }, null);
        expect(keysOf(partitions)).toEqual(errors(...codesOf(categories)));
        expect(new Set(keysOf(partitions)).size).toBe(partitions.length);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});

const CATEGORIES = ['transient', 'quota', 'authentication', 'internal'] as const;
