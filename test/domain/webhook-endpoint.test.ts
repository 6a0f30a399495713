import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../functions/domain/event/event.ts';
import {
  decideSilence,
  duration,
  foldWebhookEndpoint,
  type WebhookEvent,
} from '../../functions/domain/webhook/endpoint.ts';

const T0 = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

function endpoint(events: readonly (readonly [number, WebhookEvent])[]) {
  const made: WebhookEvent = {
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
  const all = [[T0, made] as const, ...events];
  return foldWebhookEndpoint(
    all.map(
      ([at, event], index): Envelope => ({
        stream_id: 'whk_1',
        version: index + 1,
        schema: 1,
        account_id: 'acc_1',
        at: iso(at),
        actor: { kind: 'user', id: 'u' },
        append_id: 'a',
        ...event,
      }),
    ),
  );
}
const change = (
  changes: Extract<WebhookEvent, { type: 'WebhookEndpointUpdated' }>['data']['changes'],
): WebhookEvent => ({
  type: 'WebhookEndpointUpdated',
  data: { changes, fields: Object.keys(changes) },
});
const FELL: WebhookEvent = { type: 'WebhookEndpointFellSilent', data: { last_delivery_at: null } };
const HEARD: WebhookEvent = { type: 'WebhookEndpointHeardAgain', data: {} };

describe('an endpoint whose silence is minded', () => {
  it('falls silent once, when nothing has come for so long since it was made or last heard', () => {
    const fresh = endpoint([]);
    expect(decideSilence(fresh, null, T0 + HOUR - 1)).toBeNull();
    expect(decideSilence(fresh, null, T0 + HOUR)).toEqual(FELL);
    expect(decideSilence(fresh, iso(T0 + HOUR / 2), T0 + HOUR)).toBeNull();
    expect(decideSilence(fresh, iso(T0 + HOUR / 2), T0 + 1.5 * HOUR)?.type).toBe('WebhookEndpointFellSilent');
    expect(decideSilence(endpoint([[T0 + HOUR, FELL]]), null, T0 + 2 * HOUR)).toBeNull();
  });

  it('is heard again by the next delivery, and may fall silent anew', () => {
    const silent = endpoint([[T0 + HOUR, FELL]]);
    expect(silent?.silent_since).toBe(iso(T0 + HOUR));
    expect(decideSilence(silent, iso(T0 + 1.5 * HOUR), T0 + 1.6 * HOUR)).toEqual(HEARD);
    const heard = endpoint([
      [T0 + HOUR, FELL],
      [T0 + 1.6 * HOUR, HEARD],
    ]);
    expect(heard?.silent_since).toBeNull();
    expect(decideSilence(heard, iso(T0 + 1.5 * HOUR), T0 + 2.5 * HOUR)?.type).toBe('WebhookEndpointFellSilent');
  });

  it('is not listened to while it is disabled, deleted or nobody minds, and anew when it is enabled', () => {
    for (const off of [change({ enabled: false }), change({ silent_after: null })])
      expect(decideSilence(endpoint([[T0 + 1, off]]), null, T0 + 9 * HOUR)).toBeNull();
    const deleted: WebhookEvent = { type: 'WebhookEndpointDeleted', data: { reason: null } };
    expect(decideSilence(endpoint([[T0 + 1, deleted]]), null, T0 + 9 * HOUR)).toBeNull();
    const enabled = endpoint([
      [T0 + 1, change({ enabled: false })],
      [T0 + 5 * HOUR, change({ enabled: true })],
    ]);
    expect(decideSilence(enabled, null, T0 + 6 * HOUR - 1)).toBeNull();
    expect(decideSilence(enabled, null, T0 + 6 * HOUR)).toEqual(FELL);
  });
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
