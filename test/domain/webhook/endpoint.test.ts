import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../../functions/domain/event/event.ts';
import {
  duration,
  foldWebhookEndpoint,
  type WebhookEndpoint,
  type WebhookEvent,
} from '../../../functions/domain/webhook/endpoint.ts';
import { foldSample, sampleStream } from '../../../functions/domain/webhook/sample.ts';
import {
  decideSilence,
  foldSilence,
  isSilenceStream,
  type Silence,
  type SilenceEvent,
  silenceStream,
  silentSince,
} from '../../../functions/domain/webhook/silence.ts';

const T0 = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

const enveloped = (streamId: string, at: number, version: number, event: WebhookEvent | SilenceEvent): Envelope => ({
  stream_id: streamId,
  version,
  schema: 1,
  account_id: 'acc_1',
  at: iso(at),
  actor: { kind: 'user', id: 'u' },
  append_id: 'a',
  ...event,
});

const CREATED: Extract<WebhookEvent, { type: 'WebhookEndpointCreated' }> = {
  type: 'WebhookEndpointCreated',
  data: {
    provider: 'standard',
    target: { match: 'external_ref' },
    action: 'imap_sync_mailboxes',
    payload: {},
    event_types: null,
    enabled: true,
    silent_after: '1h',
  },
};

function endpoint(...events: readonly (readonly [number, WebhookEvent])[]): WebhookEndpoint {
  const all = [[T0, CREATED] as const, ...events];
  const folded = foldWebhookEndpoint(all.map(([at, event], index) => enveloped('whk_1', at, index + 1, event)));
  if (folded === null) throw new Error('no endpoint');
  return folded;
}
const silence = (...events: readonly (readonly [number, SilenceEvent])[]): Silence | null =>
  foldSilence(events.map(([at, event], index) => enveloped(silenceStream('whk_1'), at, index + 1, event)));
const change = (
  changes: Extract<WebhookEvent, { type: 'WebhookEndpointUpdated' }>['data']['changes'],
): WebhookEvent => ({
  type: 'WebhookEndpointUpdated',
  data: { changes, fields: Object.keys(changes) },
});
const FELL: SilenceEvent = { type: 'WebhookEndpointFellSilent', data: { last_delivery_at: null } };
const HEARD: SilenceEvent = { type: 'WebhookEndpointHeardAgain', data: {} };

describe('an endpoint with `silent_after`', () => {
  it('becomes silent once, when nothing has arrived for that time since it was made or the last delivery', () => {
    const fresh = endpoint();
    expect(decideSilence(fresh, null, null, T0 + HOUR - 1)).toBeNull();
    expect(decideSilence(fresh, null, null, T0 + HOUR)).toEqual(FELL);
    expect(decideSilence(fresh, null, iso(T0 + HOUR / 2), T0 + HOUR)).toBeNull();
    expect(decideSilence(fresh, null, iso(T0 + HOUR / 2), T0 + 1.5 * HOUR)?.type).toBe('WebhookEndpointFellSilent');
    expect(decideSilence(fresh, silence([T0 + HOUR, FELL]), null, T0 + 2 * HOUR)).toBeNull();
  });

  it('ends its silence with the next delivery, and may become silent again', () => {
    const silent = silence([T0 + HOUR, FELL]);
    expect(silentSince(endpoint(), silent)).toBe(iso(T0 + HOUR));
    expect(decideSilence(endpoint(), silent, iso(T0 + 1.5 * HOUR), T0 + 1.6 * HOUR)).toEqual(HEARD);
    const heard = silence([T0 + HOUR, FELL], [T0 + 1.6 * HOUR, HEARD]);
    expect(silentSince(endpoint(), heard)).toBeNull();
    expect(decideSilence(endpoint(), heard, iso(T0 + 1.5 * HOUR), T0 + 2.5 * HOUR)?.type).toBe(
      'WebhookEndpointFellSilent',
    );
  });

  it('is not watched while it is disabled, deleted or `silent_after` is not set, and again when it is enabled', () => {
    for (const off of [change({ enabled: false }), change({ silent_after: null })])
      expect(decideSilence(endpoint([T0 + 1, off]), null, null, T0 + 9 * HOUR)).toBeNull();
    const deleted: WebhookEvent = { type: 'WebhookEndpointDeleted', data: { reason: null } };
    expect(decideSilence(endpoint([T0 + 1, deleted]), null, null, T0 + 9 * HOUR)).toBeNull();
    const enabled = endpoint([T0 + 1, change({ enabled: false })], [T0 + 5 * HOUR, change({ enabled: true })]);
    const before = silence([T0 + HOUR, FELL]);
    expect(silentSince(enabled, before)).toBeNull();
    expect(decideSilence(enabled, before, null, T0 + 6 * HOUR - 1)).toBeNull();
    expect(decideSilence(enabled, before, null, T0 + 6 * HOUR)).toEqual(FELL);
  });
});

describe('the side streams of an endpoint', () => {
  it('are recognised by their names', () => {
    expect([isSilenceStream(silenceStream('whk_1')), isSilenceStream('whk_1'), isSilenceStream('#silence#x')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(sampleStream('whk_1', 'k')).toBe('whk_1#test#k');
    expect(new Set([sampleStream('whk_1', 'a'), sampleStream('whk_1', 'b'), sampleStream('whk_2', 'a')]).size).toBe(3);
  });

  it('store the event id of a sample and when it was sent', () => {
    const tested = { ...enveloped(sampleStream('whk_1', 'k'), T0, 1, HEARD), type: 'WebhookEndpointTested' };
    expect(foldSample([{ ...tested, data: { event_id: 'evt_1' } }])).toEqual({
      event_id: 'evt_1',
      at: iso(T0),
      version: 1,
    });
    expect(foldSample([])).toBeNull();
  });
});

it('an endpoint is created only once', () => {
  const again = { ...CREATED, data: { ...CREATED.data, enabled: false } };
  expect(endpoint([T0 + 1, again])).toEqual(endpoint());
});

it.each([
  ['4m', false],
  ['5m', true],
  ['30d', true],
  ['31d', false],
  ['1w', false],
  ['', false],
])('a silence of %j: %s', (text, valid) => {
  expect(duration.safeParse(text).success).toBe(valid);
});
