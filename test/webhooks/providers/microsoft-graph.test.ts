import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProviderEvent } from '../../../functions/webhooks/providers/provider.ts';
import {
  bytes,
  graphItem,
  graphLifecycle,
  graphRequest,
  json,
  NOW,
  post,
  receive,
  SUBSCRIPTION,
  TENANT,
  TEXT,
  verdict,
} from './genuine.ts';

const OTHER_SUBSCRIPTION = '0fc0d6db-0073-42e5-a186-853da75fb308';
const anySubscription = { tenant_id: TENANT };
const withToken = (validationToken: string, body: Uint8Array = new Uint8Array()) => ({
  ...post(body),
  query: { validationToken },
});

async function eventsOf(items: readonly unknown[], now = NOW): Promise<readonly ProviderEvent[]> {
  const answer = await receive('microsoft_graph', graphRequest(...items), { settings: anySubscription, now });
  return answer.kind === 'accepted' ? answer.events : [];
}

/** The dedupe key of the item. It must be accepted as one event. */
async function keyOf(item: unknown, now = NOW): Promise<string> {
  const [event, ...more] = await eventsOf([item], now);
  if (event === undefined || more.length > 0) throw new Error('not one event');
  return event.dedupeKey;
}

describe('the handshake', () => {
  test('returns the decoded token as plain text, with any secrets', async () => {
    const token = 'Validation: Testing client application reachability <b>';
    expect(await receive('microsoft_graph', withToken(token), { secrets: [] })).toEqual({
      kind: 'handshake',
      status: 200,
      contentType: 'text/plain',
      body: token,
    });
  });

  test.each([
    ['an empty token', withToken('')],
    ['a token that is too long', withToken('x'.repeat(2_049))],
    ['a token with a line break', withToken('a\r\nb')],
    ['no token', post(new Uint8Array())],
    ['a GET', { ...withToken('x'), method: 'GET' as const }],
  ])('%s is malformed', async (_, request) => {
    expect(await verdict(receive('microsoft_graph', request))).toBe('malformed');
  });

  test('is not done for a request with a body, which is verified', async () => {
    expect(await verdict(receive('microsoft_graph', withToken('x', json({ value: [graphItem] }))))).toBe('accepted');
    const forged = json({ value: [{ ...graphItem, clientState: 'x' }] });
    expect(await verdict(receive('microsoft_graph', withToken('x', forged)))).toBe('bad_signature');
    expect(await verdict(receive('microsoft_graph', withToken('x', bytes('x'))))).toBe('malformed');
  });
});

test('a change names the subscription and is identified by its resource and version', async () => {
  const dedupeKey = createHash('sha256')
    .update(JSON.stringify([SUBSCRIPTION, 'm1', 'W/"1"', 'created']))
    .digest('hex');
  expect(await receive('microsoft_graph', graphRequest(graphItem))).toEqual({
    kind: 'accepted',
    status: 202,
    events: [
      {
        eventId: dedupeKey,
        dedupeKey,
        eventType: 'created',
        at: null,
        subjects: { external_ref: SUBSCRIPTION },
      },
    ],
    ignored: 0,
  });
});

