import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoViews } from '../../functions/adapters/dynamodb/views.ts';
import type { Account } from '../../functions/domain/account/account.ts';
import type { Credential } from '../../functions/domain/credential/credential.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import { evolveJob } from '../../functions/domain/job/evolve.ts';
import { JOB_STATUSES, type Job } from '../../functions/domain/job/job.ts';
import { isDue } from '../../functions/domain/job/waiting.ts';
import { namesServer } from '../../functions/domain/network/server-filter.ts';
import { type JobFilter, matchesFilter, matchesJoined, needsJoin } from '../../functions/domain/search/job-filter.ts';
import { accountRow, credentialRow } from '../../functions/domain/views/entity-views.ts';
import { jobOf, jobRow } from '../../functions/domain/views/job-view.ts';
import type { ViewRow } from '../../functions/domain/views/row.ts';
import type { Lease } from '../../functions/ports/leases.ts';
import type { Views } from '../../functions/ports/views.ts';
import { coverageOf } from '../../functions/queries/coverage.ts';
import { type Page, pageOfViews } from '../../functions/queries/page-views.ts';
import {
  type JobSearch,
  type JobSearchPage,
  searchCounts,
  searchJobs,
  waitState,
} from '../../functions/queries/search-jobs.ts';
import { jobServers } from '../../functions/queries/servers-of-jobs.ts';
import { iso, T0 } from '../domain/job/job-stream.ts';
import {
  ACCOUNTS,
  CREDENTIALS,
  jobOfSeed,
  NOW,
  randomAccount,
  randomCredential,
  randomFilter,
  SERVERS,
  type Seed,
  seeds,
} from '../domain/search/random-jobs.ts';
import { connectionTo } from '../fixtures/connections.ts';
import { type Dynoxide, startDynoxide } from '../fixtures/dynoxide.ts';
import { memoryViews } from '../fixtures/in-memory.ts';

const MAX_EXAMINED = 1_000;
const ROWS_AT_ONCE = 25;

/** The content of the views, as plain values for a naive search. */
type World = {
  readonly jobs: Map<string, Job>;
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly leases: ReadonlyMap<string, Lease>;
  /** Credentials whose connections are all in use, with the time when one is free again. */
  readonly full: ReadonlyMap<string, number>;
};

function emptyWorld(): World {
  return { jobs: new Map(), credentials: new Map(), accounts: new Map(), leases: new Map(), full: new Map() };
}

function randomWorld(size: number, seed: number): World {
  const [made = []] = fc.sample(fc.array(seeds, { minLength: size, maxLength: size }), { seed, numRuns: 1 });
  const [credentials = []] = fc.sample(fc.tuple(...CREDENTIALS.map((id) => randomCredential(id, 'acc_one'))), {
    seed,
    numRuns: 1,
  });
  const [accounts = []] = fc.sample(fc.tuple(...ACCOUNTS.map(randomAccount)), { seed, numRuns: 1 });
  const [ends = []] = fc.sample(
    fc.array(fc.constantFrom(-200_000, -121_000, -100_000, 20_000), { minLength: 40, maxLength: 40 }),
    { seed, numRuns: 1 },
  );
  return {
    // Ids without relation to the creation time, as derived ids are.
    jobs: byId(made.map((each, n) => jobOfSeed(each, (n * 7_919) % 99_991))),
    credentials: new Map(credentials.map((credential) => [credential.id, credential])),
    accounts: new Map(accounts.flatMap((account) => (account === null ? [] : [[account.id, account]]))),
    full: new Map(CREDENTIALS.slice(1, 3).map((id) => [id, NOW + 30_000])),
    leases: new Map(
      ends.flatMap((end, n) => (n % 4 === 0 ? [] : [[`lease-${n}`, { expiresAt: NOW + end, progress: null }]])),
    ),
  };
}
const byId = (jobs: readonly Job[]): Map<string, Job> => new Map(jobs.map((job) => [job.id, job]));

