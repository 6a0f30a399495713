import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { categoryOf, type FailureCode } from '../../functions/domain/failure/catalogue.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import type { JobStatus } from '../../functions/domain/job/job.ts';
import type { Stack } from '../../local/stack.ts';
import { iso, requested, started, succeeded } from '../domain/job/job-stream.ts';
import { type Answer, type Api, apiOf, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { documentClientFor } from '../fixtures/document-client.ts';

const FAR = '2099-01-01T00:00:00.000Z';
const STARTED = Date.now();
const BEGAN = STARTED - 3 * 3_600_000;
const TASKS = [ids.next('tsk'), ids.next('tsk')] as const;
const BULK = ids.next('blk');

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

const failedBy = (code: FailureCode, retryAt: string | null, unknown = false): JobEvent => ({
  type: 'AttemptFailed',
  data: { code, category: categoryOf(code), detail: `Detail of ${code}`, retry_at: retryAt, outcome_unknown: unknown },
});

/** Lives after which nothing is due, so that no worker changes them. */
const LIVES = [
  { status: 'scheduled', code: null, waits: null, more: [] },
  { status: 'succeeded', code: null, waits: null, more: [started(), succeeded] },
  { status: 'failed', code: 'auth_failed', waits: null, more: [started(), failedBy('auth_failed', null)] },
  {
    status: 'scheduled',
    code: null,
    waits: 'rate_limited',
    more: [{ type: 'JobPostponed', data: { until: FAR, because: 'rate_limited' } }],
  },
  {
    status: 'retrying',
    code: 'connection_closed',
    waits: null,
    more: [started(), failedBy('connection_closed', FAR, true)],
  },
  {
    status: 'resolved',
    code: 'auth_failed',
    waits: null,
    more: [started(), failedBy('auth_failed', null), { type: 'JobResolved', data: { note: null, bulk_id: BULK } }],
  },
  { status: 'failed', code: 'mailbox_not_found', waits: null, more: [started(), failedBy('mailbox_not_found', null)] },
] as const satisfies readonly {
  status: JobStatus;
  code: FailureCode | null;
  waits: string | null;
  more: readonly JobEvent[];
}[];

type Made = {
  readonly id: string;
  readonly at: number;
  readonly status: JobStatus;
  readonly code: FailureCode | null;
  readonly waits: string | null;
  readonly credential: string;
  readonly task: string | null;
  readonly action: string;
  readonly labels: string[];
};

/** Jobs of all lives in turn, two in each millisecond, oldest first. */
async function addJobs(account: string, credentials: readonly string[], count: number, from = BEGAN): Promise<Made[]> {
  const log = dynamoEventLog(
    documentClientFor(stack.endpoints.dynamodb, stack.credentials),
    stack.environment.EVENTS_TABLE ?? '',
    ids,
  );
  const made = Array.from({ length: count }, (_, n) => {
    const life = LIVES[n % LIVES.length] ?? LIVES[0];
    const job: Made = {
      id: ids.next('job'),
      at: from + Math.floor(n / 2) * 10,
      status: life.status,
      code: life.code,
      waits: life.waits,
      credential: credentials[n % credentials.length] ?? '',
      task: n % 3 === 0 ? (TASKS[n % 2] ?? null) : null,
      action: n % 4 === 0 ? 'imap_sync_mailboxes' : 'imap_sync_messages',
      labels: n % 5 === 0 ? ['VIP customer'] : [],
    };
    return { job, more: life.more };
  });
  await Promise.all(
    made.map(({ job, more }) => {
      const first = requested({
        action: job.action,
        task_id: job.task,
        credential_id: job.credential,
        labels: job.labels,
        run_at: job.status === 'scheduled' ? FAR : null,
      });
      const [one, ...others] = [first, ...more].map((event, step) => ({
        streamId: job.id,
        version: step + 1,
        accountId: account,
        actor: { kind: 'system', id: 'test' } as const,
        at: iso(job.at + step),
        credentialId: job.credential,
        event,
      }));
      return one === undefined ? null : log.append([one, ...others]);
    }),
  );
  return made.map(({ job }) => job).sort((one, other) => (sortOf(one) < sortOf(other) ? -1 : 1));
}
const sortOf = ({ at, id }: Made): string => `${iso(at)}#${id}`;

const counted = (api: Api, base: string, total: number) =>
  until(
    () => api.get(`${base}/jobs/stats`),
    ({ body }) => body.data.total === total,
  );

const credentialFor = async (api: Api, base: string, host: string): Promise<string> => {
  const answer = await api.post(`${base}/provider-credentials`, {
    provider_kind: 'imap',
    host,
    port: 993,
    security_mode: 'ssl_tls',
    auth_kind: 'password',
    secret: { username: 'u', password: 'p' },
  });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.data.id;
};

const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: Json) => id);
const tally = (names: readonly (string | null)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const name of names) if (name !== null) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};
const categoryOfCode = (code: FailureCode | null) => code && categoryOf(code);
const NOT_ASKED = { host: null, credential_id: null, label: null, waiting_on: null };
const withoutZeros = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
const withoutRequest = ({ status, headers, text }: Answer) => ({
  status,
  type: headers.get('content-type'),
  text: text.replace(/"request_id":"[^"]*"/, ''),
});
const INVALID_CURSOR = { status: 400, body: { code: 'invalid_cursor' } };

