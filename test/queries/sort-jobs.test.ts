import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job } from '../../functions/domain/job/job.ts';
import type { JobFilter } from '../../functions/domain/search/job-filter.ts';
import { jobRow } from '../../functions/domain/views/job-view.ts';
import { MAX_EXAMINED } from '../../functions/queries/search-jobs.ts';
import { FAILURE_TIMES, type SortedPage, type SortedPosition, sortJobs } from '../../functions/queries/sort-jobs.ts';
import { iso, T0 } from '../domain/job/job-stream.ts';
import { jobOfSeed, NOW, seeds } from '../domain/search/random-jobs.ts';
import { noServers } from '../fixtures/connections.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const ACCOUNT = 'acc_one';
const START: SortedPosition = { from: null, until: null, last: null, skip: 0 };

async function filled(jobs: readonly Job[]) {
  const views = memoryViews();
  for (const job of jobs) await change(views, null, job);
  const reads = { rows: 0 };
  const counting = {
    ...views,
    get: (ids: readonly string[], options: { consistent: boolean }) => {
      reads.rows += ids.filter((id) => id.startsWith('job_')).length;
      return views.get(ids, options);
    },
  };
  const ports = {
    views: counting,
    serversOf: noServers,
    leases: { read: async () => null },
    slots: { fullUntil: async () => null },
  };
  return { views, ports, reads };
}

async function change(views: ReturnType<typeof memoryViews>, before: Job | null, after: Job): Promise<void> {
  await views.write({ row: jobRow(after), replaces: before?.version ?? null });
}

type World = Awaited<ReturnType<typeof filled>>;
type Query = {
  readonly by: (typeof FAILURE_TIMES)[number];
  readonly newestFirst: boolean;
  readonly filter?: JobFilter;
};

const pageOf = ({ ports }: World, query: Query, limit: number, position: SortedPosition = START): Promise<SortedPage> =>
  sortJobs(ports, { accountId: ACCOUNT, filter: {}, ...query, limit, position, now: NOW });

async function everyPage(world: World, query: Query, limit: number, skip = 0): Promise<readonly SortedPage[]> {
  const pages: SortedPage[] = [];
  for (let position: SortedPosition | null = { ...START, skip }; position !== null; ) {
    if (pages.length > 500) throw new Error('the pages never end');
    const page: SortedPage = await pageOf(world, query, limit, position);
    pages.push(page);
    position = page.next;
  }
  return pages;
}

const idsOf = (pages: readonly SortedPage[]): string[] => pages.flatMap(({ jobs }) => jobs.map(({ job }) => job.id));

/** The order in its simplest form, over a list of all jobs. */
function naive(jobs: readonly Job[], { by, newestFirst }: Query): string[] {
  const key = (job: Job): string => `${job[by]} ${job.id}`;
  const order = jobs
    .filter((job) => job.account_id === ACCOUNT && !job.deleted && job[by] !== null)
    .sort((one, other) => (key(one) < key(other) ? -1 : 1))
    .map(({ id }) => id);
  return newestFirst ? order.toReversed() : order;
}

/** Failed jobs: the one made last failed first. */
function failedJobs(count: number): readonly Job[] {
  const [base] = fc.sample(seeds, { seed: 1, numRuns: 1 });
  if (base === undefined) throw new Error('a seed');
  return Array.from({ length: count }, (_, n): Job => {
    const at = iso(T0 + 100_000_000 - n * 1000);
    return {
      ...jobOfSeed(base, n + 1),
      account_id: ACCOUNT,
      deleted: false,
      status: 'failed',
      created_at: iso(T0 + n),
      finished_at: at,
      failed_at: at,
      last_error_at: at,
      last_error_code: 'auth_failed',
      last_error_category: 'authentication',
    };
  });
}

const queries = FAILURE_TIMES.flatMap((by) => [true, false].map((newestFirst) => ({ by, newestFirst })));

