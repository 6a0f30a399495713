/** Facets of a search: how many of the matches there are by value of a field. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { facetsOfJobs } from '../../../functions/api/jobs/facets.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { noServers } from '../../fixtures/connections.ts';
import { memoryViews } from '../../fixtures/in-memory.ts';
import { memorySlots } from '../../fixtures/in-memory-slots.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { made } from '../../fixtures/role-world.ts';

const ACCOUNT = 'acc_facets';
const LATER = iso(T0 + 3_600_000);
let api: JobApi;
let one: string;
let two: string;

async function jobOf(credentialId: string, labels: string[], ...events: readonly JobEvent[]): Promise<void> {
  const id = ids.next('job');
  const all = [requested({ credential_id: credentialId, labels }), ...events];
  for (const [at, event] of all.entries())
    await api.log.append([
      {
        ...{ streamId: id, version: at + 1, accountId: ACCOUNT, at: iso(T0 + at), credentialId, event },
        actor: { kind: 'system', id: 'test' },
      },
    ]);
  await api.project(await api.items(id));
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 + 60_000 });
  api = await startJobApi();
  const credential = async (host: string): Promise<string> => {
    const id = await made(api, 'createCredential', ACCOUNT, ACCOUNT, {
      ...{ provider_kind: 'imap', host, port: 993, security_mode: 'ssl_tls', auth_kind: 'password' },
      secret: { username: 'jane@example.com', password: 'correct horse battery staple' },
    });
    await api.project(await api.items(id));
    return id;
  };
  one = await credential('one.example');
  two = await credential('two.example');
  const waits: JobEvent = { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } };
  await jobOf(one, ['vip', 'eu'], started(), failedWith('auth_failed', null));
  await jobOf(one, ['vip'], started(), failedWith('connection_closed', LATER));
  await jobOf(one, [], waits);
  await jobOf(two, ['eu'], started(), failedWith('provider_timeout', null));
  await jobOf(ids.next('pc'), [], started(), succeeded);
});
afterAll(async () => {
  vi.useRealTimers();
  await api?.stop();
});

const search = async (body: Json): Promise<Json> =>
  (await api.call('searchJobs', { account: ACCOUNT, id: ACCOUNT, body })).body;
const NOT_ASKED = { host: null, credential_id: null, label: null, waiting_on: null };
const COUNTED = {
  status: { failed: 2, retrying: 1, queued: 1, succeeded: 1 },
  action: { imap_sync_messages: 5 },
  last_error_code: { auth_failed: 1, connection_closed: 1, provider_timeout: 1 },
  last_error_category: { authentication: 1, transient: 2 },
};

describe('facets', () => {
  it('count by status, action, error code and category with `facets: true`', async () => {
    const { facets } = await search({ facets: true });
    const counted = { ...COUNTED, ...NOT_ASKED, cut: [] };
    // Without a filter they come from the counters, which follow the jobs; with one the matches are counted.
    expect(facets).toEqual({ ...counted, exact: false });
    const filter = { priority: { gte: 0 } };
    expect((await search({ facets: true, filter })).facets).toEqual({ ...counted, exact: true });
  });

  it('count by the fields that are named, and by no other', async () => {
    const { facets } = await search({ facets: ['host', 'credential_id', 'label', 'waiting_on'] });
    expect(facets).toMatchObject({
      host: { 'one.example:993': 3, 'two.example:993': 1 },
      credential_id: { [one]: 3, [two]: 1 },
      label: { vip: 2, eu: 2 },
      waiting_on: { rate_limited: 1 },
      ...{ status: null, action: null, last_error_code: null, last_error_category: null, exact: true, cut: [] },
    });
    expect(Object.keys(facets.credential_id)).toHaveLength(3);
  });

  it.each([
    [{ host: 'one.example' }, { 'one.example:993': 3 }, { vip: 2, eu: 1 }],
    [{ label: 'eu' }, { 'one.example:993': 1, 'two.example:993': 1 }, { vip: 1, eu: 2 }],
    [{ waiting_on: 'rate_limited' }, { 'one.example:993': 1 }, {}],
    [{ last_error_category: 'transient', status: 'failed' }, { 'two.example:993': 1 }, { eu: 1 }],
  ])('count only the jobs that match %j', async (filter, host, label) => {
    const { facets, data } = await search({ filter, facets: ['host', 'label'] });
    expect(facets).toMatchObject({ host, label, status: null, exact: true });
    const sorted = await search({ filter, facets: ['host', 'label'], sort: '-last_error_at' });
    expect(sorted.data.length).toBe(data.filter((job: Json) => job.last_error_at !== null).length);
  });

  it.each([
    ['an unknown field', ['hosts']],
    ['no field', []],
    ['a field without facets', ['payload']],
    ['a text', 'host'],
  ])('are refused for %s', async (_, facets) => {
    const reply = await api.call('searchJobs', { account: ACCOUNT, id: ACCOUNT, body: { facets } });
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('show the 100 most frequent values, and name the fields that have more', async () => {
    const labels = Array.from({ length: 101 }, (_, n) => `label-${n}`);
    const jobs = [...labels, ...labels.slice(1)].flatMap(
      (label) => foldJob(stream([requested({ labels: [label] })])) ?? [],
    );
    const read = { views: memoryViews(), slots: memorySlots(), leases: { read: async () => null } };
    const ports = { ...read, serversOf: noServers };
    const facets = await facetsOfJobs({ jobs, exact: true }, ['label', 'status'], ports, T0);
    expect(Object.keys(facets.label ?? {})).toHaveLength(100);
    expect(facets.label).not.toHaveProperty('label-0');
    expect(facets).toMatchObject({ status: { queued: 201 }, cut: ['label'], exact: true });
  });
});

describe('the list of jobs in a URL', () => {
  it.each([
    ['last_error_category=transient', 2],
    ['last_error_category=transient&last_error_category=authentication', 3],
    ['label=vip', 2],
    ['label=vip&label=eu', 3],
    ['waiting_on=rate_limited', 1],
    ['host=two.example:993&label=eu', 1],
    ['host=nowhere.example', 0],
  ])('takes %s', async (query, count) => {
    const reply = await api.call('listJobs', { account: ACCOUNT, id: ACCOUNT, query });
    expect(reply.status).toBe(200);
    expect(reply.body.data).toHaveLength(count);
  });

  it.each(['last_error_category=none', 'label=', 'waiting_on=nothing', 'labels=vip'])('refuses %s', async (query) => {
    const reply = await api.call('listJobs', { account: ACCOUNT, id: ACCOUNT, query });
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});
