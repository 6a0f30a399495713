/** Commands on webhook endpoints that run at the same time, or that are interrupted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAuditLog } from '../../../functions/adapters/dynamodb/audit-log.ts';
import { dynamoEventLog } from '../../../functions/adapters/dynamodb/event-log.ts';
import { dynamoViews } from '../../../functions/adapters/dynamodb/views.ts';
import { dynamoWebhookVault } from '../../../functions/adapters/dynamodb/webhook-vault.ts';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import { dynamoCursorSeal } from '../../../functions/adapters/kms/cursor-seal.ts';
import { createWebhookEndpoint } from '../../../functions/api/webhook-endpoints/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from '../../../functions/api/webhook-endpoints/delete-webhook-endpoint.ts';
import { getWebhookEndpoint } from '../../../functions/api/webhook-endpoints/read-webhook-endpoints.ts';
import { rotateWebhookSecret } from '../../../functions/api/webhook-endpoints/rotate-webhook-secret.ts';
import { testWebhookEndpoint } from '../../../functions/api/webhook-endpoints/test-webhook-endpoint.ts';
import { updateWebhookEndpoint } from '../../../functions/api/webhook-endpoints/update-webhook-endpoint.ts';
import type { WebhookEndpointPorts } from '../../../functions/api/webhook-endpoints/webhook-endpoint-ports.ts';
import { toLogEntry } from '../../../functions/domain/audit/entry.ts';
import { type Operation, ROUTES } from '../../../functions/http/routes.ts';
import { serve } from '../../../functions/http/serve.ts';
import type { EventLog } from '../../../functions/ports/event-log.ts';
import type { WebhookVault } from '../../../functions/ports/webhook-vault.ts';
import type { WebhookRequest } from '../../../functions/webhooks/providers/provider.ts';
import { receive } from '../../../functions/webhooks/receive.ts';
import { refusalCounter } from '../../../functions/webhooks/refusals.ts';
import type { Json } from '../../fixtures/api.ts';
import { type Dynoxide, startDynoxide } from '../../fixtures/dynoxide.ts';
import { gatewayEvent } from '../../fixtures/gateway-event.ts';
import { type LocalVault, startVault } from '../../fixtures/kms.ts';
import { lambdaContext } from '../../fixtures/lambda-context.ts';
import { noQuotas } from '../../fixtures/no-quotas.ts';

const ACCOUNT = 'acc_one';
let local: LocalVault;
let engine: Dynoxide;
beforeAll(async () => {
  [local, engine] = await Promise.all([startVault(), startDynoxide()]);
});
afterAll(() => Promise.all([local?.stop(), engine?.stop()]));

const SYNC = { action: 'imap_sync_messages', payload: { folder: 'INBOX' } };
const MADE = { provider: 'standard', target: { match: 'external_ref' }, ...SYNC };

type Disturbances = {
  /** Called before the nth append (from 1); it may append itself. */
  onAppend?: (n: number, log: EventLog) => Promise<void>;
  webhooks?: (real: WebhookVault) => Partial<WebhookVault>;
  /** The path of a sample to its endpoint. */
  send?: (send: () => Promise<number | null>) => Promise<number | null>;
};