describe('jobs in order of their failure', () => {
  it.each(queries)('are all failed jobs, once each, for any page size: %j', async (query) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(seeds, { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 9 }),
        async (some, limit, skip) => {
          const jobs = some.map((seed, n) => jobOfSeed(seed, n));
          const pages = await everyPage(await filled(jobs), query, limit, skip);
          expect(idsOf(pages)).toEqual(naive(jobs, query).slice(skip));
          for (const { complete } of pages) expect(complete).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(queries)(
    'are ordered within each thousand if there are more, which the coverage shows: %j',
    async (query) => {
      const jobs = failedJobs(MAX_EXAMINED + 300);
      const world = await filled(jobs);
      const pages = await everyPage(world, query, 100);
      const byCreation = query.newestFirst ? jobs.toReversed() : jobs;
      const parts = [byCreation.slice(0, MAX_EXAMINED), byCreation.slice(MAX_EXAMINED)];
      expect(idsOf(pages)).toEqual(parts.flatMap((part) => naive(part, query)));
      const first = pages.slice(0, 10);
      const last = byCreation[MAX_EXAMINED - 1]?.created_at;
      for (const page of first) expect(page).toMatchObject({ complete: false, examined: MAX_EXAMINED, reached: last });
      for (const page of pages.slice(10)) expect(page).toMatchObject({ complete: true, examined: 300 });
    },
  );

  it('cost no more rows than one request may read, and none of jobs that never failed', async () => {
    const [base] = fc.sample(seeds, { seed: 2, numRuns: 1 });
    if (base === undefined) throw new Error('a seed');
    const fine = Array.from({ length: 200 }, (_, n): Job => {
      const never = { failed_at: null, last_error_at: null, last_error_code: null, last_error_category: null };
      return { ...jobOfSeed(base, 5_000 + n), account_id: ACCOUNT, deleted: false, status: 'succeeded', ...never };
    });
    for (const by of FAILURE_TIMES) {
      const few = await filled([...fine, ...failedJobs(30)]);
      await pageOf(few, { by, newestFirst: true }, 20);
      expect(few.reads.rows, by).toBe(30);
      const many = await filled(failedJobs(MAX_EXAMINED + 50));
      await pageOf(many, { by, newestFirst: true }, 20);
      expect(many.reads.rows, by).toBe(MAX_EXAMINED);
    }
  });

  it('are shown at least once when one of them is retried and fails again between two pages', async () => {
    const jobs = failedJobs(40);
    const world = await filled(jobs);
    const query = { by: 'failed_at', newestFirst: false } as const;
    const first = await pageOf(world, query, 20);
    const shown = new Set(idsOf([first]));
    const again = jobs.find(({ id }) => !shown.has(id));
    if (again === undefined || first.next === null) throw new Error('there is a second page');
    const at = iso(T0 + 200_000_000);
    await change(world.views, again, { ...again, failed_at: at, last_error_at: at, version: again.version + 1 });
    const rest = await pageOf(world, query, 40, first.next);
    expect(idsOf([rest]).at(-1)).toBe(again.id);
    expect(new Set([...shown, ...idsOf([rest])]).size).toBe(40);
  });

  it.each(queries)('are all shown when others end between two pages: %j', async (query) => {
    const jobs = failedJobs(MAX_EXAMINED + 200);
    const world = await filled(jobs);
    const first = await pageOf(world, query, 50);
    const shown = new Set(idsOf([first]));
    // Jobs that have left the order of failed jobs, so that a later page has room for others.
    const gone = jobs.filter(({ id }, n) => n % 4 === 0 && !shown.has(id));
    for (const job of gone) await change(world.views, job, { ...job, deleted: true, version: job.version + 1 });
    let position = first.next;
    while (position !== null) {
      const page: SortedPage = await pageOf(world, query, 100, position);
      for (const id of idsOf([page])) shown.add(id);
      position = page.next;
    }
    const left = jobs.filter((job) => !gone.includes(job));
    expect(left.filter(({ id }) => !shown.has(id))).toEqual([]);
  });

  it('of a period are those that failed in it', async () => {
    const jobs = failedJobs(30);
    const world = await filled(jobs);
    const [at = ''] = jobs.slice(10, 11).map(({ failed_at: failedAt }) => failedAt ?? '');
    for (const by of FAILURE_TIMES) {
      const query = { by, newestFirst: true, filter: { [by]: { gte: at } } };
      const expected = jobs.slice(0, 11).map(({ id }) => id);
      expect(idsOf(await everyPage(world, query, 4))).toEqual(expected);
    }
  });
});
