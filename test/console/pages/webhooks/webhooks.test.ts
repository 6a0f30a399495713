import { describe, expect, it } from 'vitest';
import { endpointName, outcomeOf, stateOf, targetWords } from '../../../../console/pages/webhooks/endpoint-state.ts';
import { newEndpointOf } from '../../../../console/pages/webhooks/form-values.ts';
import {
  deliveryFilterOf,
  REASON_NAMES,
  readDeliveriesSearch,
  reasonWords,
} from '../../../../console/pages/webhooks/webhooks-search.ts';
import { deliveryReason } from '../../../../functions/domain/webhook/delivery.ts';

const AT = '2026-11-29T12:00:00.000Z';

function form(values: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}

describe('the state of an endpoint', () => {
  it.each([
    [{ enabled: true, silent_since: null, last_delivery_at: AT }, 'Receiving'],
    [{ enabled: true, silent_since: null, last_delivery_at: null }, 'Nothing came yet'],
    [{ enabled: true, silent_since: AT, last_delivery_at: AT }, 'Silent'],
    [{ enabled: false, silent_since: AT, last_delivery_at: AT }, 'Disabled'],
  ] as const)('of %j reads "%s"', (endpoint, word) => {
    expect(stateOf(endpoint).word).toBe(word);
  });

  it('contains its label, or else its provider', () => {
    expect(endpointName({ label: 'Orders', provider: 'nylas' })).toBe('Orders');
    expect(endpointName({ label: null, provider: 'microsoft_graph' })).toBe('Microsoft Graph');
  });

  it('names the mailbox of its events', () => {
    expect(targetWords({ credential_id: 'pc_1' })).toBe('always the mailbox pc_1');
    expect(targetWords({ match: 'username' })).toContain('its user name');
  });
});

describe('the outcome of a delivery', () => {
  it.each([
    [{ verified: false, job_id: null, folded: false }, 'Refused'],
    [{ verified: true, job_id: null, folded: false }, 'No job'],
    [{ verified: true, job_id: 'job_1', folded: false }, 'Made a job'],
    [{ verified: true, job_id: 'job_1', folded: true }, 'Joined a job'],
  ])('of %j reads "%s"', (delivery, word) => {
    expect(outcomeOf(delivery).word).toBe(word);
  });

  it('has words for every reason of the service, and shows an unknown one unchanged', () => {
    expect(REASON_NAMES.toSorted()).toEqual(deliveryReason.options.toSorted());
    expect(reasonWords('bad_signature')).toBe('Its signature is wrong');
    expect(reasonWords('new_reason')).toBe('new_reason');
  });
});

describe('the filters of the deliveries', () => {
  it('are read from the address, without unknown parameters', () => {
    const raw = { verified: ['false'], reason: ['no_match', 'x'], since: ['24h'], y: ['1'] };
    expect(readDeliveriesSearch(raw)).toEqual({ verified: 'false', reason: ['no_match', 'x'], since: '24h' });
  });

  it('with unknown values are sent as they are, so that the service reports them', () => {
    const search = readDeliveriesSearch({ verified: ['maybe'], reason: ['x'] });
    expect(deliveryFilterOf(search)).toEqual({ verified: 'maybe', reason: ['x'] });
  });

  it('are sent to the service, which filters', () => {
    expect(deliveryFilterOf({ verified: 'false', reason: ['no_match'], since: '24h' })).toEqual({
      verified: false,
      reason: ['no_match'],
      since: '-24h',
    });
    expect(deliveryFilterOf({ since: AT })).toEqual({ since: AT });
    expect(deliveryFilterOf({})).toEqual({});
  });
});

describe('the form of a new endpoint', () => {
  const FILLED = {
    provider: 'standard',
    target: 'credential',
    credential_id: ' pc_1 ',
    action: 'imap_sync_messages',
    payload: '{"folder": "INBOX"}',
    event_types: 'message.created, message.updated',
    label: '',
    silent_after: '24h',
    secret: '',
  };

  it('becomes the body of the request', () => {
    expect(newEndpointOf(form(FILLED))).toEqual({
      provider: 'standard',
      target: { credential_id: 'pc_1' },
      action: 'imap_sync_messages',
      payload: { folder: 'INBOX' },
      settings: {},
      event_types: ['message.created', 'message.updated'],
      label: null,
      silent_after: '24h',
    });
  });

  it('holds a match, a secret and settings if they were entered', () => {
    const more = { target: 'username', secret: 'a secret of theirs', settings: '{"tenant_id": "t"}', event_types: '' };
    expect(newEndpointOf(form({ ...FILLED, ...more }))).toMatchObject({
      target: { match: 'username' },
      secret: 'a secret of theirs',
      settings: { tenant_id: 't' },
      event_types: null,
    });
  });

  it.each(['{', '[]', '"text"', 'null'])('refuses the payload %j in words', (payload) => {
    expect(() => newEndpointOf(form({ ...FILLED, payload }))).toThrow('The payload must be a JSON object');
  });
});