describe('an item', () => {
  const bad: readonly (readonly [string, unknown])[] = [
    ['another clientState', { ...graphItem, clientState: `${TEXT}x` }],
    ['an empty clientState', { ...graphItem, clientState: '' }],
    ['no clientState', { ...graphItem, clientState: undefined }],
    ['a clientState that is no text', { ...graphItem, clientState: [TEXT] }],
    ['another tenant', { ...graphItem, tenantId: SUBSCRIPTION }],
    ['no tenant', { ...graphItem, tenantId: undefined }],
    ['null for its tenant', { ...graphItem, tenantId: null, organizationId: null }],
    ['a tenant that is no text', { ...graphItem, tenantId: [TENANT] }],
    ['an organization that is no text', { ...graphLifecycle, organizationId: { id: TENANT } }],
    ['an empty organization', { ...graphLifecycle, organizationId: '' }],
    ['another organization', { ...graphLifecycle, organizationId: SUBSCRIPTION }],
    ['its tenant and another organization', { ...graphItem, organizationId: SUBSCRIPTION }],
    ['its organization and another tenant', { ...graphLifecycle, tenantId: SUBSCRIPTION }],
    ['its organization and an empty tenant', { ...graphLifecycle, tenantId: '' }],
    ['its organization and another clientState', { ...graphLifecycle, clientState: `${TEXT}x` }],
    ['its organization and no subscription', { ...graphLifecycle, subscriptionId: undefined }],
    ['a subscription that is not known', { ...graphItem, subscriptionId: OTHER_SUBSCRIPTION }],
    ['no subscription', { ...graphItem, subscriptionId: undefined }],
    ['nothing', null],
  ];

  test.each(bad)('with %s is dropped beside a valid one', async (_, item) => {
    expect(await receive('microsoft_graph', graphRequest(item, graphItem))).toMatchObject({
      kind: 'accepted',
      status: 202,
      ignored: 1,
      events: [{ eventType: 'created' }],
    });
  });

  test.each(bad)('with %s is refused if it is the only one', async (_, item) => {
    expect(await receive('microsoft_graph', graphRequest(item, item))).toEqual({
      kind: 'refused',
      status: 401,
      reason: 'bad_signature',
    });
  });

  test('of any subscription is accepted if the settings name none, with the right tenant and secret', async () => {
    const other = { ...graphItem, subscriptionId: OTHER_SUBSCRIPTION };
    const settings = anySubscription;
    expect(await verdict(receive('microsoft_graph', graphRequest(other), { settings }))).toBe('accepted');
    const stranger = { ...other, tenantId: OTHER_SUBSCRIPTION };
    expect(await verdict(receive('microsoft_graph', graphRequest(stranger), { settings }))).toBe('bad_signature');
  });

  test('may have its ids in capitals', async () => {
    const item = { ...graphItem, subscriptionId: SUBSCRIPTION.toUpperCase(), tenantId: TENANT.toUpperCase() };
    expect(await verdict(receive('microsoft_graph', graphRequest(item)))).toBe('accepted');
  });

  test('whose clientState differs in any character is not genuine', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(TEXT.length - 1), fc.string({ maxLength: 2 }), async (at, by) => {
        const clientState = TEXT.slice(0, at) + by + TEXT.slice(at + 1);
        fc.pre(clientState !== TEXT);
        const answer = receive('microsoft_graph', graphRequest({ ...graphItem, clientState }));
        expect(await verdict(answer)).toBe('bad_signature');
      }),
    );
  });

  test.each([undefined, null, 5, '', 'x'.repeat(256)])(
    'that is genuine and names the change %j is acknowledged and is not an event',
    async (changeType) => {
      const answer = await receive('microsoft_graph', graphRequest({ ...graphItem, changeType }));
      expect(answer).toMatchObject({ kind: 'accepted', status: 202, events: [], ignored: 1 });
    },
  );

  test.each([
    ['organizationId alone', { tenantId: undefined, organizationId: TENANT }],
    ['organizationId beside a null tenantId', { tenantId: null, organizationId: TENANT }],
    ['tenantId beside a null organizationId', { organizationId: null }],
    ['both fields', { organizationId: TENANT.toUpperCase() }],
  ])('may name its tenant by %s', async (_, tenant) => {
    const item = { ...graphItem, lifecycleEvent: null, ...tenant };
    expect(await eventsOf([item])).toEqual(await eventsOf([graphItem]));
  });
});

test.each(['{}', '{"value":[]}', '{"value":{}}', '[]', 'null', '{'])('a body %s is malformed', async (text) => {
  expect(await verdict(receive('microsoft_graph', post(bytes(text))))).toBe('malformed');
});

