import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { dynamoEventLog } from '../../functions/adapters/dynamodb/event-log.ts';
import { ids } from '../../functions/adapters/ids/ids.ts';
import type { BulkEvent } from '../../functions/domain/bulk/events.ts';
import type { JobEvent } from '../../functions/domain/job/events.ts';
import type { JobStatus } from '../../functions/domain/job/job.ts';
import type { Stack } from '../../local/stack.ts';
import { failedWith, iso, requested, started, succeeded } from '../domain/job/job-stream.ts';
import { type Answer, type Api, apiOf, everyItem, type Json, startTestStack, until } from '../fixtures/api.ts';
import { documentClientFor } from '../fixtures/document-client.ts';

const FAR = '2099-01-01T00:00:00.000Z';
const WAIT = { prefer: 'wait=20' };
/** Hours ago, so that no job is due. */
const BEGAN = Date.now() - 3 * 3_600_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.stop());

const LIVES = {
  scheduled: [requested({ run_at: FAR })],
  succeeded: [requested(), started(), succeeded],
  failed: [requested(), started(), failedWith('auth_failed', null)],
  resolved: [requested({ run_at: FAR }), { type: 'JobResolved', data: { note: null } }],
} satisfies Partial<Record<JobStatus, readonly JobEvent[]>>;
type Life = keyof typeof LIVES;

/** Jobs as their events, each job's in one transaction, so that nothing happens in between; oldest first. */
async function addJobs(
  account: string,
  wanted: Partial<Record<Life, number>>,
  at = BEGAN,
): Promise<Readonly<Record<Life, readonly string[]>>> {
  const log = dynamoEventLog(client(), stack.environment.EVENTS_TABLE ?? '', ids);
  const made: Record<Life, string[]> = { scheduled: [], succeeded: [], failed: [], resolved: [] };
  const appends: Promise<unknown>[] = [];
  for (const life of Object.keys(made).filter((name): name is Life => name in wanted)) {
    for (let n = 0; n < (wanted[life] ?? 0); n += 1) {
      const streamId = ids.next('job');
      const [first, ...more] = LIVES[life].map((event, step) => ({
        streamId,
        version: step + 1,
        accountId: account,
        actor: { kind: 'system', id: 'test' } as const,
        at: iso(at + appends.length * 10 + step),
        credentialId: 'pc_01jgx000000000000000000001',
        event,
      }));
      if (first !== undefined) appends.push(log.append([first, ...more]));
      made[life].push(streamId);
    }
  }
  await Promise.all(appends);
  return made;
}

const client = () => documentClientFor(stack.endpoints.dynamodb, stack.credentials);

/** Every event of the account, as stored. */
async function eventsOf(account: string): Promise<readonly Json[]> {
  const { Items } = await client().send(
    new ScanCommand({
      TableName: stack.environment.EVENTS_TABLE,
      ConsistentRead: true,
      FilterExpression: 'account_id = :a',
      ExpressionAttributeValues: { ':a': account },
    }),
  );
  return (Items ?? []).toSorted((one, other) =>
    `${one.stream_id}#${one.version}` < `${other.stream_id}#${other.version}` ? -1 : 1,
  );
}

type World = { readonly account: string; readonly base: string; readonly api: Api };

/** A new account with these jobs, when lists show them. */
async function world(name: string, wanted: Partial<Record<Life, number>>) {
  const account = `acc_bulk_${name}`;
  const api = await apiOf(stack, account, 'owner', 'ann');
  const base = `/api/accounts/${account}`;
  const jobs = await addJobs(account, wanted);
  await counted({ account, base, api }, wanted);
  return { account, base, api, jobs };
}

/** The account's statistics, once they are exactly these. */
async function counted({ api, base }: World, wanted: Readonly<Record<string, number>>): Promise<void> {
  const present = Object.fromEntries(Object.entries(wanted).filter(([, count]) => count > 0));
  const total = Object.values(wanted).reduce((sum, count) => sum + count, 0);
  await until(
    () => api.get(`${base}/jobs/stats`),
    ({ body }) => {
      const counts: Record<string, number> = body.data.by_status;
      const some = Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
      return body.data.total === total && JSON.stringify(sorted(some)) === JSON.stringify(sorted(present));
    },
  );
}
const sorted = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));

