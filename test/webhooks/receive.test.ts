import { describe, expect, it } from 'vitest';
import { ids } from '../../functions/adapters/ids/ids.ts';
import { foldDelivery } from '../../functions/domain/webhook/delivery.ts';
import type { WebhookEndpoint } from '../../functions/domain/webhook/endpoint.ts';
import type { EventLog } from '../../functions/ports/event-log.ts';
import { MAX_BODY_BYTES } from '../../functions/webhooks/providers/provider.ts';
import { receive } from '../../functions/webhooks/receive.ts';
import { refusalCounter } from '../../functions/webhooks/refusals.ts';
import type { WebhookPorts } from '../../functions/webhooks/webhook-ports.ts';
import { memoryEventLog } from '../fixtures/in-memory.ts';
import {
  GENUINE,
  graphLifecycle,
  graphRequest,
  json,
  NOW,
  SUBSCRIPTION,
  standardRequest,
  TENANT,
  TEXT,
} from './providers/genuine.ts';

const ACCOUNT = 'acc_1';
const CREDENTIAL = ids.derive('pc', ['one']);
const origin = { version: 1, accountId: ACCOUNT, actor: { kind: 'user', id: 'ann' } as const };

/** One credential with the reference `ref-1` and the user name `ann@example.com`, and endpoints that lead to it. */
async function world(disturb: Partial<Pick<WebhookPorts, 'now'>> & { append?: EventLog['append'] } = {}) {
  const log = memoryEventLog();
  const at = new Date(NOW).toISOString();
  const added = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'password' } };
  await log.append([{ ...origin, streamId: CREDENTIAL, at, event: added }]);
  const finds: string[] = [];
  const told: Readonly<Record<string, number>>[] = [];
  let settings: Record<string, unknown> = {};
  let secrets: readonly string[] = [];
  const ports: WebhookPorts = {
    log,
    ids,
    webhooks: { open: async () => ({ settings, secrets }) },
    finder: {
      async find(accountId, kind, value) {
        finds.push(`${kind} ${value}`);
        const known = { external_ref: ['ref-1', 'sub-1', SUBSCRIPTION], username: ['ann@example.com'] };
        return accountId === ACCOUNT && known[kind].includes(value) ? [CREDENTIAL] : [];
      },
    },
    verifyToken: async () => null,
    refusals: refusalCounter((counts) => told.push(counts)),
    now: () => NOW,
    ...disturb,
  };
  return {
    log,
    ports,
    finds,
    told,
    async endpoint(
      provider: WebhookEndpoint['provider'],
      target: WebhookEndpoint['target'],
      given: { settings?: Record<string, unknown>; secrets: readonly string[] },
    ) {
      settings = given.settings ?? {};
      secrets = given.secrets;
      const id = ids.derive('whk', [provider]);
      const asked = { action: 'imap_sync_messages', payload: { folder: 'INBOX', full: false } };
      const data = { provider, target, ...asked, event_types: null, enabled: true, silent_after: null };
      await log.append([{ ...origin, streamId: id, at, event: { type: 'WebhookEndpointCreated', data } }]);
      return id;
    },
    deliveries: () =>
      log.all.flatMap((event) => (event.type === 'DeliveryReceived' ? (foldDelivery([event]) ?? []) : [])),
  };
}

const graph = { secrets: [TEXT], settings: { tenant_id: TENANT } };
/** The smallest possible item of Graph. */
const smallItem = (n: number) => ({
  subscriptionId: 'sub-1',
  tenantId: TENANT,
  clientState: TEXT,
  changeType: 'c',
  resourceData: { id: `${n}`, '@odata.etag': '' },
});
function fullRequest() {
  const size = JSON.stringify(smallItem(9_999)).length + 1;
  const count = Math.floor((MAX_BODY_BYTES - 20) / size);
  return { count, request: graphRequest(...Array.from({ length: count }, (_, n) => smallItem(n))) };
}

describe('a request of maximum size', () => {
  it('has a delivery for each of its events, once however often it arrives, and looks up its mailbox once', async () => {
    const { endpoint, ports, finds, deliveries } = await world();
    const id = await endpoint('microsoft_graph', { match: 'external_ref' }, graph);
    const { count, request } = fullRequest();
    expect(count).toBeGreaterThan(1_000);
    expect(await receive(id, request, NOW, ports)).toMatchObject({
      status: 202,
      fresh: count,
      repeated: 0,
      ignored: 0,
    });
    expect(await receive(id, request, NOW, ports)).toMatchObject({ status: 202, fresh: 0, repeated: count });
    expect(deliveries()).toHaveLength(count);
    expect(deliveries().every(({ request: asked }) => asked?.credential_id === CREDENTIAL)).toBe(true);
    expect(finds).toHaveLength(2);
  });

  it('is not answered as accepted when there is no time for all of it, and the rest is stored with the next one', async () => {
    let appends = 0;
    const { endpoint, ports, deliveries, log } = await world();
    const slow: WebhookPorts = {
      ...ports,
      now: () => NOW + appends * 10,
      log: {
        ...log,
        append(events) {
          appends += 1;
          return log.append(events);
        },
      },
    };
    const id = await endpoint('microsoft_graph', { match: 'external_ref' }, graph);
    const { count, request } = fullRequest();
    await expect(receive(id, request, NOW, slow)).rejects.toThrow(/too long/);
    expect(deliveries().length).toBeGreaterThan(0);
    expect(deliveries().length).toBeLessThan(count);
    expect(await receive(id, request, NOW, ports)).toMatchObject({ status: 202 });
    expect(deliveries()).toHaveLength(count);
  });
});

