import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../functions/domain/credential/connection.ts';
import {
  credentialFilterSchema,
  matchesCredentialFilter,
  shownStatus,
} from '../../../functions/domain/credential/credential-filter.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import { CREDENTIAL, iso, recorded, requested, T0 } from '../job/job-stream.ts';

const events = [
  { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'oauth2' } },
  {
    type: 'CredentialRefused',
    data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
  },
  { type: 'CredentialPaused', data: { reason: null, until: iso(T0 + 60_000) } },
];
const folded = foldCredential(
  events.map((event, at) => ({ ...recorded(requested(), at + 1, T0, CREDENTIAL), ...event })),
);
if (folded === null) throw new Error('no credential');
const credential = folded;
const connection: Connection = {
  id: CREDENTIAL,
  account_id: 'acc_one',
  host: 'imap.example.com',
  port: 993,
  security_mode: 'ssl_tls',
  auth_kind: 'oauth2',
  tls_ca_pem: null,
  max_connections: 3,
  username_masked: 'j…e@example.com',
  label: 'Front desk',
  external_ref: 'customer-7',
  generation: 1,
  last_used_at: null,
  last_synced_at: null,
};
const AFTER_PAUSE = T0 + 60_000;
const matches = (filter: object, now = AFTER_PAUSE) =>
  matchesCredentialFilter(credential, connection, credentialFilterSchema.parse(filter), now);

describe('the filter of credentials', () => {
  it.each([
    [{}],
    [{ status: 'suspect' }],
    [{ status: ['valid', 'suspect'] }],
    [{ status_reason: 'auth_failed' }],
    [{ auth_kind: 'oauth2' }],
    [{ host: 'imap.example.com' }],
    [{ label: 'Front desk' }],
    [{ external_ref: ['customer-7', 'customer-8'] }],
    [{ q: CREDENTIAL }],
    [{ q: 'front DESK' }],
    [{ q: 'imap.example customer-7' }],
    [{ q: 'j…e@' }],
  ])('finds one that matches %j', (filter) => {
    expect(matches(filter)).toBe(true);
  });

  it.each([
    [{ status: 'valid' }],
    [{ status_reason: 'tls_error' }],
    [{ auth_kind: 'password' }],
    [{ host: 'imap.example.org' }],
    [{ label: 'front desk' }],
    [{ external_ref: 'customer-8' }],
    [{ q: 'nowhere' }],
    [{ status: 'suspect', host: 'imap.example.org' }],
  ])('does not find one that %j does not match', (filter) => {
    expect(matches(filter)).toBe(false);
  });

  it('finds one as paused while its pause holds, whatever its health', () => {
    expect(shownStatus(credential, AFTER_PAUSE - 1)).toBe('paused');
    expect(shownStatus(credential, AFTER_PAUSE)).toBe('suspect');
    expect([matches({ status: 'paused' }, T0), matches({ status: 'suspect' }, T0)]).toEqual([true, false]);
  });

  it.each([
    [{ host: '' }],
    [{ host: 'h'.repeat(260) }],
    [{ status: 'gone' }],
    [{ auth_kind: 'kerberos' }],
    [{ hots: 'x' }],
    [{ label: [] }],
  ])('%j is none', (filter) => {
    expect(credentialFilterSchema.safeParse(filter).success).toBe(false);
  });
});