async function put(views: Views, changes: readonly { before: Job | null; after: Job }[]): Promise<void> {
  for (let at = 0; at < changes.length; at += ROWS_AT_ONCE) {
    const some = changes.slice(at, at + ROWS_AT_ONCE);
    const rows = some.map(({ before, after }) => ({ row: jobRow(after), replaces: before?.version ?? null }));
    const written = await Promise.all(rows.map((row) => views.write(row)));
    expect(written.every((result) => result === 'written')).toBe(true);
  }
}

async function filled<Store extends Views>(views: Store, world: World): Promise<Store> {
  await put(
    views,
    [...world.jobs.values()].map((after) => ({ before: null, after })),
  );
  const credentials = [...world.credentials.values()].map((each) => ({ row: credentialRow(each), replaces: null }));
  const accounts = [...world.accounts.values()].map((each) => ({ row: accountRow(each), replaces: null }));
  const holders = [...credentials, ...accounts];
  await Promise.all(holders.map((row) => views.write(row)));
  return views;
}

const sortOf = (job: Job): string => `${job.created_at}#${job.id}`;
const ids = (jobs: readonly Job[]): string[] => jobs.map(({ id }) => id);

type Query = Pick<JobSearch, 'accountId' | 'filter' | 'newestFirst'>;

/** The search in its simplest form, over a list of all jobs. */
function naive(world: World, { accountId, filter, newestFirst }: Query): readonly Job[] {
  return [...world.jobs.values()]
    .filter((job) => {
      const lease = job.status === 'running' ? (world.leases.get(job.lease_id ?? '') ?? null) : null;
      const credential = world.credentials.get(job.credential_id) ?? null;
      // A credential of another account blocks nothing, and neither do its connections.
      const isForeign = credential !== null && credential.account_id !== job.account_id;
      const full = isForeign ? null : (world.full.get(job.credential_id) ?? null);
      const joined = {
        job,
        credential: isForeign ? null : credential,
        account: world.accounts.get(job.account_id) ?? null,
        fullUntil: isDue(job, NOW) ? full : null,
        shareFullUntil: null,
        lease,
      };
      return (
        !job.deleted &&
        job.account_id === accountId &&
        matchesFilter(job, filter) &&
        namesServer(filter.host, job.account_id === 'acc_one' ? (SERVERS.get(job.credential_id) ?? null) : null) &&
        (!needsJoin(filter) || matchesJoined(waitState(joined, NOW), filter))
      );
    })
    .sort((one, other) => (sortOf(one) < sortOf(other) ? -1 : 1) * (newestFirst ? -1 : 1));
}

/** The connection fields of the credentials, all of acc_one. */
async function connections(wanted: readonly string[]) {
  return new Map(
    wanted.flatMap((id) => {
      const server = SERVERS.get(id);
      return server === undefined ? [] : [[id, connectionTo(id, 'acc_one', server.host, server.port)] as const];
    }),
  );
}

type Calls = { pages: number; entries: number; jobs: number; others: number; counters: number };

/** Counts the calls to the views. */
function counting(views: Views): Views & { take(): Calls } {
  const none = (): Calls => ({ pages: 0, entries: 0, jobs: 0, others: 0, counters: 0 });
  let calls = none();
  return {
    take() {
      const taken = calls;
      calls = none();
      return taken;
    },
    reschedule: views.reschedule,
    get(wanted, options) {
      for (const id of new Set(wanted)) calls[id.startsWith('job_') ? 'jobs' : 'others'] += 1;
      return views.get(wanted, options);
    },
    write: views.write,
    counterRows: views.counterRows,
    async page(query) {
      const page = await views.page(query);
      calls.pages += 1;
      calls.entries += page.entries.length;
      return page;
    },
    counters(rows, options) {
      calls.counters += 1;
      return views.counters(rows, options);
    },
  };
}

/** Like an engine that may return fewer than requested with `more`, and `more` at the end. */
function ragged(views: Views, cut: () => number): Views {
  return {
    ...views,
    async page(query) {
      const { entries, more } = await views.page(query);
      const kept = Math.max(1, entries.length - cut());
      return { entries: entries.slice(0, kept), more: more || kept < entries.length || entries.length === query.limit };
    },
  };
}