it('a request with an event that cannot be stored is not accepted, and all its other events are stored', async () => {
  const { endpoint, ports, deliveries, log } = await world();
  const items = Array.from({ length: 120 }, (_, n) => ({
    ...smallItem(n),
    subscriptionId: n === 3 ? 'sub-2' : 'sub-1',
  }));
  const broken = new Error('the credential cannot be read');
  const failing: WebhookPorts = {
    ...ports,
    finder: {
      find: async (account, kind, value) => {
        if (value === 'sub-2') throw broken;
        return ports.finder.find(account, kind, value);
      },
    },
  };
  const id = await endpoint('microsoft_graph', { match: 'external_ref' }, graph);
  await expect(receive(id, graphRequest(...items), NOW, failing)).rejects.toBe(broken);
  expect(deliveries()).toHaveLength(119);
  expect(await receive(id, graphRequest(...items), NOW, { ...ports, log })).toMatchObject({ fresh: 1, repeated: 119 });
  expect(deliveries()).toHaveLength(120);
});

describe('an endpoint that finds the mailbox by its name', () => {
  it.each([
    ['username', { external_ref: 'crm-9', username: 'ann@example.com' }],
    ['external_ref', { external_ref: 'ref-1', username: 'nobody@example.com' }],
  ] as const)('by %s uses that one of the two names in an event', async (match, data) => {
    const { endpoint, ports, deliveries } = await world();
    const { secrets } = GENUINE.standard.verification;
    const id = await endpoint('standard', { match }, { secrets });
    expect(await receive(id, standardRequest(json({ data })), NOW, ports)).toMatchObject({ fresh: 1 });
    expect(deliveries()).toMatchObject([{ reason: null, request: { credential_id: CREDENTIAL } }]);
  });
});

describe('a lifecycle notification of Graph that names its tenant in organizationId', () => {
  it('has its delivery and leads to its mailbox, although another item is of another organization', async () => {
    const { endpoint, ports, deliveries, log } = await world();
    const id = await endpoint('microsoft_graph', { match: 'external_ref' }, graph);
    const foreign = { ...graphLifecycle, organizationId: SUBSCRIPTION };
    const answer = await receive(id, graphRequest(foreign, graphLifecycle), NOW, ports);
    expect(answer).toEqual({ kind: 'accepted', status: 202, fresh: 1, repeated: 0, ignored: 1 });
    const kept = log.all.filter(({ type }) => type === 'DeliveryReceived');
    expect(kept).toMatchObject([{ data: { event_type: 'lifecycle.reauthorizationRequired', reason: null } }]);
    expect(deliveries()).toMatchObject([{ request: { credential_id: CREDENTIAL } }]);
  });

  it('is refused when it names no tenant or another one, and has no delivery', async () => {
    const { endpoint, ports, deliveries } = await world();
    const id = await endpoint('microsoft_graph', { match: 'external_ref' }, graph);
    for (const organizationId of [undefined, null, SUBSCRIPTION]) {
      const answer = await receive(id, graphRequest({ ...graphLifecycle, organizationId }), NOW, ports);
      expect(answer).toEqual({ kind: 'refused', status: 401, reason: 'bad_signature' });
    }
    expect(deliveries()).toEqual([]);
  });
});

describe('a refused request', () => {
  it('is counted, also for an unknown endpoint or a too large body, and sampled if there is an endpoint', async () => {
    const { endpoint, ports, log, told } = await world();
    const { secrets } = GENUINE.standard.verification;
    const id = await endpoint('standard', { match: 'username' }, { secrets });
    const request = standardRequest(json({}));
    const large = { ...request, body: new Uint8Array(MAX_BODY_BYTES + 1) };
    for (let time = 0; time < 2; time += 1) {
      expect(await receive(id, large, NOW, ports)).toMatchObject({ kind: 'refused', status: 413 });
      expect(await receive('whk_nobody', request, NOW, ports)).toEqual({ kind: 'unknown_endpoint' });
      expect(await receive(ids.derive('whk', [`${time}`]), request, NOW, ports)).toEqual({ kind: 'unknown_endpoint' });
    }
    await receive('', request, NOW + 600_000, ports);
    const counts = new Map<string, number>();
    for (const [key, count] of told.flatMap((each) => Object.entries(each)))
      counts.set(key, (counts.get(key) ?? 0) + count);
    expect([...counts].sort()).toEqual([
      ['- unknown_endpoint', 5],
      [`${id} too_large`, 2],
    ]);
    const samples = log.all.filter(({ type }) => type === 'DeliveryRefused');
    expect(samples).toMatchObject([{ data: { endpoint_id: id, reason: 'too_large' } }]);
  });
});