describe('jobs', () => {
  const COUNT = 42;
  const base = '/api/accounts/acc_search';
  const theirBase = '/api/accounts/acc_search_other';
  let api: Api;
  let theirs: Api;
  let jobs: readonly Made[];
  let credentials: readonly string[];
  let foreign: string;

  beforeAll(async () => {
    [api, theirs] = await Promise.all([
      apiOf(stack, 'acc_search', 'viewer'),
      apiOf(stack, 'acc_search_other', 'owner'),
    ]);
    const owner = await apiOf(stack, 'acc_search');
    credentials = [
      await credentialFor(owner, base, 'one.example.com'),
      await credentialFor(owner, base, 'two.example.com'),
    ];
    foreign = await credentialFor(theirs, theirBase, 'three.example.com');
    jobs = await addJobs('acc_search', credentials, COUNT);
    await addJobs('acc_search_other', [foreign], 14);
    await Promise.all([counted(api, base, COUNT), counted(theirs, theirBase, 14)]);
  });

  const newestFirst = (keep: (job: Made) => boolean): string[] =>
    jobs
      .filter(keep)
      .map(({ id }) => id)
      .toReversed();
  const search = (body: object, as = api, at = base) => as.post(`${at}/jobs/search`, body);

  /** Every page of a search, with the replies. */
  async function pages(body: object): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let cursor: string | null | undefined; cursor !== null; cursor = answers.at(-1)?.body.page.next_cursor) {
      answers.push(await search({ ...body, ...(cursor === undefined ? {} : { cursor }) }));
      expect(answers.at(-1)?.status, answers.at(-1)?.text).toBe(200);
    }
    return answers;
  }

  const NARROWED: readonly [string, object, (job: Made) => boolean][] = [
    ['', {}, () => true],
    ['status=failed', { status: 'failed' }, ({ status }) => status === 'failed'],
    [
      'status=failed&status=succeeded',
      { status: ['failed', 'succeeded'] },
      ({ status }) => status === 'failed' || status === 'succeeded',
    ],
    ['action=imap_sync_mailboxes', { action: 'imap_sync_mailboxes' }, ({ action }) => action === 'imap_sync_mailboxes'],
    [`task_id=${TASKS[0]}`, { task_id: TASKS[0] }, ({ task }) => task === TASKS[0]],
    [`task_id=${TASKS[0]}&task_id=${TASKS[1]}`, { task_id: [...TASKS] }, ({ task }) => task !== null],
    ['last_error_code=auth_failed', { last_error_code: 'auth_failed' }, ({ code }) => code === 'auth_failed'],
    [
      'last_error_code=auth_failed&status=resolved',
      { last_error_code: ['auth_failed'], status: ['resolved'] },
      ({ code, status }) => code === 'auth_failed' && status === 'resolved',
    ],
    [`bulk_id=${BULK}`, { bulk_id: BULK }, ({ status }) => status === 'resolved'],
    ['q=vip%20AUTH', { q: 'vip AUTH' }, ({ labels, code }) => labels.length > 0 && code === 'auth_failed'],
    ['q=detail+of+mailbox_not', { q: 'detail of mailbox_not' }, ({ code }) => code === 'mailbox_not_found'],
    ['status=running', { status: 'running' }, () => false],
  ];

  it.each(NARROWED)('listed by %j equal those of a search by %j, newest first', async (query, filter, keep) => {
    const expected = newestFirst(keep);
    const listed = await api.get(`${base}/jobs?limit=100&${query}`);
    expect(idsOf(listed)).toEqual(expected);
    expect(listed.body.page).toEqual({ limit: 100, next_cursor: null });
    expect(listed.body).not.toHaveProperty('coverage');
    const found = await search({ filter, limit: 100 });
    expect(idsOf(found)).toEqual(expected);
    expect(found.body.data).toEqual(listed.body.data);
    expect(idsOf(await search({ filter, limit: 100, sort: 'created_at' }))).toEqual(expected.toReversed());
    expect((await everyItem(api, `${base}/jobs?${query}`)).map(({ id }) => id)).toEqual(expected);
    const paged = await pages({ filter, limit: 4 });
    expect(paged.flatMap(idsOf)).toEqual(expected);
    for (const offset of [1, expected.length, 10_000])
      expect(idsOf(await api.get(`${base}/jobs?limit=3&offset=${offset}&${query}`))).toEqual(
        expected.slice(offset, offset + 3),
      );
  });

  it.each<[object, (job: Made) => boolean]>([
    [{ last_error_category: 'authentication' }, ({ code }) => code === 'auth_failed'],
    [
      { last_error_category: ['transient', 'not_found'] },
      ({ code }) => code === 'connection_closed' || code === 'mailbox_not_found',
    ],
    [{ label: 'VIP customer' }, ({ labels }) => labels.length > 0],
    [{ waiting_on: 'rate_limited' }, ({ waits }) => waits === 'rate_limited'],
    [{ waiting_on: ['connection_slot', 'credential_parked'] }, () => false],
    [{ attempt_count: { lte: 0 } }, ({ status }) => status === 'scheduled'],
    [{ priority: { gte: 1 } }, () => false],
    [{ created_at: { gte: iso(BEGAN + 50), lt: iso(BEGAN + 100) } }, ({ at }) => BEGAN + 50 <= at && at < BEGAN + 100],
    [
      { updated_at: { lt: iso(BEGAN + 1) }, status: 'scheduled' },
      ({ at, waits, status }) => at === BEGAN && status === 'scheduled' && waits === null,
    ],
    [{ failed_at: { gte: '-1d' } }, ({ status }) => status === 'failed'],
    [{ next_attempt_at: { gte: '+1000w' } }, ({ status }) => status === 'scheduled' || status === 'retrying'],
    [{ next_attempt_at: { lt: '+1d' } }, () => false],
    [{ stalled: true }, () => false],
    [{ stalled: false, status: 'retrying' }, ({ status }) => status === 'retrying'],
    [{ outcome_unknown: true }, ({ status }) => status === 'retrying'],
  ])('are found by %j', async (filter, keep) => {
    const found = await search({ filter, limit: 100 });
    expect(idsOf(found)).toEqual(newestFirst(keep));
    const paged = await pages({ filter, limit: 3, sort: 'created_at' });
    expect(paged.flatMap(idsOf)).toEqual(newestFirst(keep).toReversed());
  });

  it.each(['-created_at', 'created_at'])('have correct coverage on every page (%s)', async (sort) => {
    const filter = { created_at: { gte: iso(BEGAN + 20) }, last_error_category: ['authentication', 'not_found'] };
    const matching = jobs.filter(
      ({ at, code }) => at >= BEGAN + 20 && (code === 'auth_failed' || code === 'mailbox_not_found'),
    );
    const answers = await pages({ filter, sort, limit: 1 });
    const seen = new Set<string>();
    for (const [at, answer] of answers.entries()) {
      for (const id of idsOf(answer)) seen.add(id);
      const { from, to, complete, examined } = answer.body.coverage;
      expect(complete).toBe(at === answers.length - 1);
      expect(examined).toBeLessThanOrEqual(1);
      const within = matching.filter(
        (job) => (from === null || from <= iso(job.at)) && (to === null || iso(job.at) < to),
      );
      for (const { id } of within) expect(seen.has(id)).toBe(true);
      // With newest first, jobs made since the first page would come before it, so they are on no later page.
      const end = sort === 'created_at' || at === 0 ? null : expect.any(String);
      if (complete) expect([from, to]).toEqual([iso(BEGAN + 20), end]);
      else if (at > 2) expect(within.length).toBeGreaterThan(0);
    }
    expect(seen.size).toBe(matching.length);
  });

  it('have facets equal to the statistics without a filter, and to the matches with one; later pages have none', async () => {
    const { body: stats } = await api.get(`${base}/jobs/stats`);
    const whole = await search({ facets: true, limit: 5 });
    expect(whole.body.facets).toEqual({
      status: withoutZeros(stats.data.by_status),
      action: stats.data.by_action,
      last_error_code: tally(jobs.map(({ code }) => code)),
      last_error_category: tally(jobs.map(({ code }) => categoryOfCode(code))),
      ...NOT_ASKED,
      exact: true,
      cut: [],
    });
    expect(whole.body.facets.status).toEqual(tally(jobs.map(({ status }) => status)));
    const inError = jobs.filter(({ status }) => status === 'failed' || status === 'retrying');
    expect(stats.data.by_error_code).toEqual(tally(inError.map(({ code }) => code)));
    const filter = { label: 'VIP customer' };
    const some = jobs.filter(({ labels }) => labels.length > 0);
    const narrowed = await search({ filter, facets: true, limit: 2 });
    expect(narrowed.body.facets).toEqual({
      status: tally(some.map(({ status }) => status)),
      action: tally(some.map(({ action }) => action)),
      last_error_code: tally(some.map(({ code }) => code)),
      last_error_category: tally(some.map(({ code }) => categoryOfCode(code))),
      ...NOT_ASKED,
      exact: true,
      cut: [],
    });
    expect(idsOf(narrowed)).toEqual(
      some
        .map(({ id }) => id)
        .toReversed()
        .slice(0, 2),
    );
    const cursor = narrowed.body.page.next_cursor;
    expect((await search({ filter, facets: true, limit: 2, cursor })).body.facets).toBeNull();
    expect((await search({ filter })).body.facets).toBeNull();
  });

  it('are searched by `query` or filter.q, also for a cursor; both at once are refused', async () => {
    const [one, other] = await Promise.all([search({ query: 'VIP' }), search({ filter: { q: 'VIP' } })]);
    expect(idsOf(one)).toEqual(newestFirst(({ labels }) => labels.length > 0));
    expect(one.body).toEqual({ ...other.body, page: { ...other.body.page, next_cursor: one.body.page.next_cursor } });
    const first = await search({ query: 'VIP', limit: 2 });
    const second = await search({ filter: { q: 'VIP' }, limit: 3, cursor: first.body.page.next_cursor });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(one).slice(0, 5));
    const both = await search({ query: 'VIP', filter: { q: 'VIP' } });
    expect(both).toMatchObject({ status: 422, body: { code: 'invalid_request', errors: [{ pointer: '/query' }] } });
  });

  it('have relative times that mean the time of the first page on every later one', async () => {
    const filter = { created_at: { lt: '-0s' }, status: 'scheduled' };
    const first = await search({ filter, sort: 'created_at', limit: 2 });
    const cursor = first.body.page.next_cursor;
    const late = await addJobs('acc_search', credentials, 1, Date.now());
    const [young] = late;
    await until(
      () => search({ filter: { created_at: { lt: '+1h' } }, limit: 1 }),
      (answer) => idsOf(answer)[0] === young?.id,
    );
    const rest = await search({ filter, sort: 'created_at', limit: 100, cursor });
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(newestFirst(({ status }) => status === 'scheduled').toReversed());
    expect(rest.body.coverage).toMatchObject({ from: null, complete: true });
    expect(Date.parse(rest.body.coverage.to)).toBeLessThan(young?.at ?? 0);
    const owner = await apiOf(stack, 'acc_search');
    expect((await owner.delete(`/api/jobs/${young?.id}`)).status).toBe(204);
    await counted(api, base, COUNT);
  });

  it('accept a cursor only for its own account, operation, filter and sort, and unchanged', async () => {
    const filter = { status: ['failed', 'scheduled'] };
    const first = await search({ filter, limit: 2 });
    const cursor: string = first.body.page.next_cursor;
    expect((await search({ filter, limit: 50, cursor, offset: 0 })).status).toBe(200);
    expect((await search({ filter, limit: 2, sort: '-created_at', facets: true, cursor })).status).toBe(200);
    const their = await search({ filter, limit: 2 }, theirs, theirBase);
    const listed = await api.get(`${base}/jobs?status=failed&status=scheduled&limit=2`);
    const inFilter: [string, object][] = [
      ['of another account', { filter, cursor: their.body.page.next_cursor }],
      ['of a list', { filter, cursor: listed.body.page.next_cursor }],
      ['for another filter', { filter: { status: ['failed'] }, cursor }],
      ['for the same values in another order', { filter: { status: ['scheduled', 'failed'] }, cursor }],
      ['for a narrower filter', { filter: { ...filter, stalled: false }, cursor }],
      ['for no filter', { cursor }],
      ['for another sort', { filter, sort: 'created_at', cursor }],
      ['with words', { filter, query: 'x', cursor }],
      ['tampered', { filter, cursor: `${cursor.slice(0, 20)}${cursor[20] === 'A' ? 'B' : 'A'}${cursor.slice(21)}` }],
      ['truncated', { filter, cursor: cursor.slice(0, -4) }],
      ['longer', { filter, cursor: `${cursor}AAAA` }],
      ['otherwise spelled', { filter, cursor: `${cursor}=` }],
      ['of nonsense', { filter, cursor: 'nonsense' }],
    ];
    for (const [what, body] of inFilter) expect(await search(body), what).toMatchObject(INVALID_CURSOR);
    const inQuery: [string, string][] = [
      ['of a search', `status=failed&status=scheduled&cursor=${cursor}`],
      ['of another list', `status=failed&cursor=${listed.body.page.next_cursor}`],
      ['truncated', `status=failed&status=scheduled&cursor=${listed.body.page.next_cursor.slice(1)}`],
    ];
    for (const [what, query] of inQuery)
      expect(await api.get(`${base}/jobs?${query}`), what).toMatchObject(INVALID_CURSOR);
    // Lists without a filter differ only in the listed resource.
    const [ofJobs, ofLogs] = await Promise.all([api.get(`${base}/jobs?limit=1`), api.get(`${base}/logs?limit=1`)]);
    const swapped = [`jobs?cursor=${ofLogs.body.page.next_cursor}`, `logs?cursor=${ofJobs.body.page.next_cursor}`];
    for (const path of swapped) expect(await api.get(`${base}/${path}`), path).toMatchObject(INVALID_CURSOR);
  });

  it.each<[object, string, RegExp]>([
    [{ filter: { statuss: 'failed' } }, '/filter/statuss', /did you mean "status"/],
    [{ filter: { last_eror_code: 'auth_failed' } }, '/filter/last_eror_code', /did you mean "last_error_code"/],
    [{ filter: { created_at: { get: '-1h' } } }, '/filter/created_at/get', /did you mean "gte"/],
    [{ filters: {} }, '/filters', /did you mean "filter"/],
    [{ filter: { status: 'faild' } }, '/filter/status', /./],
    [{ filter: { status: ['failed', 'faild'] } }, '/filter/status/1', /./],
    [{ filter: { created_at: {} } }, '/filter/created_at', /bound/],
    [{ filter: { created_at: { gte: 'yesterday' } } }, '/filter/created_at/gte', /-24h/],
    [{ filter: { failed_at: { lt: '2026-02-30T00:00:00Z' } } }, '/filter/failed_at/lt', /UTC/],
    [{ filter: { q: ' ' } }, '/filter/q', /blank/],
    [{ query: '' }, '/query', /./],
    [{ filter: { task_id: 'job_01jgx000000000000000000001' } }, '/filter/task_id', /./],
    [{ sort: 'updated_at' }, '/sort', /./],
    [{ limit: 0 }, '/limit', /./],
    [{ limit: 101 }, '/limit', /./],
    [{ limit: '20' }, '/limit', /./],
    [{ offset: 10_001 }, '/offset', /./],
    [{ offset: 1, cursor: 'x' }, '/offset', /cursor/],
    [{ cursor: '' }, '/cursor', /./],
    [{ facets: 'yes' }, '/facets', /./],
    [{ filter: [] }, '/filter', /./],
  ])('refuse %j at %s', async (body, pointer, message) => {
    const answer = await search(body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    const error = answer.body.errors.find((each: Json) => each.pointer === pointer);
    expect(error?.message, answer.text).toMatch(message);
  });

  it.each([
    ['statu=failed', '?statu', /did you mean "status"/],
    ['status=faild', '?status', /./],
    ['created_at=x', '?created_at', /unknown parameter/],
    ['q=%20', '?q', /blank/],
    ['q=a&q=b', '?q', /once/],
    ['limit=101', '?limit', /./],
    ['limit=1e1', '?limit', /./],
    ['offset=1&cursor=x', '?offset', /cursor/],
    ['task_id=x', '?task_id', /./],
  ])('refuse a list by %s at %s', async (query, pointer, message) => {
    const answer = await api.get(`${base}/jobs?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    const error = answer.body.errors.find((each: Json) => each.pointer === pointer);
    expect(error?.message, answer.text).toMatch(message);
  });

  it("of another account's task and credential are not found, without a read", async () => {
    const nothing = { data: [], page: { limit: 20, next_cursor: null } };
    for (const [filter, query] of [
      [{ credential_id: foreign }, `credential_id=${foreign}`],
      [{ credential_id: [foreign, ids.next('pc')], task_id: [...TASKS] }, ''],
    ] as const) {
      const found = await search({ filter });
      if ('task_id' in filter) expect(found.body).toMatchObject({ data: [] });
      else {
        expect(found.body).toMatchObject({ ...nothing, coverage: { examined: 0, complete: true } });
        expect((await api.get(`${base}/jobs?${query}`)).body).toEqual(nothing);
      }
    }
    const own = await search({ filter: { task_id: TASKS[0] } }, theirs, theirBase);
    expect(own.body.data.length).toBeGreaterThan(0);
    expect(own.text).not.toMatch(/acc_search"/);
    const none = await search(
      { filter: { task_id: TASKS[0] } },
      await apiOf(stack, 'acc_search_none'),
      '/api/accounts/acc_search_none',
    );
    expect(none.body).toMatchObject({ ...nothing, coverage: { examined: 0, from: null, to: null, complete: true } });
  });

  it('are counted by credential, host and wait, over open and failed jobs, with coverage', async () => {
    const open = jobs.filter(({ status }) => status !== 'succeeded' && status !== 'resolved');
    const hosts = new Map(credentials.map((id, n) => [id, n === 0 ? 'one.example.com:993' : 'two.example.com:993']));
    const groups: Record<string, (job: Made) => string | null> = {
      credential_id: ({ credential }) => credential,
      host: ({ credential }) => hosts.get(credential) ?? null,
      waiting_on: ({ waits }) => waits,
    };
    for (const [by, keyOf] of Object.entries(groups)) {
      const { status, body } = await api.get(`${base}/jobs/stats?group_by=${by}`);
      expect(status).toBe(200);
      const keys = [...new Set(open.map(keyOf))];
      const expected = keys.map((key) => {
        const some = open.filter((job) => keyOf(job) === key);
        const total = some.length;
        return expect.objectContaining({ key, total, by_status: tally(some.map((job) => job.status)) });
      });
      expect(body.data.groups.items).toHaveLength(expected.length);
      expect(body.data.groups.items).toEqual(expect.arrayContaining(expected));
      const totals = body.data.groups.items.map(({ total }: Json) => total);
      expect(totals).toEqual([...totals].sort((one, other) => other - one));
      expect(body.data.groups).toMatchObject({
        by,
        coverage: { examined: open.length, from: null, to: null, complete: true },
      });
    }
    expect((await api.get(`${base}/jobs/stats`)).body.data.groups).toBeNull();
    expect((await api.get(`${base}/jobs/stats?group_by=status`)).status).toBe(422);
  });

  it('are counted by the hour, and a range that is too long is refused', async () => {
    const from = iso(BEGAN);
    const { body } = await api.get(`${base}/jobs/stats/series?from=${from}`);
    const points: Json[] = body.data.points;
    expect(points.reduce((sum, { total }) => sum + total, 0)).toBe(COUNT);
    expect(points[0]).toMatchObject({ at: `${from.slice(0, 13)}:00:00.000Z` });
    for (const range of [
      'from=0000-01-01T00:00:00Z',
      'from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z',
      'to=2026-01-01T00:00:00Z&from=2026-01-01T01:00:00Z',
      'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
    ])
      expect(await api.get(`${base}/jobs/stats/series?${range}`), range).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '?from' }] },
      });
    const month = await api.get(`${base}/jobs/stats/series?from=2026-01-01T00:00:00Z&to=2026-01-31T23:59:59.999Z`);
    expect(month.body.data.points).toHaveLength(744);
  });
});

describe('the audit', () => {
  const base = '/api/accounts/acc_logs';
  let api: Api;
  let viewer: Api;
  let jobs: readonly Made[];
  /** The commands in order: request, subject, action and reason. */
  const done: { requestId: string; subjectId: string; action: string; data: object }[] = [];
  let entries: readonly Json[];

  async function does(action: string, data: object, asked: Promise<Answer>, subjectId?: string): Promise<Answer> {
    const answer = await asked;
    expect(answer.status, answer.text).toBeLessThan(300);
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(requestId).not.toBe('');
    done.push({ requestId, subjectId: subjectId ?? answer.body.data.id, action, data });
    return answer;
  }

  beforeAll(async () => {
    [api, viewer] = await Promise.all([apiOf(stack, 'acc_logs', 'owner', 'ann'), apiOf(stack, 'acc_logs', 'viewer')]);
    const credential = await does(
      'credential_added',
      { auth_kind: 'password' },
      api.post(`${base}/provider-credentials`, {
        provider_kind: 'imap',
        host: 'mail.example.com',
        port: 993,
        security_mode: 'ssl_tls',
        auth_kind: 'password',
        secret: { username: 'secret-user', password: 'secret-password' },
      }),
    );
    jobs = await addJobs('acc_logs', [credential.body.data.id], 7);
    await counted(api, base, 7);
    const first = (status: JobStatus): string => jobs.find((job) => job.status === status)?.id ?? '';
    const [changed, deleted, failed] = [first('scheduled'), first('retrying'), first('failed')];
    const bob = await apiOf(stack, 'acc_logs', 'member', 'bob');
    const path = (id: string, command = ''): string => `/api/jobs/${id}${command}`;
    await does(
      'job_updated',
      { changes: { labels: ['seen'] } },
      bob.send('PATCH', path(changed), { labels: ['seen'] }),
      changed,
    );
    await does(
      'job_resolved',
      { note: 'done by hand' },
      api.post(path(changed, '/resolve'), { note: 'done by hand' }),
      changed,
    );
    await does(
      'job_retry_requested',
      { reason: 'ticket 4711' },
      bob.post(path(failed, '/retry'), { reason: 'ticket 4711' }),
      failed,
    );
    const task = { task_type: 'imap_sync_mailboxes', target_credential_id: credential.body.data.id };
    await does('task_created', { task_type: 'imap_sync_mailboxes' }, api.post(`${base}/tasks`, task));
    const bulk = { action: 'resolve', job_ids: [deleted], reason: 'known cause' };
    await does('bulk_requested', { reason: 'known cause' }, api.post(`${base}/jobs/bulk`, bulk, { prefer: 'wait=20' }));
    await does('job_deleted', { reason: null }, api.delete(path(deleted)), deleted);
    await does(
      'account_paused',
      { reason: 'maintenance' },
      api.post(`${base}/pause`, { reason: 'maintenance' }),
      'acc_logs',
    );
    entries = await until(
      () => everyItem(viewer, `${base}/logs`),
      (items) => done.every(({ requestId }) => items.some((item) => item.request_id === requestId)),
    );
  });

  it('has every command of an operator: who, when, why, by which request; no secrets', () => {
    for (const { requestId, subjectId, action, data } of done) {
      const mine = entries.filter((entry) => entry.request_id === requestId && entry.action === action);
      expect(mine, action).toMatchObject([
        { subject_id: subjectId, account_id: 'acc_logs', status: 'succeeded', data },
      ]);
      expect(Object.keys(mine[0])).toHaveLength(10);
      const who = action === 'job_updated' || action === 'job_retry_requested' ? 'bob' : 'ann';
      expect(mine[0].actor).toEqual({ kind: 'user', id: who });
      expect(Date.parse(mine[0].at)).toBeGreaterThanOrEqual(STARTED);
      expect(Date.parse(mine[0].at)).toBeLessThanOrEqual(Date.now());
    }
    expect(JSON.stringify(entries)).not.toMatch(/secret-user|secret-password/);
    const order = done.map(({ requestId }) => entries.findIndex((entry) => entry.request_id === requestId));
    expect(order).toEqual([...order].sort((one, other) => other - one));
    expect(entries.map(({ action }) => action)).not.toContain('attempt_started');
    expect(entries.map(({ at }) => at)).toEqual(
      entries
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  it('keeps the entries of a deleted job', async () => {
    const deleted = done.find(({ action }) => action === 'job_deleted')?.subjectId ?? '';
    expect((await viewer.get(`/api/jobs/${deleted}`)).status).toBe(404);
    const { body } = await viewer.get(`${base}/logs?subject_id=${deleted}`);
    expect(body.data.map(({ action }: Json) => action)).toEqual(['job_deleted', 'job_resolved']);
    expect(body.data[1]).toMatchObject({ data: { note: 'known cause', bulk_id: expect.stringMatching(/^blk_/) } });
  });

  it("finds an entry by its id; another account's answers like an unknown one, to the byte", async () => {
    for (const entry of entries) {
      const answer = await viewer.get(`/api/logs/${entry.id}`);
      expect(answer).toMatchObject({ status: 200, body: { data: entry } });
    }
    const [{ id }] = entries;
    const stranger = await apiOf(stack, 'acc_logs_other');
    const foreign = withoutRequest(await stranger.get(`/api/logs/${id}`));
    expect(foreign).toMatchObject({ status: 404, type: 'application/problem+json' });
    for (const other of [
      id.replace(/.{3}$/, 'zzz'),
      'log_7zzzzzzzzzzzzzzzzzzzzzzzzz',
      'log_00000000000000000000000000',
      'log_x',
      'nonsense',
    ])
      expect(withoutRequest(await stranger.get(`/api/logs/${other}`)), other).toEqual(foreign);
    expect(withoutRequest(await viewer.get(`/api/logs/${id.replace(/.{3}$/, 'zzz')}`))).toEqual(foreign);
    const both = await stack.token({ accounts: ['acc_logs_other', 'acc_logs'], role: 'viewer', uid: 'both' });
    const seen = await fetch(`${stack.url}/api/logs/${id}`, { headers: { authorization: `Bearer ${both}` } });
    expect(seen.status).toBe(200);
  });

  const keeping = (keep: (entry: Json) => boolean): string[] => entries.filter(keep).map(({ id }) => id);

  it('is searched by every field, in both directions, page by page, with coverage', async () => {
    const [some] = entries.filter(({ action }) => action === 'task_created');
    const cases: readonly [object, (entry: Json) => boolean][] = [
      [{}, () => true],
      [{ subject: 'job' }, ({ subject }) => subject === 'job'],
      [{ subject: 'account' }, ({ action }) => action === 'account_paused'],
      [{ subject: ['task', 'credential', 'bulk_operation', 'account'] }, ({ subject }) => subject !== 'job'],
      [{ subject_id: jobs[0]?.id }, ({ subject_id: id }) => id === jobs[0]?.id],
      [
        { action: ['job_updated', 'job_deleted'] },
        ({ action }) => action === 'job_updated' || action === 'job_deleted',
      ],
      [{ status: 'failed' }, ({ status }) => status === 'failed'],
      [{ actor_kind: 'user' }, ({ actor }) => actor.kind === 'user'],
      [{ actor_id: 'bob' }, ({ actor }) => actor.id === 'bob'],
      [{ request_id: some.request_id }, ({ request_id: id }) => id === some.request_id],
      [{ at: { gte: some.at } }, ({ at }) => at >= some.at],
      [{ at: { lt: some.at } }, ({ at }) => at < some.at],
      [{ at: { gte: '+1h' } }, () => false],
      [{ at: { gte: '-1h' }, actor_id: ['ann', 'nobody'] }, ({ actor }) => actor.id === 'ann'],
    ];
    for (const [filter, keep] of cases) {
      for (const sort of ['-at', 'at']) {
        const expected = sort === 'at' ? keeping(keep).toReversed() : keeping(keep);
        const found: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null; ) {
          const answer: Answer = await viewer.post(`${base}/logs/search`, {
            filter,
            sort,
            limit: 3,
            ...(cursor === undefined ? {} : { cursor }),
          });
          expect(answer.status, answer.text).toBe(200);
          found.push(...idsOf(answer));
          cursor = answer.body.page.next_cursor;
          const { from, to, complete } = answer.body.coverage;
          expect(complete).toBe(cursor === null);
          const within = keeping(
            (entry) => keep(entry) && (from === null || from <= entry.at) && (to === null || entry.at < to),
          );
          for (const id of within) expect(found, JSON.stringify({ filter, sort })).toContain(id);
          if (complete) expect(within).toHaveLength(expected.length);
        }
        expect(found, JSON.stringify({ filter, sort })).toEqual(expected);
      }
    }
    expect(idsOf(await viewer.get(`${base}/logs?actor_id=bob&action=job_updated`))).toEqual(
      keeping(({ actor, action }) => actor.id === 'bob' && action === 'job_updated'),
    );
    expect(idsOf(await viewer.get(`${base}/logs?limit=2&offset=3`))).toEqual(keeping(() => true).slice(3, 5));
  });

  it('refuses foreign cursors and unknown fields', async () => {
    const first = await viewer.post(`${base}/logs/search`, { filter: { subject: 'job' }, limit: 1 });
    const cursor = first.body.page.next_cursor;
    for (const body of [
      { cursor },
      { filter: { subject: 'task' }, cursor },
      { filter: { subject: 'job' }, sort: 'at', cursor },
      { filter: { subject: 'job' }, cursor: cursor.slice(2) },
    ])
      expect(await viewer.post(`${base}/logs/search`, body), JSON.stringify(body)).toMatchObject(INVALID_CURSOR);
    expect(await viewer.get(`${base}/logs?subject=job&cursor=${cursor}`)).toMatchObject(INVALID_CURSOR);
    const wrong: [object, string][] = [
      [{ filter: { actor: 'ann' } }, '/filter/actor'],
      [{ filter: { subject: 'mailbox' } }, '/filter/subject'],
      [{ filter: { at: {} } }, '/filter/at'],
      [{ sort: 'created_at' }, '/sort'],
      [{ cursor, offset: 1 }, '/offset'],
    ];
    for (const [body, pointer] of wrong) {
      const answer = await viewer.post(`${base}/logs/search`, body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect((await viewer.post(`${base}/logs/search`, { filter: { subjct: 'job' } })).body.errors).toEqual([
      { pointer: '/filter/subjct', message: 'unknown field; did you mean "subject"?' },
    ]);
  });

  it('is read-only: no method writes or deletes, for any role', async () => {
    const paths: readonly [string, string][] = [
      [`${base}/logs`, 'GET'],
      [`${base}/logs/search`, 'POST'],
      [`/api/logs/${entries[0].id}`, 'GET'],
    ];
    for (const [path, allowed] of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => each !== allowed)) {
        const answer = method === 'GET' ? await api.get(path) : await api.send(method, path, {});
        expect(answer, `${method} ${path}`).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
        expect(answer.headers.get('allow')).toBe(allowed);
      }
    }
    const stranger = await apiOf(stack, 'acc_logs_other');
    expect((await stranger.delete(`${base}/logs`)).status).toBe(403);
    expect((await everyItem(viewer, `${base}/logs`)).slice(-entries.length)).toEqual(entries);
  });
});