async function world(disturb: Disturbances = {}) {
  const tables = await engine.createTables();
  const stored = dynamoEventLog(engine.client, tables.EVENTS_TABLE, ids);
  let appends = 0;
  const log: EventLog = {
    ...stored,
    async append(events) {
      appends += 1;
      await disturb.onAppend?.(appends, stored);
      return stored.append(events);
    },
  };
  const real = dynamoWebhookVault(engine.client, tables.SECRETS_TABLE, local.vault);
  const cursors = dynamoCursorSeal(engine.client, tables.VIEWS_TABLE, local.vault);
  const sent: WebhookRequest[] = [];
  let secrets = 0;
  const ports: WebhookEndpointPorts = {
    quotas: noQuotas,
    log,
    views: dynamoViews(engine.client, tables.VIEWS_TABLE),
    webhooks: { ...real, ...disturb.webhooks?.(real) },
    ids,
    cursors,
    fingerprint: cursors.fingerprint,
    randomSecret() {
      secrets += 1;
      return Buffer.alloc(32, secrets).toString('base64');
    },
    isIssuerKnown: () => true,
    /** The function behind the URL. */
    async send(url, request) {
      sent.push(request);
      const receiver = {
        log: stored,
        ids,
        webhooks: real,
        finder: { find: async () => [] },
        verifyToken: async () => null,
        refusals: refusalCounter(() => {}),
        now: () => Date.now(),
      };
      const arrive = async () => {
        const received = await receive(url.split('/').at(-1) ?? '', request, Date.now(), receiver);
        return 'status' in received ? received.status : 404;
      };
      return disturb.send === undefined ? arrive() : disturb.send(arrive);
    },
  };
  const handler = serve([
    createWebhookEndpoint(ports),
    getWebhookEndpoint(ports),
    updateWebhookEndpoint(ports),
    deleteWebhookEndpoint(ports),
    rotateWebhookSecret(ports),
    testWebhookEndpoint(ports),
  ]);
  const call = async (operation: Operation, id: string, body: unknown = {}, headers: Record<string, string> = {}) => {
    const route = ROUTES.find((each) => each.operation === operation);
    if (route === undefined) throw new Error(operation);
    const event = gatewayEvent({
      routeKey: `${route.method} ${route.path}`,
      path: route.path.replace(/\{\w+\}/, id),
      headers: { 'content-type': 'application/json', ...headers },
      parameters: operation === 'createWebhookEndpoint' ? { account_id: id } : { webhook_endpoint_id: id },
      claims: { acc: ACCOUNT, uid: 'ann', role: 'owner' },
      ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
    });
    const reply = await handler(event, lambdaContext);
    const text: string = reply.body ?? '';
    const parsed: Json = text === '' ? null : JSON.parse(text);
    return { status: reply.statusCode, body: parsed };
  };
  const make = async (more: object = {}, headers: Record<string, string> = {}): Promise<Json> => {
    const made = await call('createWebhookEndpoint', ACCOUNT, { ...MADE, ...more }, headers);
    expect(made.status).toBe(201);
    return made.body.data;
  };
  const audit = async () => {
    const range = { newestFirst: false, limit: 100, above: null, below: null };
    const { records } = await dynamoAuditLog(engine.client, tables.EVENTS_TABLE).page({ accountId: ACCOUNT, ...range });
    return records.flatMap(({ event }) => toLogEntry(event, 'log') ?? []);
  };
  return {
    log: stored,
    audit,
    call,
    make,
    sent,
    secrets: async (id: string) => (await real.open(id))?.secrets ?? null,
  };
}