async function ended(api: Api, operation: Json): Promise<Json> {
  const { body } = await until(
    () => api.get(`/api/bulk-operations/${operation.id}`),
    (answer) => answer.body.data.status !== 'running',
  );
  return body.data;
}

const itemsOf = (api: Api, operation: Json): Promise<readonly Json[]> =>
  everyItem(api, `/api/bulk-operations/${operation.id}/items`);
const idsOf = (items: readonly Json[]): string[] => items.map(({ job_id: id }) => id);
const withoutRequest = ({ text }: Answer): string => text.replace(/"request_id":"[^"]*"/, '');

describe.concurrent('bulk operations, over HTTP', () => {
  it('count and show the jobs in a dry run, and change nothing', async ({ expect }) => {
    const { account, base, api, jobs } = await world('dry', { failed: 12, scheduled: 3 });
    const before = await eventsOf(account);
    const filter = { status: 'failed', created_at: { lt: '-1m' } };
    const deleting = await api.post(`${base}/jobs/search-delete`, { filter, dry_run: true });
    expect(deleting).toMatchObject({ status: 200, body: { data: { matched: 12, matched_is_exact: true } } });
    expect(deleting.body.data.sample.map(({ id }: Json) => id)).toEqual(jobs.failed.slice(0, 10));
    const limited = await api.post(`${base}/jobs/search-delete`, { filter, limit: 3, dry_run: true });
    expect(limited.body.data).toMatchObject({ matched: 3, matched_is_exact: true });
    expect(limited.body.data.sample.map(({ id }: Json) => id)).toEqual(jobs.failed.slice(0, 3));
    const named = [...jobs.scheduled, ids.next('job')];
    const naming = await api.post(
      `${base}/jobs/bulk`,
      { action: 'resolve', job_ids: named, reason: 'just looking', dry_run: true },
      { 'idempotency-key': 'looking', ...WAIT },
    );
    expect(naming).toMatchObject({ status: 200, body: { data: { matched: 3, matched_is_exact: true } } });
    expect((await api.get(`${base}/bulk-operations`)).body.data).toEqual([]);
    expect(await eventsOf(account)).toEqual(before);
    expect(before).toHaveLength(12 * 3 + 3);
  });

  it('on everything are not started by an omitted field', async ({ expect }) => {
    const { account, base, api } = await world('unfiltered', { scheduled: 1 });
    const reason = 'why';
    for (const body of [{}, { limit: 5 }, { filter: {} }, { reason }, { dry_run: true }, { rate_per_second: 5 }])
      expect(await api.post(`${base}/jobs/search-delete`, body)).toMatchObject({
        status: 422,
        body: { code: 'filter_required' },
      });
    for (const body of [{}, { filter: {} }])
      expect(await api.post(`${base}/jobs/bulk`, { action: 'delete', reason, ...body })).toMatchObject({
        status: 422,
        body: { code: 'filter_required' },
      });
    const refused: readonly [string, object, string][] = [
      ['bulk', { action: 'delete', reason, filter: { status: 'failed' }, job_ids: [ids.next('job')] }, '/job_ids'],
      ['bulk', { action: 'delete', reason, job_ids: [] }, '/job_ids'],
      ['bulk', { action: 'delete', reason, job_ids: ['job_nonsense'] }, '/job_ids/0'],
      ['bulk', { action: 'retry', filter: { status: 'failed' } }, '/reason'],
      ['bulk', { action: 'retry', filter: { status: 'failed' }, reason: '  ' }, '/reason'],
      ['bulk', { action: 'succeed', filter: { status: 'failed' }, reason }, '/action'],
      ['bulk', { action: 'retry', filter: { status: 'failed' }, reason, rate_per_second: 0 }, '/rate_per_second'],
      ['bulk', { action: 'retry', filter: { statuss: 'failed' }, reason }, '/filter/statuss'],
      ['search-delete', { filter: { created_at: {} } }, '/filter/created_at'],
      ['search-delete', { filter: { q: 'one' }, query: 'two' }, '/query'],
      ['search-delete', { older_than: 'yesterday' }, '/older_than'],
      ['search-delete', { query: ' ' }, '/query'],
    ];
    for (const [path, body, pointer] of refused) {
      const answer = await api.post(`${base}/jobs/${path}`, body);
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
      expect(answer.body.errors.map((error: Json) => error.pointer)).toContain(pointer);
    }
    expect(await eventsOf(account)).toHaveLength(1);
  });

  it('are started and aborted by an owner, and visible to a viewer', async ({ expect }) => {
    const { account, base, api } = await world('roles', { scheduled: 1 });
    const { body } = await api.post(`${base}/jobs/search-delete`, { query: 'nothing has this' }, WAIT);
    const path = `/api/bulk-operations/${body.data.id}`;
    for (const role of ['viewer', 'member']) {
      const other = await apiOf(stack, account, role);
      const forbidden = { status: 403, body: { code: 'role_forbidden' } };
      expect(await other.post(`${base}/jobs/search-delete`, { query: 'sync' })).toMatchObject(forbidden);
      expect(await other.post(`${base}/jobs/search-delete`, { query: 'sync', dry_run: true })).toMatchObject(forbidden);
      const asked = { action: 'retry', filter: { status: 'failed' }, reason: 'why' };
      expect(await other.post(`${base}/jobs/bulk`, asked)).toMatchObject(forbidden);
      expect(await other.post(`${path}/abort`)).toMatchObject(forbidden);
      for (const seen of [path, `${path}/items`, `${base}/bulk-operations`])
        expect((await other.get(seen)).status, seen).toBe(200);
    }
    await counted({ account, base, api }, { scheduled: 1 });
  });

  it('start once per Idempotency-Key, however often it is sent', async ({ expect }) => {
    const { account, base, api } = await world('keyed', { scheduled: 4, failed: 2 });
    const asked = { action: 'delete', filter: { status: 'scheduled' }, reason: 'once' };
    const send = (body: object, key = 'once') => api.post(`${base}/jobs/bulk`, body, { 'idempotency-key': key });
    const [first, second] = await Promise.all([send(asked), send(asked)]);
    expect(first).toMatchObject({ status: 202, body: { data: { status: 'running', expected: 4 } } });
    expect(second.body.data.id).toBe(first.body.data.id);
    await ended(api, first.body.data);
    const later = await send(asked);
    expect(later.body.data.id).toBe(first.body.data.id);
    expect(await send({ ...asked, reason: 'twice' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    const other = await send({ ...asked, filter: { status: 'failed' } }, 'another');
    expect(other.body.data.id).not.toBe(first.body.data.id);
    await ended(api, other.body.data);
    expect((await eventsOf(account)).filter(({ type }) => type === 'BulkRequested')).toHaveLength(2);
  });

  it('answer 202, then show progress at their pace until completed; jobs made meanwhile stay', async ({ expect }) => {
    const here = await world('progress', { scheduled: 30, failed: 5 });
    const { account, base, api, jobs } = here;
    const asked = { action: 'delete', filter: { status: 'scheduled' }, reason: 'tidying', rate_per_second: 5 };
    const accepted = await api.post(`${base}/jobs/bulk`, asked);
    expect(accepted).toMatchObject({
      status: 202,
      body: {
        data: {
          action: 'delete',
          status: 'running',
          filter: { status: ['scheduled'] },
          job_ids: null,
          limit: null,
          reason: 'tidying',
          by: 'ann',
          rate_per_second: 5,
          expected: 30,
          matched: 0,
          done: 0,
          skipped: 0,
          failed: 0,
          aborting: false,
          finished_at: null,
          account_id: account,
        },
      },
    });
    const operation = accepted.body.data;
    expect(Date.parse(operation.estimated_end_at)).toBeGreaterThanOrEqual(Date.parse(operation.created_at) + 6_000);
    expect(operation).not.toHaveProperty('chunk');
    const path = `/api/bulk-operations/${operation.id}`;
    const middle = await until(
      () => api.get(path),
      ({ body }) => body.data.done > 0,
    );
    // A chunk has the jobs of one second.
    expect(middle.body.data.done % 5).toBe(0);
    // The next chunk may already be selected.
    expect([0, 5]).toContain(middle.body.data.matched - middle.body.data.done);
    expect(Date.parse(middle.body.data.estimated_end_at)).toBeGreaterThan(Date.parse(middle.body.data.created_at));
    const late = await addJobs(account, { scheduled: 3 }, Date.now());
    const end = await ended(api, operation);
    expect(end).toMatchObject({ status: 'completed', matched: 30, done: 30, skipped: 0, failed: 0 });
    expect(end.finished_at).not.toBeNull();
    expect(end.estimated_end_at).toBeNull();
    const items = await itemsOf(api, operation);
    expect(idsOf(items)).toEqual(jobs.scheduled);
    expect(items.every(({ outcome, code, detail }) => outcome === 'done' && code === null && detail === null)).toBe(
      true,
    );
    await counted(here, { scheduled: 3, failed: 5 });
    for (const id of late.scheduled) expect((await api.get(`/api/jobs/${id}`)).status).toBe(200);
    for (const id of jobs.scheduled.slice(0, 3)) expect((await api.get(`/api/jobs/${id}`)).status).toBe(404);
  });

  it('with `Prefer: wait` answer at their end; items have each reason, page by page', async ({ expect }) => {
    const here = await world('waited', { failed: 6, succeeded: 2, resolved: 1 });
    const { base, api, jobs } = here;
    const named = [...jobs.failed, ...jobs.succeeded, ...jobs.resolved, ids.next('job')];
    const asked = { action: 'resolve', job_ids: [...named, named[0]], reason: 'known cause' };
    const finished = await api.post(`${base}/jobs/bulk`, asked, WAIT);
    expect(finished).toMatchObject({
      status: 200,
      body: {
        data: { status: 'completed', matched: 10, done: 6, skipped: 4, failed: 0, filter: null, job_ids: named },
      },
    });
    const path = `/api/bulk-operations/${finished.body.data.id}/items`;
    const items = await itemsOf(api, finished.body.data);
    expect(items.map(({ job_id: id, outcome, code }) => [id, outcome, code])).toEqual([
      ...jobs.failed.map((id) => [id, 'done', null]),
      ...jobs.succeeded.map((id) => [id, 'skipped', 'job_already_succeeded']),
      ...jobs.resolved.map((id) => [id, 'skipped', 'job_already_resolved']),
      [named.at(-1), 'skipped', 'not_found'],
    ]);
    for (const { code, detail } of items.slice(6)) {
      expect(detail).not.toBe(code);
      expect(detail).toMatch(/^[A-Z].* .*/);
    }
    expect(items.at(-1)?.detail).toBe('The account has no such job, or it has been deleted');
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Answer = await api.get(`${path}?limit=4${from}`);
      pages.push(idsOf(page.body.data));
      cursor = page.body.page.next_cursor;
    }
    expect(pages.flat()).toEqual(named);
    expect(pages.map((page) => page.length)).toEqual([4, 4, 2]);
    const left = await api.get(`${path}?outcome=skipped&outcome=failed&limit=2&offset=1`);
    expect(idsOf(left.body.data)).toEqual(named.slice(7, 9));
    expect((await api.get(`${path}?outcome=failed`)).body).toMatchObject({ data: [], page: { next_cursor: null } });
    const foreign = await api.get(`${path}?outcome=done&cursor=${encodeURIComponent(left.body.page.next_cursor)}`);
    expect(foreign).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    for (const query of ['outcome=lost', 'limit=0', 'what=1'])
      expect((await api.get(`${path}?${query}`)).status, query).toBe(422);
    await counted(here, { succeeded: 2, resolved: 7 });
    const { body } = await api.get(`/api/jobs/${jobs.failed[0]}`);
    expect(body.data).toMatchObject({
      resolution: { note: 'known cause', by: 'ann' },
      resolved_at: expect.any(String),
    });
  });

  it('count from the beginning with an offset beyond the bound of one request', async ({ expect }) => {
    const account = 'acc_bulk_offset';
    const api = await apiOf(stack, account);
    const jobs = Array.from({ length: 200 }, () => ids.next('job'));
    const operation = { id: ids.next('blk') };
    const chunks = Array.from({ length: 40 }, (_, at) => jobs.slice(at * 5, at * 5 + 5));
    const requestedThen = iso(BEGAN);
    const events: readonly BulkEvent[] = [
      ...chunks.flatMap((chunk): BulkEvent[] => [
        { type: 'BulkChunkSelected', data: { job_ids: chunk, position: null, last: false } },
        {
          type: 'BulkChunkApplied',
          data: { results: chunk.map((id) => ({ job_id: id, outcome: 'done', code: null })) },
        },
      ]),
      { type: 'BulkFinished', data: { outcome: 'completed' } },
    ];
    const event = (content: BulkEvent, version: number) => ({
      streamId: operation.id,
      version,
      accountId: account,
      actor: { kind: 'user', id: 'ann' } as const,
      at: requestedThen,
      event: content,
    });
    const asked: BulkEvent = {
      type: 'BulkRequested',
      data: {
        action: 'delete',
        filter: null,
        job_ids: jobs,
        created_before: requestedThen,
        limit: null,
        reason: null,
        rate_per_second: 1,
        expected: 200,
      },
    };
    const log = dynamoEventLog(client(), stack.environment.EVENTS_TABLE ?? '', ids);
    await log.append([event(asked, 1), ...events.map((content, at) => event(content, at + 2))]);
    expect(idsOf(await itemsOf(api, operation))).toEqual(jobs);
    const path = `/api/bulk-operations/${operation.id}/items`;
    const page = await api.get(`${path}?offset=187&limit=10`);
    expect(idsOf(page.body.data)).toEqual(jobs.slice(187, 197));
    const next = await api.get(`${path}?limit=10&cursor=${encodeURIComponent(page.body.page.next_cursor)}`);
    expect(idsOf(next.body.data)).toEqual(jobs.slice(197));
    expect((await api.get(`${path}?offset=10000`)).body).toMatchObject({ data: [], page: { next_cursor: null } });
  });

  it('delete by words, age and number', async ({ expect }) => {
    const here = await world('narrow', { scheduled: 6, failed: 6 });
    const { base, api, jobs } = here;
    const limited = await api.post(`${base}/jobs/search-delete`, { query: 'auth_failed', limit: 2 }, WAIT);
    expect(limited.body.data).toMatchObject({ status: 'completed', matched: 2, done: 2, limit: 2, expected: 2 });
    expect(idsOf(await itemsOf(api, limited.body.data))).toEqual(jobs.failed.slice(0, 2));
    await until(
      () => api.post(`${base}/jobs/search-delete`, { older_than: '1m', dry_run: true }),
      ({ body }) => body.data.matched === 10,
    );
    const young = await api.post(
      `${base}/jobs/search-delete`,
      { filter: { status: 'failed' }, older_than: '1d' },
      WAIT,
    );
    expect(young.body.data).toMatchObject({ status: 'completed', matched: 0 });
    const { filter, created_at: at } = young.body.data;
    expect(Date.parse(at) - Date.parse(filter.created_at.lt)).toBe(86_400_000);
    await counted(here, { scheduled: 6, failed: 4 });
  });

  it('are listed for the account, newest first', async ({ expect }) => {
    const { base, api } = await world('listed', { scheduled: 1 });
    const made: string[] = [];
    for (const query of ['one', 'two', 'three'])
      made.unshift((await api.post(`${base}/jobs/search-delete`, { query })).body.data.id);
    const listed = await until(
      () => everyItem(api, `${base}/bulk-operations`),
      (items) => items.length === 3 && items.every(({ status }) => status === 'completed'),
    );
    expect(listed.map(({ id }) => id)).toEqual(made);
    expect(listed[0]).toEqual((await api.get(`/api/bulk-operations/${made[0]}`)).body.data);
    const first = await api.get(`${base}/bulk-operations?limit=2`);
    const cursor = encodeURIComponent(first.body.page.next_cursor);
    const second = await api.get(`${base}/bulk-operations?limit=2&cursor=${cursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }) => id)).toEqual(made);
    expect(second.body.page.next_cursor).toBeNull();
  });

  it('stop at the end of the chunk after an abort; the remaining jobs stay unchanged', async ({ expect }) => {
    const here = await world('abort', { scheduled: 200 });
    const { base, api } = here;
    const asked = { action: 'delete', filter: { status: 'scheduled' }, reason: 'oh no', rate_per_second: 8 };
    const { body } = await api.post(`${base}/jobs/bulk`, asked);
    const path = `/api/bulk-operations/${body.data.id}`;
    const seen = await until(
      () => api.get(path),
      (answer) => answer.body.data.done > 0,
    );
    expect(seen.headers.get('etag')).toBe(`"${seen.body.data.version}"`);
    expect(
      await api.post(`${path}/abort`, { reason: 'wrong' }, { 'if-match': `"${seen.body.data.version - 1}"` }),
    ).toMatchObject({ status: 412, body: { code: 'version_conflict' } });
    const stop = () => api.post(`${path}/abort`, { reason: 'the wrong filter' }, { 'idempotency-key': 'stop' });
    expect(await stop()).toMatchObject({ status: 200, body: { data: { aborting: true } } });
    // The chunk may have ended in the meantime.
    expect([200, 409]).toContain((await api.post(`${path}/abort`)).status);
    const end = await ended(api, body.data);
    expect(end).toMatchObject({ status: 'aborted', aborting: true, skipped: 0, failed: 0, estimated_end_at: null });
    expect(end.done).toBeGreaterThan(0);
    expect(end.done).toBeLessThan(200);
    expect(await itemsOf(api, body.data)).toHaveLength(end.done);
    expect((await stop()).status, 'the same request again').toBe(200);
    expect(await api.post(`${path}/abort`)).toMatchObject({ status: 409, body: { code: 'bulk_not_running' } });
    expect(await api.post(`${path}/abort`, { why: 'no such field' })).toMatchObject({ status: 422 });
    await counted(here, { scheduled: 200 - end.done });
    const { body: logs } = await api.get(`${base}/logs?action=bulk_abort_requested`);
    expect(logs.data).toMatchObject([
      { subject_id: body.data.id, data: { reason: 'the wrong filter' }, actor: { kind: 'user', id: 'ann' } },
    ]);
  });

  it('are aborted with If-Match only at that version', async ({ expect }) => {
    const { base, api } = await world('matched', { scheduled: 30 });
    const asked = { action: 'resolve', filter: { status: 'scheduled' }, reason: 'slowly', rate_per_second: 1 };
    const { body } = await api.post(`${base}/jobs/bulk`, asked);
    const path = `/api/bulk-operations/${body.data.id}`;
    const accepted = await until(
      async () => {
        const { headers } = await api.get(path);
        return api.post(`${path}/abort`, {}, { 'if-match': headers.get('etag') ?? '' });
      },
      ({ status }) => status === 200,
    );
    expect(accepted.body.data.aborting).toBe(true);
    expect((await ended(api, body.data)).status).toBe('aborted');
  });

  it('are in the audit: who deleted which jobs, by which filter, when and why, after the jobs are gone', async ({
    expect,
  }) => {
    const { account, base, api, jobs } = await world('audit', { failed: 7, scheduled: 1 });
    const asked = { filter: { status: 'failed', created_at: { gte: '-1d' } }, reason: 'ticket 4711' };
    const finished = await api.post(`${base}/jobs/search-delete`, asked, WAIT);
    const operation = finished.body.data;
    expect(operation).toMatchObject({ status: 'completed', done: 7 });
    const [gone = ''] = jobs.failed;
    expect((await api.get(`/api/jobs/${gone}`)).status).toBe(404);

    const logs = await until(
      () => everyItem(api, `${base}/logs`),
      (entries) => entries.length >= 9,
    );
    expect(logs.map(({ action }) => action).toSorted()).toEqual([
      'bulk_finished',
      'bulk_requested',
      ...jobs.failed.map(() => 'job_deleted'),
    ]);
    const [entry, ...more] = logs.filter(({ subject_id: id }) => id === gone);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      subject: 'job',
      action: 'job_deleted',
      account_id: account,
      actor: { kind: 'user', id: 'ann' },
      data: { reason: 'ticket 4711', bulk_id: operation.id },
    });
    const asking = await api.get(`${base}/logs?subject=bulk_operation&subject_id=${entry.data.bulk_id}`);
    expect(asking.body.data.map(({ action }: Json) => action)).toEqual(['bulk_finished', 'bulk_requested']);
    expect(asking.body.data[1]).toMatchObject({
      actor: { kind: 'user', id: 'ann' },
      request_id: finished.headers.get('x-request-id'),
      at: operation.created_at,
      data: {
        action: 'delete',
        reason: 'ticket 4711',
        filter: {
          status: ['failed'],
          created_at: { gte: iso(Date.parse(operation.created_at) - 86_400_000), lt: operation.created_at },
        },
      },
    });
    expect((await api.get(`/api/logs/${asking.body.data[1].id}`)).body.data).toEqual(asking.body.data[1]);
    const byRequest = await api.post(`${base}/logs/search`, {
      filter: { request_id: finished.headers.get('x-request-id') },
    });
    expect(byRequest.body.data.map(({ action }: Json) => action)).toContain('bulk_requested');
    const deleted = await api.post(`${base}/logs/search`, { filter: { action: 'job_deleted' }, limit: 100 });
    expect(deleted.body.data.map(({ subject_id: id }: Json) => id).toSorted()).toEqual(jobs.failed.toSorted());
  });

  it('are shown by the jobs they last changed, and found by that', async ({ expect }) => {
    const { base, api, jobs } = await world('retried', { failed: 5, scheduled: 4 });
    const asked = { action: 'retry', filter: { last_error_code: 'auth_failed' }, reason: 'the outage is over' };
    const { body } = await api.post(`${base}/jobs/bulk`, asked, WAIT);
    expect(body.data).toMatchObject({ status: 'completed', done: 5, expected: 5 });
    const found = await until(
      () => api.get(`${base}/jobs?bulk_id=${body.data.id}&limit=100`),
      (answer) => answer.body.data.length === 5,
    );
    expect(found.body.data.map(({ id }: Json) => id).toSorted()).toEqual(jobs.failed.toSorted());
    for (const job of found.body.data) expect(job.bulk_id).toBe(body.data.id);
    const searched = await api.post(`${base}/jobs/search`, { filter: { bulk_id: body.data.id }, limit: 100 });
    expect(searched.body.data).toHaveLength(5);
    const events = await api.get(`/api/jobs/${jobs.failed[0]}/events?limit=100`);
    expect(events.body.data.filter(({ type }: Json) => type === 'JobRetryRequested')).toMatchObject([
      { actor: { kind: 'user', id: 'ann' }, data: { reason: 'the outage is over', bulk_id: body.data.id } },
    ]);
  });

  it('of another account answer like unknown ones, to the byte', async ({ expect }) => {
    const { base, api } = await world('own', { scheduled: 1 });
    const { body } = await api.post(`${base}/jobs/search-delete`, { query: 'nothing' }, WAIT);
    const stranger = await apiOf(stack, 'acc_bulk_stranger');
    const paths = (id: string) =>
      [
        ['GET', `/api/bulk-operations/${id}`],
        ['GET', `/api/bulk-operations/${id}/items`],
        ['POST', `/api/bulk-operations/${id}/abort`],
      ] as const;
    const missing = paths(ids.next('blk'));
    for (const [at, [method, path]] of paths(body.data.id).entries()) {
      const foreign = await stranger.request(method, path);
      const none = await stranger.request(method, missing[at]?.[1] ?? '');
      expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(withoutRequest(foreign)).toBe(withoutRequest(none));
    }
    expect((await stranger.get(`${base}/bulk-operations`)).status).toBe(403);
    const foreignJob = (await everyItem(api, `${base}/jobs`))[0].id;
    const theirs = { action: 'delete', job_ids: [foreignJob], reason: 'mischief' };
    const tried = await stranger.post('/api/accounts/acc_bulk_stranger/jobs/bulk', theirs, WAIT);
    expect(tried.body.data).toMatchObject({ status: 'completed', done: 0, skipped: 1 });
    expect(await itemsOf(stranger, tried.body.data)).toMatchObject([{ job_id: foreignJob, code: 'not_found' }]);
    expect((await api.get(`/api/jobs/${foreignJob}`)).status).toBe(200);
  });
});