describe('lifecycle notifications', () => {
  const { changeType: _, resourceData: __, ...lifecycle } = graphItem;

  test.each(['reauthorizationRequired', 'subscriptionRemoved', 'missed', 'somethingNew'])(
    '%s has its own type',
    async (lifecycleEvent) => {
      expect(await eventsOf([{ ...lifecycle, lifecycleEvent }])).toMatchObject([
        { eventType: `lifecycle.${lifecycleEvent}`, subjects: { external_ref: SUBSCRIPTION } },
      ]);
    },
  );

  test.each(['reauthorizationRequired', 'subscriptionRemoved', 'missed'])(
    '%s as Exchange sends it, with organizationId and without tenantId, is accepted',
    async (lifecycleEvent) => {
      const item = { ...graphLifecycle, lifecycleEvent };
      for (const each of [item, { ...item, resource: '', changeType: null, sequence: null }])
        expect(await receive('microsoft_graph', graphRequest(each))).toMatchObject({
          kind: 'accepted',
          status: 202,
          ignored: 0,
          events: [{ eventType: `lifecycle.${lifecycleEvent}`, subjects: { external_ref: SUBSCRIPTION } }],
        });
    },
  );

  test('are one event, whichever field names the tenant', async () => {
    const { organizationId, ...item } = graphLifecycle;
    expect(await eventsOf([graphLifecycle])).toEqual(await eventsOf([{ ...item, tenantId: organizationId }]));
    expect(await eventsOf([graphLifecycle, { ...item, tenantId: organizationId }])).toHaveLength(1);
  });

  test('and changes of one request are each verified alone', async () => {
    const foreign = { ...graphLifecycle, organizationId: OTHER_SUBSCRIPTION };
    const nameless = { ...graphLifecycle, organizationId: undefined };
    const answer = await receive('microsoft_graph', graphRequest(foreign, graphLifecycle, nameless, graphItem));
    expect(answer).toMatchObject({
      kind: 'accepted',
      status: 202,
      ignored: 2,
      events: [{ eventType: 'lifecycle.reauthorizationRequired' }, { eventType: 'created' }],
    });
  });

  test('need the secret as well', async () => {
    const forged = { ...lifecycle, lifecycleEvent: 'missed', clientState: 'x' };
    expect(await verdict(receive('microsoft_graph', graphRequest(forged)))).toBe('bad_signature');
  });

  test.each(['reauthorizationRequired', 'subscriptionRemoved'])(
    '%s is one event until its subscription is renewed, however often it arrives',
    async (lifecycleEvent) => {
      const item = { ...lifecycle, lifecycleEvent, subscriptionExpirationDateTime: '2026-03-04T12:00:00Z' };
      expect(await keyOf(item, NOW)).toBe(await keyOf(item, NOW + 60_000));
      const renewed = { ...item, subscriptionExpirationDateTime: '2026-03-07T12:00:00Z' };
      expect(await keyOf(item, NOW)).not.toBe(await keyOf(renewed, NOW));
      const nameless = { ...item, subscriptionExpirationDateTime: undefined };
      expect(await keyOf(nameless, NOW)).not.toBe(await keyOf(nameless, NOW + 1));
    },
  );

  test('a second `missed` notification never counts as a repetition of the first', async () => {
    const missed = { ...lifecycle, lifecycleEvent: 'missed', subscriptionExpirationDateTime: '2026-03-04T12:00:00Z' };
    expect(await keyOf(missed)).not.toBe(await keyOf(missed, NOW + 1));
  });
});

describe('the dedupe key of a change', () => {
  const data = graphItem.resourceData;

  test('does not depend on the time of arrival', async () => {
    expect(await keyOf(graphItem)).toBe(await keyOf({ ...graphItem, sequenceNumber: 2 }, NOW + 60_000));
  });

  test.each([
    ['its subscription', { ...graphItem, subscriptionId: OTHER_SUBSCRIPTION }],
    ['its resource', { ...graphItem, resourceData: { ...data, id: 'm2' } }],
    ['its version', { ...graphItem, resourceData: { ...data, '@odata.etag': 'W/"2"' } }],
    ['its kind', { ...graphItem, changeType: 'updated' }],
    ['the boundary between two parts', { ...graphItem, resourceData: { id: 'm', '@odata.etag': '1W/"1"' } }],
  ])('%s', async (_, item) => {
    expect(await keyOf(item)).not.toBe(await keyOf(graphItem));
  });

  test.each([
    ['no version', { id: 'm1' }],
    ['no resource', { '@odata.etag': 'W/"1"' }],
    ['nothing', undefined],
    ['an endless id', { ...data, id: 'm'.repeat(1_025) }],
  ])('depends on the time if %s distinguishes a second change from a repetition', async (_, resourceData) => {
    const item = { ...graphItem, changeType: 'updated', resourceData };
    expect(await keyOf(item)).not.toBe(await keyOf(item, NOW + 1));
  });
});

describe('many items', () => {
  const changes = (count: number, subscriptionId = SUBSCRIPTION) =>
    Array.from({ length: count }, (_, at) => ({
      ...graphItem,
      subscriptionId,
      resourceData: { id: `${at}`, '@odata.etag': 'e' },
    }));

  test('a change that comes twice in a request is one event', async () => {
    const answer = await receive('microsoft_graph', graphRequest(graphItem, graphItem));
    expect(answer).toMatchObject({ kind: 'accepted', ignored: 1, events: [{}] });
  });

  test('without a version are distinguished by their resources', async () => {
    const items = ['m1', 'm2', 'm2'].map((name) => ({ ...graphItem, resourceData: {}, resource: `messages/${name}` }));
    expect(await eventsOf(items)).toHaveLength(2);
  });

  test('are all accepted, of any subscriptions', async () => {
    const items = [...changes(350), ...changes(2, OTHER_SUBSCRIPTION)];
    const answer = await receive('microsoft_graph', graphRequest(...items), { settings: anySubscription });
    expect(answer).toMatchObject({ kind: 'accepted', ignored: 0 });
    expect(new Set((await eventsOf(items)).map(({ dedupeKey }) => dedupeKey)).size).toBe(352);
  });
});
