/** An operator's questions about failures: since when, and on which mail server. One request each. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import type { DomainEvent } from '../../../functions/domain/event/event.ts';
import { failedWith, requested, started, succeeded } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { startWholeApi, type WholeApi, type WholeCall, type WholeReply } from '../../fixtures/whole-api.ts';

const ACCOUNT = 'acc_one';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The full hour three hours ago. */
const BEGAN = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR;
const iso = (ms: number): string => new Date(ms).toISOString();
const at = (minutes: number): string => iso(BEGAN + minutes * MINUTE);

let api: WholeApi;
/** Credentials by their server; `theirs` belongs to another account. */
const credentials: Record<string, string> = {};
/** Jobs by name. */
const jobs: Record<string, string> = {};

const call = (operation: string, more: Partial<WholeCall> = {}): Promise<WholeReply> =>
  api.call(operation, { accounts: [ACCOUNT], params: { account_id: ACCOUNT }, ...more });

async function ask(operation: string, more: Partial<WholeCall> = {}): Promise<Json> {
  const reply = await call(operation, more);
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.body;
}

const query = (...parameters: [string, string][]): Partial<WholeCall> => ({ query: parameters });
const filtered = (filter: object, more: object = {}): Partial<WholeCall> => ({ body: { filter, ...more } });
const named = (data: readonly Json[]): string[] =>
  data.map(({ id }) => Object.entries(jobs).find(([, job]) => job === id)?.[0] ?? id);

async function credentialAt(host: string, port: number, account = ACCOUNT): Promise<string> {
  const created = await ask('createCredential', {
    accounts: [account],
    params: { account_id: account },
    body: {
      provider_kind: 'imap',
      ...{ host, port, security_mode: port === 993 ? 'ssl_tls' : 'starttls', auth_kind: 'password' },
      secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
    },
  });
  return created.data.id;
}

/** A job of the credential, created at that minute; its further events with their minutes. */
async function job(name: string, credential: string, made: number, ...events: [number, DomainEvent][]): Promise<void> {
  const id = ids.next('job');
  jobs[name] = id;
  const all: [number, DomainEvent][] = [[made, requested({ credential_id: credential })], ...events];
  for (const [index, [minute, event]] of all.entries())
    await api.log.append([
      {
        ...{ streamId: id, version: index + 1, accountId: ACCOUNT, credentialId: credential, event },
        ...{ at: at(minute), actor: { kind: 'worker', id: 'worker-1' } },
      },
    ]);
}

beforeAll(async () => {
  api = await startWholeApi();
  credentials.tls = await credentialAt('mail.example.com', 993);
  credentials.plain = await credentialAt('Mail.example.com', 143);
  credentials.other = await credentialAt('imap.example.org', 993);
  credentials.theirs = await credentialAt('mail.example.com', 993, 'acc_two');
  const { tls = '', plain = '', other = '', theirs = '' } = credentials;
  // Created in one order, failed in another.
  await job('late', tls, 1, [2, started()], [50, failedWith('connection_closed', null)]);
  await job('early', tls, 3, [4, started()], [5, failedWith('connection_closed', null)]);
  await job('retrying', tls, 62, [63, started()], [70, failedWith('provider_timeout', at(100_000))]);
  await job(
    'recovered',
    tls,
    6,
    [7, started()],
    [8, failedWith('connection_closed', at(9))],
    [9, started(2)],
    [10, succeeded],
  );
  await job('plain', plain, 64, [65, started()], [80, failedWith('auth_failed', null)]);
  await job('queued', other, 66);
  await job('crossing', theirs, 67, [68, started()], [69, failedWith('auth_failed', null)]);
  await api.project();
});
afterAll(() => api?.stop());

