/** Requests with unusual content, to an endpoint of each provider: none causes a 5xx, none makes a job. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDER_NAMES, type ProviderName } from '../../functions/domain/webhook/endpoint.ts';
import { everyItem, type Json, until } from '../fixtures/api.ts';
import { type DemoWorld, startDemoWorld } from '../fixtures/demo-world.ts';
import { GENUINE, GMAIL, SUBSCRIPTION, TENANT } from '../webhooks/providers/genuine.ts';

const ACCOUNT = 'acc_webhook_fuzz';
const BASE = `/api/accounts/${ACCOUNT}`;
const SETTINGS: Partial<Record<ProviderName, object>> = {
  gmail: GMAIL,
  microsoft_graph: { tenant_id: TENANT, subscription_ids: [SUBSCRIPTION] },
};
const RUNS = 120;

let world: DemoWorld;
let api: DemoWorld['api'];
let credential: DemoWorld['credential'];

beforeAll(async () => {
  world = await startDemoWorld(ACCOUNT);
  ({ api, credential } = world);
});
afterAll(() => world?.stop());

/** What fetch accepts as a header's value. */
const headerValue = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
});
/** Too long to show in a counterexample. */
const LONG = new Map([
  ['deep', Buffer.alloc(100_000, '[')],
  ['large', Buffer.alloc(256 * 1024 + 1, 'a')],
]);

/** Genuine requests with changes in some places; all of them were signed for another endpoint. */
function request(provider: ProviderName) {
  const { headers, body } = GENUINE[provider].request;
  const text = new TextDecoder().decode(body);
  const names = [...Object.keys(headers), 'content-type', 'content-encoding', 'x-forwarded-proto'];
  const bodies = fc.oneof(
    fc.constant(Buffer.from(body)),
    fc.uint8Array({ maxLength: 2_000 }).map((some) => Buffer.from(some)),
    fc.json().map((some) => Buffer.from(some)),
    fc
      .tuple(fc.nat(text.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, cut, put]) => Buffer.from(text.slice(0, at) + put + text.slice(at + cut))),
    fc.constantFrom(...LONG.keys()),
  );
  return fc.record({
    method: fc.constantFrom('POST', 'POST', 'POST', 'GET'),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      fc.tuple(fc.constantFrom('challenge', 'validationToken', 'x'), fc.string()).map(([name, value]) => {
        return `?${name}=${encodeURIComponent(value.toWellFormed())}`;
      }),
      fc.constantFrom('?%', '?challenge=%ff%fe', '?validationToken[]=1', `?challenge=${'a'.repeat(5_000)}`),
    ),
    headers: fc
      .dictionary(fc.constantFrom(...names), headerValue, { maxKeys: 3 })
      .map((changed) => ({ ...headers, ...changed })),
    body: bodies,
  });
}

describe.each(PROVIDER_NAMES)('an endpoint of %s', (provider) => {
  it('answers unverified requests with a 4xx or the text of a handshake, and makes no job', async () => {
    const made = await api.post(`${BASE}/webhook-endpoints`, {
      provider,
      target: { credential_id: credential },
      action: 'imap_sync_mailboxes',
      payload: {},
      settings: SETTINGS[provider] ?? {},
    });
    expect(made.status).toBe(201);
    const { id, url } = made.body.data;
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(request(provider), async ({ method, query, headers, body }) => {
        const init =
          method === 'GET'
            ? { method, headers }
            : { method, headers, body: typeof body === 'string' ? (LONG.get(body) ?? '') : body };
        const answer = await fetch(`${url}${query}`, init);
        const text = await answer.text();
        seen.add(answer.status);
        // We cannot change the gateway's own refusals.
        if (!text.startsWith('{"message"')) expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
        if (answer.status === 200) {
          // A handshake: the text is returned as plain text that no browser treats as a page.
          expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
          expect(query).not.toBe('');
        } else {
          expect([400, 401, 403, 404, 405, 413, 415]).toContain(answer.status);
          expect(JSON.parse(text)).toHaveProperty('message' in JSON.parse(text) ? 'message' : 'code');
        }
      }),
      { numRuns: RUNS },
    );
    expect(seen.size).toBeGreaterThan(1);
    const deliveries = await until(
      () => everyItem(api, `/api/webhook-endpoints/${id}/deliveries`),
      (found) => found.length > 0,
    );
    expect(deliveries.filter(({ verified }: Json) => verified)).toEqual([]);
    expect(deliveries.length).toBeLessThanOrEqual(2 * new Set(deliveries.map(({ reason }: Json) => reason)).size);
    expect((await api.get(`/api/webhook-endpoints/${id}`)).body.data.last_delivery_at).toBeNull();
  });
});

it('none of the unverified requests has a job', async () => {
  expect((await api.get(`${BASE}/jobs`)).body.data).toEqual([]);
});
