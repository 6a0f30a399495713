import { describe, expect, it } from 'vitest';
import {
  admit,
  type CredentialEvent,
  foldCredential,
  waitOf,
} from '../../../functions/domain/credential/credential.ts';

const T0 = Date.parse('2026-11-01T00:00:00.000Z');
const MINUTE = 60_000;
const ID = 'pc_01jgx000000000000000000001';

/** A credential's events, a minute apart. */
function credentialAfter(...events: CredentialEvent[]) {
  const folded = foldCredential(
    [
      { type: 'CredentialAdded' as const, data: { provider_kind: 'imap' as const, auth_kind: 'password' as const } },
      ...events,
    ].map((event, at) => ({
      stream_id: ID,
      version: at + 1,
      schema: 1,
      account_id: 'acc_one',
      at: new Date(T0 + at * MINUTE).toISOString(),
      actor: { kind: 'system' as const, id: 'test' },
      append_id: `append-${at}`,
      ...event,
    })),
  );
  if (folded === null) throw new Error('no credential');
  return folded;
}

const refused: CredentialEvent = {
  type: 'AuthenticationFailed',
  data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' },
};
const verified: CredentialEvent = { type: 'CredentialVerified', data: { by: 'test' } };
const rotated: CredentialEvent = { type: 'CredentialRotated', data: { generation: 1 } };

describe("a credential's health", () => {
  it.each<[string, CredentialEvent[], string]>([
    ['nothing', [], 'unverified'],
    ['a good test', [verified], 'valid'],
    ['one refusal', [verified, refused], 'suspect'],
    ['two refusals in a row', [refused, refused], 'parked'],
    ['two refusals with a good login between', [refused, verified, refused], 'suspect'],
    ['a rotation of a good one', [verified, rotated], 'unverified'],
    ['a rotation of a parked one', [refused, refused, rotated], 'parked'],
    ['a rotation and a good test of a parked one', [refused, refused, rotated, verified], 'valid'],
    [
      'a bad test',
      [
        verified,
        { type: 'CredentialTestFailed', data: { code: 'auth_failed', category: 'authentication', detail: '' } },
      ],
      'valid',
    ],
  ])('after %s', (_, events, status) => {
    expect(credentialAfter(...events).status).toBe(status);
  });

  it('lets one job try a suspect one after ten minutes, and the next ten minutes later', () => {
    const suspect = credentialAfter(refused);
    expect(admit(suspect, 'job_a', T0 + 10 * MINUTE).kind).toBe('wait');
    expect(admit(suspect, 'job_a', T0 + 11 * MINUTE)).toMatchObject({
      kind: 'trial',
      event: { data: { job_id: 'job_a' } },
    });
    const tried = credentialAfter(refused, { type: 'CredentialTrialStarted', data: { job_id: 'job_a' } });
    expect(admit(tried, 'job_b', T0 + 11 * MINUTE).kind).toBe('wait');
    expect(admit(tried, 'job_b', T0 + 12 * MINUTE).kind).toBe('trial');
  });

  it('holds a parked one for as long as nobody acts', () => {
    expect(admit(credentialAfter(refused, refused), 'job_a', T0 + 1e12).kind).toBe('wait');
  });

  it('holds a rate-limited one until the hint is over', () => {
    const until = new Date(T0 + 5 * MINUTE).toISOString();
    const limited = credentialAfter(verified, { type: 'CredentialRateLimited', data: { until, code: 'rate_limited' } });
    expect(waitOf(limited, T0 + 4 * MINUTE)).toEqual({ on: 'rate_limited', until });
    expect(waitOf(limited, T0 + 5 * MINUTE)).toBeNull();
  });
});