describe('searches by the time of failure', () => {
  it.each([
    ['failed_at', ['early', 'late', 'crossing', 'plain']],
    ['-failed_at', ['plain', 'crossing', 'late', 'early']],
    ['last_error_at', ['early', 'recovered', 'late', 'crossing', 'retrying', 'plain']],
    ['-last_error_at', ['plain', 'retrying', 'crossing', 'late', 'recovered', 'early']],
  ])('sort failed jobs by %s, page by page, and leave out all others', async (sort, expected) => {
    expect(named((await ask('searchJobs', { body: { sort } })).data)).toEqual(expected);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const body: Json = await ask('searchJobs', { body: { sort, limit: 3, ...(cursor === null ? {} : { cursor }) } });
      expect(body.coverage.complete).toBe(true);
      found.push(...named(body.data));
      cursor = body.page.next_cursor;
    } while (cursor !== null);
    expect(found).toEqual(expected);
    expect(named((await ask('searchJobs', { body: { sort, offset: 2 } })).data)).toEqual(expected.slice(2));
  });

  it('accept a cursor only for the order that it came from', async () => {
    const { page } = await ask('searchJobs', { body: { sort: 'failed_at', limit: 1 } });
    for (const sort of ['last_error_at', '-failed_at', 'created_at'])
      expect((await call('searchJobs', { body: { sort, cursor: page.next_cursor } })).body).toMatchObject({
        status: 400,
        code: 'invalid_cursor',
      });
    expect((await call('searchJobs', { body: { sort: 'updated_at' } })).status).toBe(422);
  });

  it('find jobs by their last failure, in any present status', async () => {
    const period = { gte: at(6), lt: at(51) };
    const found = await ask('searchJobs', filtered({ last_error_at: period }, { sort: 'last_error_at', facets: true }));
    expect(named(found.data)).toEqual(['recovered', 'late']);
    expect(found.facets).toMatchObject({ status: { succeeded: 1, failed: 1 }, exact: true });
    expect(named((await ask('searchJobs', filtered({ last_error_at: period }))).data)).toEqual(['recovered', 'late']);
    const dry = { action: 'retry', reason: 'why', dry_run: true };
    expect((await ask('bulkJobs', filtered({ last_error_at: period }, dry))).data.matched).toBe(2);
    const recent = await ask('searchJobs', filtered({ last_error_at: { gte: '-1m' } }));
    expect(recent.data).toEqual([]);
  });

  it('show in groups the first and the last failure of failed and retrying jobs', async () => {
    const { data } = await ask('jobStats', query(['group_by', 'last_error_code']));
    const times = data.groups.items.map(({ key, total, first_failed_at: first, last_failed_at: last }: Json) => ({
      ...{ key, total, first, last },
    }));
    expect(times).toHaveLength(4);
    expect(times).toEqual(
      expect.arrayContaining([
        { key: 'connection_closed', total: 2, first: at(5), last: at(50) },
        { key: 'auth_failed', total: 2, first: at(69), last: at(80) },
        { key: 'provider_timeout', total: 1, first: at(70), last: at(70) },
        { key: null, total: 1, first: null, last: null },
      ]),
    );
  });

  it('show in a series the first and the last failure of the jobs of each hour', async () => {
    const { data } = await ask('jobStatsSeries', query(['from', at(0)], ['to', at(179)]));
    expect(data.points).toMatchObject([
      { at: at(0), total: 3, first_failed_at: at(5), last_failed_at: at(50) },
      { at: at(60), total: 4, by_status: { queued: 1 }, first_failed_at: at(69), last_failed_at: at(80) },
      { at: at(120), total: 0, first_failed_at: null, last_failed_at: null },
    ]);
    expect(data.coverage).toMatchObject({ from: at(0), to: at(180), complete: true });
  });
});

const ON_TLS = ['retrying', 'recovered', 'early', 'late'];