type Paged = { readonly pages: readonly JobSearchPage[]; readonly jobs: readonly Job[] };
type Step = {
  readonly page: JobSearchPage;
  readonly limit: number;
  readonly offset: number;
  readonly jobs: readonly Job[];
};

/** Every page until there is no next one. */
async function everyPage(
  views: Views,
  world: World,
  search: Query & { readonly limits: readonly number[]; readonly offset?: number; readonly counting?: boolean },
  after: (step: Step) => unknown = () => {},
): Promise<Paged> {
  const pages: JobSearchPage[] = [];
  const jobs: Job[] = [];
  const ports = {
    views,
    serversOf: jobServers({ connections }),
    leases: { read: async (id: string) => world.leases.get(id) ?? null },
    slots: { fullUntil: async (id: string) => world.full.get(id) ?? null },
  };
  for (let position: string | null = null; pages.length === 0 || position !== null; ) {
    if (pages.length > 2_000) throw new Error('the pages never end');
    const limit = search.limits[pages.length % search.limits.length] ?? 20;
    const offset = pages.length === 0 ? (search.offset ?? 0) : 0;
    const { accountId, filter, newestFirst } = search;
    const page: JobSearchPage = await searchJobs(ports, {
      accountId,
      filter,
      newestFirst,
      limit,
      offset,
      after: position,
      now: NOW,
      counting: pages.length === 0 && (search.counting ?? false),
    });
    if (page.next !== null && position !== null) expect(page.next < position).toBe(newestFirst);
    expect(page.next).not.toBe(position ?? '');
    position = page.next;
    pages.push(page);
    jobs.push(...page.jobs.map(({ job }) => job));
    await after({ page, limit, offset, jobs });
  }
  return { pages, jobs };
}

const searches = fc.record({
  accountId: fc.constantFrom(...ACCOUNTS),
  filter: randomFilter,
  newestFirst: fc.boolean(),
  limits: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 100 })), {
    minLength: 1,
    maxLength: 4,
  }),
  offset: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 400 })),
  counting: fc.boolean(),
});
type Search = typeof searches extends fc.Arbitrary<infer Value> ? Value : never;

/** Checks all guarantees of a search on views that do not change. */
async function holdsPromises(views: Views, world: World, search: Search): Promise<Paged> {
  const expected = naive(world, search);
  const counted = counting(views);
  const order = new Map(expected.map((job, at) => [job.id, at]));
  const paged = await everyPage(counted, world, search, ({ page, limit, offset, jobs }) => {
    const most = MAX_EXAMINED + offset;
    const calls = counted.take();
    expect(page.examined).toBeLessThanOrEqual(most);
    expect(calls.jobs).toBeLessThanOrEqual(Math.min(most, page.examined + 100));
    expect(calls.counters).toBeLessThanOrEqual(1);
    expect(page.jobs.length).toBeLessThanOrEqual(limit);
    if (page.jobs.length < limit && page.examined < most) expect(page.next).toBeNull();
    const from = search.offset + jobs.length;
    const covered = coverageOf(
      { ...page, complete: page.next === null },
      search.filter.created_at ?? {},
      search.newestFirst,
    );
    const within = expected.filter(
      ({ created_at: at }) => (covered.from === null || covered.from <= at) && (covered.to === null || at < covered.to),
    );
    for (const job of within) expect(order.get(job.id)).toBeLessThan(from);
    if (covered.complete) expect(within).toEqual(expected);
  });
  expect(ids(paged.jobs)).toEqual(ids(expected.slice(search.offset)));
  const [first] = paged.pages;
  if (search.counting && first !== undefined) {
    expect(first.matches.exact).toBe(true);
    expect(ids(first.matches.jobs)).toEqual(ids(expected));
    expect(first.next === null).toBe(expected.length <= search.offset + (search.limits[0] ?? 0));
  }
  return paged;
}

let engine: Dynoxide;
beforeAll(async () => {
  engine = await startDynoxide();
});
afterAll(() => engine?.stop());

