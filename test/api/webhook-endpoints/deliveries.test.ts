/** What is shown of the deliveries to an endpoint: lists with filters, one alone, and the counts of the last day. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { countDeliveries } from '../../../functions/deliveries/count-deliveries.ts';
import { WEBHOOK_PROJECTION } from '../../../functions/domain/views/webhook-views.ts';
import { SAMPLE_EVENT_TYPE } from '../../../functions/domain/webhook/delivery.ts';
import { iso, T0 } from '../../domain/job/job-stream.ts';
import type { Json } from '../../fixtures/api.ts';
import { memoryViews } from '../../fixtures/in-memory.ts';
import { type JobApi, startJobApi } from '../../fixtures/job-api.ts';
import { made } from '../../fixtures/role-world.ts';

const ACCOUNT = 'acc_deliveries';
const HOUR = 3_600_000;
const NOW = T0 + 48 * HOUR;
let api: JobApi;
let endpoint: string;
let empty: string;
const deliveries: { id: string; at: string; verified: boolean; reason: string | null; type: string | null }[] = [];

const newEndpoint = (account: string): Promise<string> =>
  made(api, 'createWebhookEndpoint', account, account, {
    ...{ provider: 'standard', target: { match: 'external_ref' } },
    ...{ action: 'imap_sync_messages', payload: { folder: 'INBOX' } },
  });

async function deliver(hoursAgo: number, reason: string | null, type: string | null = 'message.created') {
  const id = ids.next('dlv');
  const at = iso(NOW - hoursAgo * HOUR);
  const verified = type !== null;
  const received = { endpoint_id: endpoint, event_id: id, event_type: type, event_at: null, request: null, reason };
  const event = verified
    ? { type: 'DeliveryReceived', data: received }
    : { type: 'DeliveryRefused', data: { endpoint_id: endpoint, reason } };
  const actor = { kind: 'provider', id: 'standard' } as const;
  await api.log.append([{ streamId: id, version: 1, accountId: ACCOUNT, actor, at, event }]);
  await api.project(await api.items(id));
  deliveries.push({ id, at, verified, reason, type });
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  api = await startJobApi();
  endpoint = await newEndpoint(ACCOUNT);
  empty = await newEndpoint(ACCOUNT);
  await deliver(47, 'no_match');
  await deliver(30, null);
  await deliver(26, 'bad_signature', null);
  await deliver(24, 'filtered');
  await deliver(23, 'bad_signature', null);
  await deliver(5, 'no_match');
  await deliver(4, 'expired', null);
  await deliver(3, null, SAMPLE_EVENT_TYPE);
  await deliver(1, null);
});
afterAll(async () => {
  vi.useRealTimers();
  await api?.stop();
});

const list = async (query: string, id = endpoint): Promise<Json> =>
  (await api.call('listDeliveries', { account: ACCOUNT, id, query, role: 'viewer' })).body;
type Delivery = (typeof deliveries)[number];

describe('the list of deliveries', () => {
  it.each<[string, (delivery: Delivery) => boolean]>([
    ['', () => true],
    ['verified=true', ({ verified }) => verified],
    ['verified=false', ({ verified }) => !verified],
    ['reason=no_match', ({ reason }) => reason === 'no_match'],
    ['reason=no_match&reason=expired', ({ reason }) => reason === 'no_match' || reason === 'expired'],
    ['since=-24h', ({ at }) => at >= iso(NOW - 24 * HOUR)],
    [`since=${iso(NOW - 5 * HOUR)}`, ({ at }) => at >= iso(NOW - 5 * HOUR)],
    [
      'since=-1d&verified=false&reason=bad_signature',
      ({ at, reason }) => at >= iso(NOW - 24 * HOUR) && reason === 'bad_signature',
    ],
    ['reason=too_large', () => false],
  ])('takes the filter "%s", also page by page', async (query, wanted) => {
    const expected = deliveries
      .filter(wanted)
      .map(({ id }) => id)
      .reverse();
    const whole = await list(query);
    expect(whole.data.map(({ id }: Json) => id)).toEqual(expected);
    expect(whole.page.next_cursor).toBeNull();
    const paged: string[] = [];
    let cursor = '';
    do {
      const page: Json = await list(`${query}&limit=1${cursor}`);
      paged.push(...page.data.map(({ id }: Json) => id));
      cursor = page.page.next_cursor === null ? '' : `&cursor=${encodeURIComponent(page.page.next_cursor)}`;
      // A relative time is relative to the first page.
      vi.setSystemTime(Date.now() + HOUR / 4);
    } while (cursor !== '');
    vi.setSystemTime(NOW);
    expect(paged).toEqual(expected);
  });

  it.each(['verified=yes', 'reason=none', 'since=yesterday', 'verified=true&verified=false', 'status=refused'])(
    'refuses %s',
    async (query) => {
      const reply = await api.call('listDeliveries', { account: ACCOUNT, id: endpoint, query });
      expect(reply).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    },
  );

  it('refuses a cursor of another filter', async () => {
    const { page } = await list('verified=true&limit=1');
    const query = `verified=false&limit=1&cursor=${encodeURIComponent(page.next_cursor)}`;
    const reply = await api.call('listDeliveries', { account: ACCOUNT, id: endpoint, query });
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});

describe('one delivery', () => {
  it('is shown as the list shows it', async () => {
    for (const shown of (await list('')).data) {
      const reply = await api.call('getDelivery', { account: ACCOUNT, id: shown.id, role: 'viewer' });
      expect(reply).toMatchObject({ status: 200, body: { data: { ...shown, webhook_endpoint_id: endpoint } } });
    }
  });

  it('is not found by another account, nor when it does not exist', async () => {
    const [first] = deliveries;
    for (const [account, id] of [
      ['acc_stranger', first?.id ?? ''],
      [ACCOUNT, ids.next('dlv')],
      [ACCOUNT, ids.next('job')],
    ] as const)
      expect(await api.call('getDelivery', { account, id })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
  });
});

describe('the last 24 hours of an endpoint', () => {
  it('are counted without samples of our own', async () => {
    const shown = await api.call('getWebhookEndpoint', { account: ACCOUNT, id: endpoint, role: 'viewer' });
    expect(shown.body.data.last_24h).toEqual({ verified: 3, refused: 2, exact: true });
    const other = await api.call('getWebhookEndpoint', { account: ACCOUNT, id: empty, role: 'viewer' });
    expect(other.body.data.last_24h).toEqual({ verified: 0, refused: 0, exact: true });
  });

  it('say when there were more than are counted', async () => {
    const row = (await api.views.get([endpoint], { consistent: true })).get(endpoint);
    const known = row === undefined ? null : WEBHOOK_PROJECTION.fromRow(row);
    if (known === null) await api.project(await api.items(endpoint));
    const again = (await api.views.get([endpoint], { consistent: true })).get(endpoint);
    const stored = again === undefined ? null : WEBHOOK_PROJECTION.fromRow(again);
    if (stored === null) throw new Error('the endpoint has no row');
    const views = memoryViews();
    const entries = Array.from({ length: 1_001 }, (_, n) => ({ id: `dlv_${n}`, sort: `${iso(NOW - n)}#dlv_${n}` }));
    const many = {
      ...views,
      page: async ({ limit }: { readonly limit: number }) => ({ entries: entries.slice(0, limit), more: false }),
    };
    expect(await countDeliveries(many, stored, NOW)).toEqual({ verified: 1_000, refused: 0, exact: false });
  });
});

describe('the list of bulk operations', () => {
  it('takes a status', async () => {
    const bulk = async (job: string): Promise<string> =>
      (
        await api.call('bulkJobs', {
          account: ACCOUNT,
          id: ACCOUNT,
          role: 'member',
          body: { action: 'resolve', job_ids: [job], reason: 'x' },
        })
      ).body.data.id;
    const [first, second] = [await bulk(ids.next('job')), await bulk(ids.next('job'))];
    const end = { type: 'BulkFinished', data: { outcome: 'completed' } };
    const system = { kind: 'system', id: 'test' } as const;
    await api.log.append([
      { streamId: first, version: 2, accountId: ACCOUNT, actor: system, at: iso(NOW), event: end },
    ]);
    for (const id of [first, second]) await api.project(await api.items(id));
    const shown = async (query: string) =>
      (await api.call('listBulkOperations', { account: ACCOUNT, id: ACCOUNT, role: 'viewer', query })).body.data.map(
        ({ id }: Json) => id,
      );
    expect(await shown('status=running')).toEqual([second]);
    expect(await shown('status=completed')).toEqual([first]);
    expect(new Set(await shown('status=completed&status=running'))).toEqual(new Set([first, second]));
    expect(await shown('status=aborted')).toEqual([]);
    const wrong = await api.call('listBulkOperations', { account: ACCOUNT, id: ACCOUNT, query: 'status=done' });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });
});
