import { describe, expect, it } from 'vitest';
import { endedDeliveries, pendingDeliveries } from '../../../functions/domain/views/keys.ts';
import {
  DELIVERY_PROJECTION,
  SILENCE_PROJECTION,
  WEBHOOK_PROJECTION,
} from '../../../functions/domain/views/webhook-views.ts';
import {
  type DeliveryEvent,
  foldDelivery,
  isPending,
  SAMPLE_EVENT_TYPE,
} from '../../../functions/domain/webhook/delivery.ts';
import { foldWebhookEndpoint, type WebhookEvent } from '../../../functions/domain/webhook/endpoint.ts';
import { foldSilence } from '../../../functions/domain/webhook/silence.ts';
import { CREDENTIAL, iso, recorded, requested, T0 } from '../job/job-stream.ts';

const envelopes = (id: string, events: readonly { readonly type: string; readonly data: unknown }[]) =>
  events.map((event, at) => ({ ...recorded(requested(), at + 1, T0 + at * 1000, id), ...event }));

describe('the row of an endpoint', () => {
  const ID = 'whk_1';
  const created = (more: object = {}) => ({
    type: 'WebhookEndpointCreated',
    data: {
      provider: 'standard',
      target: { credential_id: CREDENTIAL },
      action: 'imap_sync_messages',
      payload: {},
      event_types: null,
      enabled: true,
      silent_after: null,
      ...more,
    },
  });
  const rowOf = (...events: { readonly type: string; readonly data: unknown }[]) => {
    const endpoint = foldWebhookEndpoint(envelopes(ID, events));
    if (endpoint === null) throw new Error('no endpoint');
    return { endpoint, row: WEBHOOK_PROJECTION.toRow(endpoint) };
  };

  it('is in the index of its account, and of the credential it names while it is enabled', () => {
    const { endpoint, row } = rowOf(created());
    expect(row).toMatchObject({
      id: ID,
      v: 1,
      ga: 'whk#acc_one',
      gc: `acc_one#${CREDENTIAL}#users`,
      s: `${iso(T0)}#${ID}`,
    });
    expect(row).not.toHaveProperty('go');
    expect(WEBHOOK_PROJECTION.fromRow(row)).toEqual(endpoint);
    expect(rowOf(created({ enabled: false })).row).not.toHaveProperty('gc');
    expect(rowOf(created({ target: { match: 'username' } })).row).not.toHaveProperty('gc');
  });

  it('is checked when it would be silent for too long', () => {
    expect(rowOf(created({ silent_after: '1h' })).row).toMatchObject({
      go: 'listen',
      od: `${iso(T0 + 3_600_000)}#${ID}`,
    });
  });

  it('counts silence again when it is enabled or its limit is set, and after no other change', () => {
    const change = (changes: object): WebhookEvent => ({
      type: 'WebhookEndpointUpdated',
      data: { changes, fields: Object.keys(changes) },
    });
    const since = (changes: object) => rowOf(created(), change(changes)).endpoint.listening_since;
    expect(since({ silent_after: '2h' })).toBe(iso(T0 + 1000));
    expect(since({ enabled: true })).toBe(iso(T0 + 1000));
    expect(since({ payload: { folder: 'A' } })).toBe(iso(T0));
    expect(rowOf(created(), { type: 'WebhookSecretRotated', data: {} }).endpoint).toMatchObject({
      listening_since: iso(T0),
      updated_at: iso(T0 + 1000),
      version: 2,
    });
  });

  it('is a tombstone for a week once it is deleted', () => {
    const { row } = rowOf(created({ silent_after: '1h' }), { type: 'WebhookEndpointDeleted', data: { reason: null } });
    expect(row).toEqual({ id: ID, v: 2, ttl: T0 / 1000 + 1 + 7 * 24 * 3600 });
    expect(WEBHOOK_PROJECTION.fromRow(row)).toBeNull();
  });

  it('has its silence in a separate row', () => {
    const silence = foldSilence(
      envelopes(`${ID}#silence`, [{ type: 'WebhookEndpointFellSilent', data: { last_delivery_at: null } }]),
    );
    if (silence === null) throw new Error('no silence');
    expect(silence).toEqual({ id: `${ID}#silence`, silent_since: iso(T0), version: 1 });
    expect(SILENCE_PROJECTION.fromRow(SILENCE_PROJECTION.toRow(silence))).toEqual(silence);
  });
});

describe('the row of a delivery', () => {
  const ID = 'dlv_1';
  const received = (more: object = {}): DeliveryEvent => ({
    type: 'DeliveryReceived',
    data: {
      endpoint_id: 'whk_1',
      event_id: 'evt_1',
      event_type: 'message.created',
      event_at: null,
      request: { credential_id: CREDENTIAL, generation: 1, action: 'imap_sync_messages', payload: {} },
      reason: null,
      ...more,
    },
  });
  const refused: DeliveryEvent = { type: 'DeliveryRefused', data: { endpoint_id: 'whk_1', reason: 'bad_signature' } };
  const handled: DeliveryEvent = { type: 'DeliveryHandled', data: { job_id: 'job_1', folded: true } };
  const rowOf = (...events: DeliveryEvent[]) => {
    const delivery = foldDelivery(envelopes(ID, events));
    if (delivery === null) throw new Error('no delivery');
    return { delivery, row: DELIVERY_PROJECTION.toRow(delivery) };
  };

  it('is pending until its job is known', () => {
    const { delivery, row } = rowOf(received());
    expect(isPending(delivery)).toBe(true);
    expect(row).toMatchObject({ gt: 'acc_one#whk_1', gc: 'acc_one#whk_1', go: pendingDeliveries(ID) });
    expect([row.s, row.od]).toEqual([`${iso(T0)}#${ID}`, `${iso(T0)}#${ID}`]);
    expect(DELIVERY_PROJECTION.fromRow(row)).toEqual(delivery);
    const done = rowOf(received(), handled);
    expect(done.delivery).toMatchObject({ verified: true, job_id: 'job_1', folded: true, version: 2 });
    expect(done.row.go).toBe(endedDeliveries(ID));
    expect(rowOf(received({ request: null, reason: 'filtered' })).row.go).toBe(endedDeliveries(ID));
  });

  it('does not end a silence when it was refused, or is a sample of ours', () => {
    const no = rowOf(refused);
    expect(no.delivery).toMatchObject({ verified: false, reason: 'bad_signature', event_id: null, folded: false });
    expect(no.row).not.toHaveProperty('gc');
    expect(no.row.gt).toBe('acc_one#whk_1');
    expect(rowOf(received({ event_type: SAMPLE_EVENT_TYPE })).row).not.toHaveProperty('gc');
  });

  it('is stored once: later events change only its job', () => {
    expect(rowOf(received(), refused).delivery).toMatchObject({ verified: true, version: 1 });
    expect(foldDelivery(envelopes(ID, [handled]))).toBeNull();
  });
});