describe('a search through pages', () => {
  it.each([1, 2, 3])('finds exactly the jobs of a naive search, in order, each once (world %d)', async (seed) => {
    const world = randomWorld(450, seed);
    const views = await filled(memoryViews(), world);
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(searches, async (search) => {
        hits += (await holdsPromises(views, world, search)).jobs.length === 0 ? 0 : 1;
      }),
      { numRuns: 250, seed },
    );
    expect(hits).toBeGreaterThan(60);
  });

  it('finds the same with pages of any size from the engine', async () => {
    const world = randomWorld(300, 4);
    const store = await filled(memoryViews(), world);
    await fc.assert(
      fc.asyncProperty(searches, fc.infiniteStream(fc.integer({ min: 0, max: 60 })), async (search, cuts) => {
        await holdsPromises(
          ragged(store, () => cuts.next().value),
          world,
          search,
        );
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('finds the same on the real engine', async () => {
    const world = randomWorld(260, 5);
    const views = await filled(dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE), world);
    await fc.assert(
      fc.asyncProperty(searches, async (search) => {
        await holdsPromises(views, world, search);
      }),
      { numRuns: 45, seed: 5 },
    );
  });

  it('reports the last page without an empty one after it', async () => {
    const world = randomWorld(240, 6);
    const views = await filled(memoryViews(), world);
    for (const [accountId, limit, newestFirst] of ACCOUNTS.flatMap((account) =>
      [1, 7, 20, 100].flatMap((size) => [[account, size, true] as const, [account, size, false] as const]),
    )) {
      const query = { accountId, newestFirst, filter: {} };
      const count = naive(world, query).length;
      const { pages } = await everyPage(views, world, { ...query, limits: [limit] });
      expect(pages).toHaveLength(Math.ceil(count / limit));
      const [whole] = (await everyPage(views, world, { ...query, limits: [count] })).pages;
      expect(whole).toMatchObject({ next: null, examined: count });
    }
  });

  it('joins the shown jobs with their credential and lease', async () => {
    const world = randomWorld(200, 7);
    const views = await filled(memoryViews(), world);
    for (const filter of [{}, { stalled: false }] satisfies JobFilter[]) {
      const { pages } = await everyPage(views, world, {
        accountId: 'acc_one',
        newestFirst: true,
        filter,
        limits: [50],
      });
      const shown = pages.flatMap(({ jobs }) => jobs);
      expect(shown.length).toBeGreaterThan(30);
      for (const { job, credential, lease } of shown) {
        expect(credential?.id).toBe(job.credential_id);
        expect(lease).toEqual(job.status === 'running' ? (world.leases.get(job.lease_id ?? '') ?? null) : null);
      }
      expect(shown.some(({ lease }) => lease !== null)).toBe(true);
    }
  });

  it('reads nothing if nothing can match, and almost nothing for ids of another account', async () => {
    const world = randomWorld(300, 8);
    const views = counting(await filled(memoryViews(), world));
    const mine = { accountId: 'acc_nobody', newestFirst: true, limits: [20] };
    for (const filter of [
      { status: ['failed'], waiting_on: ['rate_limited'] },
      { last_error_code: ['auth_failed'], last_error_category: ['quota'] },
    ] satisfies JobFilter[]) {
      const { pages } = await everyPage(views, world, { ...mine, accountId: 'acc_one', filter });
      expect(pages).toMatchObject([{ jobs: [], next: null, examined: 0, reached: null }]);
      expect(views.take()).toEqual({ pages: 0, entries: 0, jobs: 0, others: 0, counters: 0 });
    }
    for (const filter of [{ credential_id: [...CREDENTIALS] }, { task_id: ['tsk_01jgx000000000000000000001'] }]) {
      const { pages } = await everyPage(views, world, { ...mine, filter });
      expect(pages).toMatchObject([{ jobs: [], next: null, examined: 0 }]);
      expect(views.take()).toMatchObject({ entries: 0, jobs: 0, counters: 0 });
    }
  });
});

const SEED: Seed = {
  accountId: 'acc_one',
  taskId: null,
  credentialId: CREDENTIALS[0] ?? '',
  createdAt: T0,
  action: 'imap_sync_messages',
  labels: [],
  priority: 0,
  life: { runAt: null, events: [] },
};
const FAILS: readonly JobEvent[] = [
  { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'l' } },
  {
    type: 'AttemptFailed',
    data: { code: 'auth_failed', category: 'authentication', detail: '', retry_at: null, outcome_unknown: false },
  },
];

/** Many jobs, a millisecond apart, of which these are labelled. */
function manyJobs(count: number, labelled: readonly number[], events: readonly JobEvent[] = []): World {
  const made = Array.from({ length: count }, (_, n) =>
    jobOfSeed({ ...SEED, createdAt: T0 + n, labels: labelled.includes(n) ? ['vip'] : [] }, n, events),
  );
  return { ...emptyWorld(), jobs: byId(made) };
}

describe('a search among more jobs than a request may examine', () => {
  it.each([
    [true, [1_000, 1_000, 600]],
    [false, [1_000, 1_000, 600]],
  ])('continues over empty pages and ends (newest first: %s)', async (newestFirst, examined) => {
    const world = manyJobs(2_600, [20, 2_580]);
    const views = counting(await filled(memoryViews(), world));
    const query = { accountId: 'acc_one', filter: { label: ['vip'] }, newestFirst };
    const { pages, jobs } = await everyPage(views, world, { ...query, limits: [5] }, ({ page, limit }) => {
      const calls = views.take();
      expect(calls.jobs).toBe(page.examined);
      expect(calls.entries).toBeLessThanOrEqual(MAX_EXAMINED + 2 * 101);
      expect(calls.pages).toBeLessThanOrEqual(12);
      expect(page.jobs.length).toBeLessThan(limit);
    });
    expect(ids(jobs)).toEqual(ids(naive(world, query)));
    expect(pages.map((page) => page.examined)).toEqual(examined);
    expect(pages.map((page) => page.jobs.length)).toEqual([1, 0, 1]);
  });

  it.each([
    [1_000, 0, 1],
    [1_001, 0, 2],
    [1_050, 50, 1],
    [1_051, 50, 2],
  ])('needs %d jobs, skipping %d: %d request(s)', async (count, offset, requests) => {
    const world = manyJobs(count, []);
    const views = await filled(memoryViews(), world);
    for (const limit of [1, 20, 37, 100]) {
      const search = { accountId: 'acc_one', filter: { label: ['vip'] }, newestFirst: true, limits: [limit], offset };
      expect((await everyPage(views, world, search)).pages).toHaveLength(requests);
    }
  });

  it('with an offset counts matches from the beginning and raises its bound', async () => {
    const world = manyJobs(2_000, []);
    const views = await filled(memoryViews(), world);
    const search = { accountId: 'acc_one', filter: {}, newestFirst: false, limits: [10], offset: 1_500 };
    const { pages, jobs } = await everyPage(views, world, search);
    expect(pages[0]).toMatchObject({ examined: 1_510 });
    expect(ids(jobs)).toEqual(ids(naive(world, search)).slice(1_500));
    const beyond = await everyPage(views, world, { ...search, offset: 3_000 });
    expect(beyond).toMatchObject({ jobs: [], pages: [{ next: null, examined: 2_000 }] });
  });

  it('with facets beyond the bound says that they are incomplete, and the page stays the same', async () => {
    const world = manyJobs(
      2_200,
      Array.from({ length: 220 }, (_, n) => n * 10),
    );
    const views = await filled(memoryViews(), world);
    const search = { accountId: 'acc_one', filter: { label: ['vip'] }, newestFirst: true, limits: [20] };
    const plain = await everyPage(views, world, search);
    const counted = await everyPage(views, world, { ...search, counting: true });
    expect(ids(counted.jobs)).toEqual(ids(plain.jobs));
    expect(counted.pages[0]).toMatchObject({ examined: MAX_EXAMINED, next: plain.pages[0]?.next });
    expect(counted.pages[0]?.matches).toMatchObject({ exact: false });
    expect(ids(counted.pages[0]?.matches.jobs ?? [])).toEqual(ids(naive(world, search)).slice(0, 100));
  });

  it('with facets and a large offset collects only the matches among the first 1,000 jobs examined', async () => {
    const world = manyJobs(1_500, []);
    const views = await filled(memoryViews(), world);
    const search = { accountId: 'acc_one', filter: {}, newestFirst: true, counting: true };
    const part = await everyPage(views, world, { ...search, limits: [10], offset: 1_200 });
    const [page] = part.pages;
    expect(ids(part.jobs)).toEqual(ids(naive(world, search)).slice(1_200));
    expect(ids(page?.matches.jobs ?? [])).toEqual(ids(naive(world, search)).slice(0, MAX_EXAMINED));
    expect(page?.matches.exact).toBe(false);
    const whole = await everyPage(views, world, { ...search, limits: [100], offset: 1_450 });
    expect(whole.pages).toMatchObject([{ examined: 1_500, next: null, matches: { exact: false } }]);
    expect(whole.pages[0]?.matches.jobs).toHaveLength(MAX_EXAMINED);
  });

  it('reads one large partition among many in large steps', async () => {
    const world = manyJobs(1_100, [], FAILS);
    const views = counting(await filled(memoryViews(), world));
    const status = JOB_STATUSES.filter((name) => name !== 'succeeded');
    const filter = { status, label: ['vip'] };
    await everyPage(views, world, { accountId: 'acc_one', filter, newestFirst: true, limits: [20] }, ({ page }) => {
      if (page.examined === MAX_EXAMINED) expect(views.take().pages).toBeLessThanOrEqual(6 + 15);
    });
  });

  it('reads the small partition of an error and not the task with all jobs', async () => {
    const many = manyJobs(1_200, []).jobs;
    const taskId = 'tsk_01jgx000000000000000000001';
    const few = byId([5, 600].map((n) => jobOfSeed({ ...SEED, taskId, createdAt: T0 + n }, 5_000 + n, FAILS)));
    const all = [...many.values()].map((job) => ({ ...job, task_id: taskId }));
    const world = { ...emptyWorld(), jobs: new Map([...byId(all), ...few]) };
    const views = counting(await filled(memoryViews(), world));
    const query = { accountId: 'acc_one', filter: { task_id: [taskId], last_error_code: ['auth_failed' as const] } };
    const { pages, jobs } = await everyPage(views, world, { ...query, newestFirst: true, limits: [20] });
    expect(ids(jobs)).toEqual([...few.keys()].toReversed());
    expect(pages).toMatchObject([{ examined: 2, next: null }]);
    expect(views.take()).toMatchObject({ jobs: 2, entries: 2, counters: 1 });
  });
});

const HAPPENINGS: readonly JobEvent[] = [
  { type: 'JobResolved', data: { note: null, bulk_id: 'blk_01jgx000000000000000000001' } },
  { type: 'JobTriggered', data: { reason: null, force: false } },
  { type: 'JobUpdated', data: { changes: { priority: 2, labels: ['vip'] } } },
  { type: 'JobDeleted', data: { reason: null } },
  { type: 'AttemptStarted', data: { attempt: 1, part: 1, lease_id: 'lease-1' } },
  ...FAILS.slice(1),
];

function happened(job: Job, event: JobEvent): Job {
  const after = evolveJob(job, {
    stream_id: job.id,
    version: job.version + 1,
    schema: 1,
    account_id: job.account_id,
    at: iso(NOW),
    actor: { kind: 'user', id: 'test' },
    append_id: 'append',
    ...event,
  });
  if (after === null) throw new Error('a job stays a job');
  return after;
}

type Change = { readonly pick: number; readonly event: JobEvent | null; readonly fresh: Seed };
const changes: fc.Arbitrary<Change> = fc.record({
  pick: fc.nat(),
  event: fc.constantFrom(null, ...HAPPENINGS),
  fresh: seeds,
});

/** Numbers of ids that no job has had. */
let fresh = 100_000;

/** Views that sometimes change before an index or a row is read. */
function restless(store: Views, world: World, stream: Iterator<Change>, often: () => boolean) {
  const touched = new Set<string>();
  async function change(): Promise<void> {
    const { value } = stream.next();
    const alive = [...world.jobs.values()].filter((job) => !job.deleted);
    const before = value.event === null ? undefined : alive[value.pick % alive.length];
    fresh += 1;
    const after =
      before === undefined || value.event === null ? jobOfSeed(value.fresh, fresh) : happened(before, value.event);
    touched.add(after.id);
    world.jobs.set(after.id, after);
    await put(store, [{ before: before ?? null, after }]);
  }
  const views: Views = {
    ...store,
    async get(wanted, options) {
      if (often()) await change();
      return store.get(wanted, options);
    },
    async page(query) {
      if (often()) await change();
      return store.page(query);
    },
  };
  return { views, touched, change };
}

/** Counters that return other numbers each time, so that the next page has another plan. */
function fickle(views: Views, factor: () => number): Views {
  return {
    ...views,
    async counters(rows, options) {
      const counters = await views.counters(rows, options);
      return new Map(
        [...counters].map(([row, names]) => [
          row,
          new Map([...names].map(([name, count]) => [name, count * factor()])),
        ]),
      );
    },
  };
}

describe('a search while the jobs change', () => {
  it('neither repeats nor skips an unchanged job, whatever the plan becomes', async () => {
    const original = randomWorld(220, 9);
    const plans = new Set<string>();
    let unchanged = 0;
    await fc.assert(
      fc.asyncProperty(
        searches,
        fc.infiniteStream(changes),
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        fc.infiniteStream(fc.integer({ min: 0, max: 3_000 })),
        async (search, stream, dice, sizes) => {
          const world = { ...original, jobs: new Map(original.jobs) };
          const store = await filled(memoryViews(), world);
          const expected = naive(world, search);
          const { views, touched, change } = restless(store, world, stream, () => dice.next().value === 0);
          const seen: Views = {
            ...views,
            page(query) {
              plans.add(query.index);
              return views.page(query);
            },
          };
          const paging = { ...search, offset: 0, limits: search.limits.map((limit) => Math.ceil(limit / 4)) };
          const { jobs } = await everyPage(
            fickle(seen, () => sizes.next().value),
            world,
            paging,
            async () => {
              for (let n = dice.next().value; n > 0; n -= 1) await change();
            },
          );
          const stayed = (found: readonly Job[]): string[] => ids(found).filter((id) => !touched.has(id));
          expect(stayed(jobs)).toEqual(stayed(expected));
          // Pages only move forward, so a job that changes partition is not returned twice either.
          expect(new Set(ids(jobs)).size).toBe(jobs.length);
          unchanged += stayed(jobs).length;
        },
      ),
      { numRuns: 120, seed: 9 },
    );
    expect([...plans].sort()).toEqual(['account', 'bulk', 'credential', 'error', 'status', 'task']);
    expect(unchanged).toBeGreaterThan(1_000);
  });

  it('shows a job once if it moves between partitions between the two reads', async () => {
    const world = manyJobs(3, []);
    const store = await filled(memoryViews(), world);
    const [, middle] = [...world.jobs.values()];
    if (middle === undefined) throw new Error('there are three');
    let moved = false;
    const views: Views = {
      ...store,
      async page(query) {
        if (query.key.endsWith('#resolved') && !moved) {
          moved = true;
          await put(store, [
            { before: middle, after: happened(middle, { type: 'JobResolved', data: { note: null } }) },
          ]);
        }
        return store.page(query);
      },
    };
    const query = { accountId: 'acc_one', filter: { status: ['queued' as const, 'resolved' as const] }, limits: [20] };
    const { jobs, pages } = await everyPage(views, world, { ...query, newestFirst: false });
    expect(ids(jobs)).toEqual([...world.jobs.keys()]);
    expect(pages).toMatchObject([{ examined: 3, next: null }]);
  });

  it('neither repeats nor skips an unchanged job between the pages of the real engine', async () => {
    const world = randomWorld(150, 10);
    const store = await filled(dynamoViews(engine.client, (await engine.createTables()).VIEWS_TABLE), world);
    await fc.assert(
      fc.asyncProperty(searches, fc.infiniteStream(changes), async (search, stream) => {
        const expected = naive(world, search);
        const { views, touched, change } = restless(store, world, stream, () => false);
        const { jobs } = await everyPage(views, world, { ...search, offset: 0, limits: [7] }, change);
        const stayed = (found: readonly Job[]): string[] => ids(found).filter((id) => !touched.has(id));
        expect(stayed(jobs)).toEqual(stayed(expected));
      }),
      { numRuns: 15, seed: 10 },
    );
  });
});

describe('the counters, as searches read them', () => {
  it('equal a count of the jobs', async () => {
    const world = randomWorld(300, 11);
    const views = await filled(memoryViews(), world);
    for (const accountId of ACCOUNTS) {
      const mine = [...world.jobs.values()].filter((job) => job.account_id === accountId);
      const counts = await searchCounts(views, accountId);
      const tally = (names: readonly (string | null)[]): Record<string, number> => {
        const sums: Record<string, number> = {};
        for (const name of names) if (name !== null) sums[name] = (sums[name] ?? 0) + 1;
        return sums;
      };
      expect(counts.total).toBe(mine.length);
      expect(counts.facets).toEqual({
        status: tally(mine.map(({ status }) => status)),
        action: tally(mine.map(({ action }) => action)),
        last_error_code: tally(mine.map(({ last_error_code: code }) => code)),
      });
      for (const status of JOB_STATUSES) expect(counts.byStatus(status)).toBe(counts.facets.status[status] ?? 0);
      expect(counts.byLastError('auth_failed')).toBe(counts.facets.last_error_code.auth_failed);
      expect(counts.byAction('imap_sync_messages')).toBe(counts.facets.action.imap_sync_messages);
    }
    expect((await searchCounts(views, 'acc_nobody')).total).toBe(0);
  });
});

describe('a page of views', () => {
  const partition = { index: 'account', key: 'job#acc_one' } as const;
  /** Accepts succeeded jobs. */
  const ended = (row: ViewRow): Job | null => {
    const job = jobOf(row);
    return job?.status === 'succeeded' ? job : null;
  };

  it('has every accepted row once, newest first, for any limits', async () => {
    const world = randomWorld(300, 12);
    const store = await filled(memoryViews(), world);
    const expected = ids(naive(world, { accountId: 'acc_one', filter: { status: ['succeeded'] }, newestFirst: true }));
    expect(expected.length).toBeGreaterThan(10);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 40 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 30 })),
        async (limits, offset, cuts) => {
          const views = ragged(store, () => cuts.next().value);
          const found: string[] = [];
          let after: string | null = null;
          for (let n = 0; n === 0 || after !== null; n += 1) {
            const limit = limits[n % limits.length] ?? 20;
            const page: Page<Job> = await pageOfViews(
              views,
              partition,
              { limit, offset: n === 0 ? offset : 0, after },
              ended,
            );
            expect(page.items.length).toBeLessThanOrEqual(limit);
            found.push(...ids(page.items));
            after = page.next;
          }
          expect(found).toEqual(expected.slice(offset));
        },
      ),
      { numRuns: 60, seed: 12 },
    );
  });

  it.each([1, 20, 100])('examines at most a thousand rows for %d, in few reads, and continues', async (limit) => {
    const world = manyJobs(1_500, []);
    const store = await filled(memoryViews(), world);
    let reads = 0;
    let looked = 0;
    const views: Views = {
      ...store,
      get(wanted, options) {
        reads += 1;
        looked += wanted.length;
        return store.get(wanted, options);
      },
    };
    const first = await pageOfViews(views, partition, { limit, offset: 0, after: null }, ended);
    expect(first.items).toEqual([]);
    expect(looked).toBe(MAX_EXAMINED);
    expect(reads).toBeLessThanOrEqual(11);
    expect(await pageOfViews(views, partition, { limit, offset: 0, after: first.next }, ended)).toEqual({
      items: [],
      next: null,
    });
    expect(looked).toBe(1_500);
  });
});