describe('searches by mail server', () => {
  it('group by host and port', async () => {
    const { data } = await ask('jobStats', query(['group_by', 'host']));
    const totals = data.groups.items.map(({ key, total }: Json) => [key, total]);
    expect(Object.fromEntries(totals)).toEqual({
      'mail.example.com:993': 3,
      'mail.example.com:143': 1,
      'imap.example.org:993': 1,
      null: 1,
    });
  });

  it.each([
    ['mail.example.com:993', ON_TLS],
    ['MAIL.example.com.:143', ['plain']],
    ['mail.example.com', ['plain', ...ON_TLS]],
    ['imap.example.org', ['queued']],
    ['example.com', []],
  ])('filter lists, searches and bulk operations by the host %s', async (host, expected) => {
    expect(named((await ask('listJobs', query(['host', host]))).data)).toEqual(expected.toSorted(byMaking));
    expect(named((await ask('searchJobs', filtered({ host }))).data)).toEqual(expected.toSorted(byMaking));
    const failed = expected.filter((name) => ['early', 'late', 'plain'].includes(name));
    const sorted = await ask('searchJobs', filtered({ host }, { sort: '-failed_at', facets: true }));
    expect(new Set(named(sorted.data))).toEqual(new Set(failed));
    expect(sorted.facets.status).toEqual(failed.length === 0 ? {} : { failed: failed.length });
    const bulk = { action: 'retry', reason: 'why', dry_run: true };
    expect((await ask('bulkJobs', filtered({ host }, bulk))).data.matched).toBe(expected.length);
    expect((await ask('searchDeleteJobs', filtered({ host }, { dry_run: true }))).data.matched).toBe(expected.length);
  });

  it('filter counts, groups and a series by host', async () => {
    const host: [string, string] = ['host', 'mail.example.com:993'];
    const { data } = await ask('jobStats', query(host, ['group_by', 'last_error_code']));
    expect(data).toMatchObject({
      total: 4,
      by_status: { failed: 2, retrying: 1, succeeded: 1, queued: 0 },
      by_error_code: { connection_closed: 2, provider_timeout: 1 },
      coverage: { examined: 7, from: null, to: null, complete: true },
    });
    expect(data.groups.items.map(({ key, total }: Json) => [key, total])).toEqual([
      ['connection_closed', 2],
      ['provider_timeout', 1],
    ]);
    const { data: series } = await ask('jobStatsSeries', query(host, ['from', at(0)], ['to', at(119)]));
    expect(series.points).toMatchObject([
      { total: 3, by_status: { failed: 2, succeeded: 1 }, first_failed_at: at(5), last_failed_at: at(50) },
      { total: 1, by_status: { retrying: 1 }, first_failed_at: at(70), last_failed_at: at(70) },
    ]);
  });

  it('return the exact counts without a host', async () => {
    const { data } = await ask('jobStats');
    expect(data).toMatchObject({ total: 7, coverage: null, groups: null });
    expect((await ask('jobStats', query(['host', 'nowhere.example']))).data).toMatchObject({ total: 0, by_action: {} });
  });

  it("find nothing for the host of another account's credential, for either account", async () => {
    const theirs = { accounts: ['acc_two'], params: { account_id: 'acc_two' } };
    expect((await ask('searchJobs', { ...theirs, ...filtered({ host: 'mail.example.com' }) })).data).toEqual([]);
    const crossing = { host: 'mail.example.com', credential_id: credentials.theirs };
    expect((await ask('searchJobs', filtered(crossing))).data).toEqual([]);
  });

  it('find credentials by host with and without port', async () => {
    const found = async (host: string) =>
      (await ask('searchCredentials', filtered({ host }))).data.map(({ port }: Json) => port).toSorted();
    expect(await found('mail.example.com')).toEqual([143, 993]);
    expect(await found('mail.example.com:143')).toEqual([143]);
    expect(await found('mail.example.com:25')).toEqual([]);
  });

  it.each(['mail example.com', 'jane@mail.example.com', 'mail.example.com/x', '', 'x'.repeat(260)])(
    'refuse %j, which is not a host',
    async (host) => {
      for (const operation of ['listJobs', 'jobStats', 'jobStatsSeries'])
        expect((await call(operation, query(['host', host]))).status, operation).toBe(422);
      expect((await call('searchJobs', filtered({ host }))).status).toBe(422);
    },
  );
});

/** In the order of a list: newest first. */
function byMaking(one: string, other: string): number {
  const order = ['queued', 'plain', 'retrying', 'recovered', 'early', 'late'];
  return order.indexOf(one) - order.indexOf(other);
}