/** A gate that callers wait for, and that opens on request. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('concurrent rotations', () => {
  it('leave the secret that was returned last, whichever is stored last, and the other for a day', async () => {
    const first = gate();
    let rotations = 0;
    const { make, call, secrets } = await world({
      webhooks: (real) => ({
        async rotate(...parts) {
          rotations += 1;
          if (rotations === 1) await first.opened;
          return real.rotate(...parts);
        },
      }),
    });
    const { id, secret } = await make();
    const early = call('rotateWebhookSecret', id);
    await expect.poll(() => rotations).toBe(1);
    const late = await call('rotateWebhookSecret', id);
    first.open();
    const { body } = await early;
    expect(late.body.data.version).toBeGreaterThan(body.data.version);
    expect(await secrets(id)).toEqual([late.body.data.secret, body.data.secret, secret]);
  });
});

describe('concurrent creations with one Idempotency-Key', () => {
  it('return one secret, which is the endpoint’s', async () => {
    const { make, secrets } = await world();
    const key = { 'idempotency-key': 'k' };
    const made = await Promise.all([make({}, key), make({}, key), make({}, key)]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const shown = made.flatMap(({ secret }) => secret ?? []);
    expect(shown).toHaveLength(1);
    expect((await secrets(made[0].id))?.[0]).toBe(shown[0]);
  });

  it("return only the endpoint's secret when the first one died before its event", async () => {
    const { make, call, secrets } = await world({
      async onAppend(n) {
        if (n === 1) throw new Error('killed');
      },
    });
    const key = { 'idempotency-key': 'k' };
    expect((await call('createWebhookEndpoint', ACCOUNT, MADE, key)).status).toBe(500);
    const { id, secret } = await make({}, key);
    expect(await secrets(id)).toEqual([secret]);
  });
});

describe('concurrent changes', () => {
  it('of label and settings are both kept', async () => {
    const both = gate();
    let updates = 0;
    const { make, call } = await world({
      webhooks: (real) => ({
        async update(...parts) {
          updates += 1;
          if (updates === 2) both.open();
          await both.opened;
          return real.update(...parts);
        },
      }),
    });
    const tenant = '84bd8158-6d4d-4958-8b9f-9d6445542f95';
    const other = '7f105c7d-2dc5-4530-97cd-4e7ae6534c07';
    const { id } = await make({ provider: 'microsoft_graph', settings: { tenant_id: tenant } });
    const changed = await Promise.all([
      call('updateWebhookEndpoint', id, { label: 'mine' }),
      call('updateWebhookEndpoint', id, { settings: { tenant_id: other } }),
    ]);
    expect(changed.map(({ status }) => status)).toEqual([200, 200]);
    const { data } = (await call('getWebhookEndpoint', id)).body;
    expect([data.label, data.settings]).toEqual(['mine', { tenant_id: other }]);
  });

  it('of action and payload never leave a pair that the action refuses', async () => {
    let id = '';
    const { make, call } = await world({
      async onAppend(n, log) {
        // Between the read and the write of the second change.
        if (n !== 2) return;
        const changes = { action: 'imap_create_mailbox', payload: { name: 'x', parent: null } };
        const event = { type: 'WebhookEndpointUpdated', data: { changes, fields: ['action', 'payload'] } };
        const origin = { accountId: ACCOUNT, actor: { kind: 'user', id: 'bob' } as const };
        await log.append([{ ...origin, streamId: id, version: 2, at: new Date().toISOString(), event }]);
      },
    });
    ({ id } = await make());
    const changed = await call('updateWebhookEndpoint', id, { payload: { folder: 'Archive' } });
    expect([changed.status, changed.body.code]).toEqual([422, 'invalid_request']);
    const { data } = (await call('getWebhookEndpoint', id)).body;
    expect([data.action, data.payload]).toEqual(['imap_create_mailbox', { name: 'x', parent: null }]);
  });
});

describe('a deletion', () => {
  it('that is refused because of a concurrent change keeps the secret', async () => {
    let id = '';
    const { make, call, secrets } = await world({
      async onAppend(n, log) {
        if (n !== 2) return;
        const event = { type: 'WebhookEndpointUpdated', data: { changes: { enabled: true }, fields: ['enabled'] } };
        const origin = { accountId: ACCOUNT, actor: { kind: 'user', id: 'bob' } as const };
        await log.append([{ ...origin, streamId: id, version: 2, at: new Date().toISOString(), event }]);
      },
    });
    const made = await make();
    id = made.id;
    const deleted = await call('deleteWebhookEndpoint', id, null, { 'if-match': '"1"' });
    expect([deleted.status, deleted.body.code]).toEqual([412, 'version_conflict']);
    expect(await secrets(id)).toEqual([made.secret]);
  });

  it('that died before it destroyed the secret destroys it when it is requested again', async () => {
    let destroyed = 0;
    const { make, call, secrets } = await world({
      webhooks: (real) => ({
        async destroy(id) {
          destroyed += 1;
          if (destroyed === 1) throw new Error('killed');
          return real.destroy(id);
        },
      }),
    });
    const { id } = await make();
    expect((await call('deleteWebhookEndpoint', id)).status).toBe(500);
    expect((await call('deleteWebhookEndpoint', id)).status).toBe(404);
    expect(await secrets(id)).toBeNull();
  });
});

describe('a test', () => {
  const EMAILENGINE = { provider: 'emailengine', target: { match: 'external_ref' } };

  it.each([
    ['standard', {}],
    ['emailengine', EMAILENGINE],
  ])('under one key is one delivery, however often it is requested (%s)', async (_, more) => {
    const { make, call, sent, log } = await world();
    const { id } = await make(more);
    const key = { 'idempotency-key': 'k' };
    const first = await call('testWebhookEndpoint', id, { subject: 'ref-1' }, key);
    expect(first.body.data).toMatchObject({ ok: true, delivery_id: expect.any(String) });
    const again = await call('testWebhookEndpoint', id, { subject: 'ref-1' }, key);
    expect(again).toEqual(first);
    expect(sent).toHaveLength(1);
    const other = await call('testWebhookEndpoint', id, { subject: 'ref-2' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const unkeyed = await call('testWebhookEndpoint', id, { subject: 'ref-1' });
    expect(unkeyed.body.data.delivery_id).not.toBe(first.body.data.delivery_id);
    expect(await log.read(first.body.data.delivery_id)).toHaveLength(1);
  });

  it('whose sample got lost is sent when it is requested again', async () => {
    let lost = true;
    const { make, call, sent } = await world({
      send: async (send) => {
        if (!lost) return send();
        lost = false;
        return null;
      },
    });
    const { id } = await make();
    const key = { 'idempotency-key': 'k' };
    expect((await call('testWebhookEndpoint', id, {}, key)).body.data).toEqual({
      ok: false,
      status: null,
      delivery_id: null,
    });
    const again = await call('testWebhookEndpoint', id, {}, key);
    expect(again.body.data).toMatchObject({ ok: true, delivery_id: expect.any(String) });
    expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('is in the audit of the endpoint, and adds nothing to its stream', async () => {
    const { make, call, log, audit } = await world();
    const { id } = await make();
    await call('testWebhookEndpoint', id, {});
    await call('testWebhookEndpoint', id, {});
    expect(await log.read(id)).toHaveLength(1);
    const told = await audit();
    expect(told.map(({ action, subject_id: subject }) => [action, subject])).toEqual([
      ['webhook_endpoint_created', id],
      ['webhook_endpoint_tested', id],
      ['webhook_endpoint_tested', id],
    ]);
  });
});
