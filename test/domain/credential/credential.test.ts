import { describe, expect, it } from 'vitest';
import { admit, freeSince, isProbeDue, waitOf } from '../../../functions/domain/credential/admission.ts';
import type { CredentialEvent } from '../../../functions/domain/credential/events.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import { categoryOf } from '../../../functions/domain/failure/catalogue.ts';

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
  type: 'CredentialRefused',
  data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: 'job_x' },
};
const verified: CredentialEvent = { type: 'CredentialVerified', data: { by: 'test' } };
const rotated: CredentialEvent = { type: 'CredentialRotated', data: { generation: 1 } };
const moved: CredentialEvent = { type: 'CredentialUpdated', data: { generation: 2, fields: ['host'] } };
const relabelled: CredentialEvent = { type: 'CredentialUpdated', data: { generation: 1, fields: ['label'] } };

describe("a credential's health", () => {
  it.each<[string, CredentialEvent[], string]>([
    ['nothing', [], 'unverified'],
    ['a successful test', [verified], 'valid'],
    ['one refusal', [verified, refused], 'suspect'],
    ['two refusals in a row', [refused, refused], 'parked'],
    ['two refusals with a successful login between', [refused, verified, refused], 'suspect'],
    ['a rotation of a valid one', [verified, rotated], 'unverified'],
    ['a move of a valid one to another server', [verified, moved], 'unverified'],
    ['a change of a valid one that keeps its server', [verified, relabelled], 'valid'],
    ['a move of a parked one', [refused, refused, moved], 'parked'],
    ['a rotation of a parked one', [refused, refused, rotated], 'parked'],
    ['a rotation and a successful test of a parked one', [refused, refused, rotated, verified], 'valid'],
    [
      'a failed test',
      [
        verified,
        { type: 'CredentialTestFailed', data: { code: 'auth_failed', category: 'authentication', detail: '' } },
      ],
      'valid',
    ],
  ])('after %s', (_, events, status) => {
    expect(credentialAfter(...events).status).toBe(status);
  });

  it('allows one job to try a suspect credential after ten minutes, and the next one ten minutes later', () => {
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

  it('begins only once', () => {
    const added = { type: 'CredentialAdded', data: { provider_kind: 'imap', auth_kind: 'oauth2' } } as const;
    expect(credentialAfter(added)).toEqual(credentialAfter());
  });

  it('blocks a parked credential until somebody acts', () => {
    expect(admit(credentialAfter(refused, refused), 'job_a', T0 + 1e12).kind).toBe('wait');
  });

  it('blocks a rate-limited credential until the hint is over', () => {
    const until = new Date(T0 + 5 * MINUTE).toISOString();
    const limited = credentialAfter(verified, { type: 'CredentialRateLimited', data: { until, code: 'rate_limited' } });
    expect(waitOf(limited, T0 + 4 * MINUTE)).toEqual({ on: 'rate_limited', until });
    expect(waitOf(limited, T0 + 5 * MINUTE)).toBeNull();
  });
});

describe('rate limits', () => {
  /** The event with this index comes that many minutes after T0. */
  const limit = (untilMinute: number): CredentialEvent => ({
    type: 'CredentialRateLimited',
    data: { until: iso(T0 + untilMinute * MINUTE), code: 'rate_limited' },
  });

  it('are counted until a login succeeds, each period once however many workers met it', () => {
    expect(credentialAfter(verified, limit(3)).limits).toBe(1);
    expect(credentialAfter(verified, limit(3), limit(5)).limits, 'at minute 3 the first is over').toBe(2);
    expect(credentialAfter(verified, limit(9), limit(8), limit(7)).limits, 'side by side').toBe(1);
    expect(credentialAfter(verified, limit(3), limit(4), verified).limits).toBe(0);
  });

  it('last as long as the longest of them', () => {
    expect(credentialAfter(verified, limit(9), limit(5)).limited_until).toBe(iso(T0 + 9 * MINUTE));
    expect(credentialAfter(verified, limit(5), limit(9)).limited_until).toBe(iso(T0 + 9 * MINUTE));
  });
});

const H = 3_600_000;
/** Two refusals, one minute apart. The credential is parked at T0 + 2 min. */
const PARKED_AT = T0 + 2 * MINUTE;
const probe: CredentialEvent[] = [
  { type: 'CredentialProbeStarted', data: {} },
  {
    type: 'CredentialRefused',
    data: { code: 'auth_failed', category: 'authentication', detail: '', job_id: null },
  },
];
const iso = (ms: number): string => new Date(ms).toISOString();

describe('a parked credential', () => {
  it('is probed 1, 6 and 24 hours after it was parked, and then never', () => {
    const next = [0, 1, 2, 3].map(
      (probes) =>
        credentialAfter(refused, refused, ...Array.from({ length: probes }, () => probe).flat()).next_trial_at,
    );
    expect(next).toEqual([iso(PARKED_AT + H), iso(PARKED_AT + 6 * H), iso(PARKED_AT + 24 * H), null]);
  });

  it('has one probe at a time, and another one when that probe is lost', () => {
    const parked = credentialAfter(refused, refused);
    expect(isProbeDue(parked, PARKED_AT + H - 1)).toBe(false);
    expect(isProbeDue(parked, PARKED_AT + H)).toBe(true);
    const probing = credentialAfter(refused, refused, { type: 'CredentialProbeStarted', data: {} });
    const startedAt = T0 + 3 * MINUTE;
    expect(isProbeDue(probing, startedAt + 2 * MINUTE - 1)).toBe(false);
    expect(isProbeDue(probing, startedAt + 2 * MINUTE)).toBe(true);
  });

  it('is not probed while the credential is only suspect, paused, or deleted', () => {
    const later = PARKED_AT + 30 * H;
    expect(isProbeDue(credentialAfter(refused), later)).toBe(false);
    expect(isProbeDue(credentialAfter(refused, refused, paused(null)), later)).toBe(false);
    expect(
      isProbeDue(credentialAfter(refused, refused, { type: 'CredentialDeleted', data: { force: true } }), later),
    ).toBe(false);
  });

  it('keeps its probe times when jobs that an operator triggered are refused meanwhile', () => {
    const triggered = credentialAfter(refused, refused, refused, refused, refused);
    expect(triggered).toMatchObject({ probes: 0, next_trial_at: iso(PARKED_AT + H), strikes: 5 });
    const later = credentialAfter(refused, refused, ...probe, refused);
    expect(later).toMatchObject({ probes: 1, next_trial_at: iso(PARKED_AT + 6 * H) });
  });

  it('keeps the reason it was parked for when a test fails for another reason', () => {
    const test = (code: 'provider_unreachable' | 'app_password_required'): CredentialEvent => ({
      type: 'CredentialTestFailed',
      data: { code, category: categoryOf(code), detail: '' },
    });
    expect(credentialAfter(refused, refused, test('provider_unreachable')).status_reason).toBe('auth_failed');
    expect(credentialAfter(refused, test('provider_unreachable')).status_reason).toBe('auth_failed');
    const known = credentialAfter(refused, refused, test('app_password_required'));
    expect(known.status_reason).toBe('app_password_required');
    expect(credentialAfter(test('provider_unreachable')).status_reason, 'nobody has used it yet').toBe(
      'provider_unreachable',
    );
  });

  it('starts again at the first probe after it was valid', () => {
    const again = credentialAfter(refused, refused, ...probe, verified, refused, refused);
    expect(again).toMatchObject({ probes: 0, strikes: 2, struck_at: iso(T0 + 6 * MINUTE) });
    expect(again.next_trial_at).toBe(iso(T0 + 7 * MINUTE + H));
  });
});

function paused(until: string | null): CredentialEvent {
  return { type: 'CredentialPaused', data: { reason: 'why', until } };
}
const resumed: CredentialEvent = { type: 'CredentialResumed', data: { reason: null } };

describe("an operator's pause", () => {
  const END = iso(T0 + 10 * MINUTE);

  it('blocks the jobs of a valid credential until its time or until it is resumed', () => {
    expect(waitOf(credentialAfter(verified, paused(null)), T0 + 99 * H)).toEqual({
      on: 'credential_paused',
      until: null,
    });
    const limited = credentialAfter(verified, paused(END));
    expect(waitOf(limited, T0 + 10 * MINUTE - 1)).toEqual({ on: 'credential_paused', until: END });
    expect(waitOf(limited, T0 + 10 * MINUTE)).toBeNull();
    expect(waitOf(credentialAfter(verified, paused(null), resumed), T0 + 99 * H)).toBeNull();
  });

  it('is not ended by a test, a login or a rotation, and does not repair a refused credential', () => {
    for (const event of [verified, rotated])
      expect(waitOf(credentialAfter(verified, paused(null), event), T0 + H)?.on).toBe('credential_paused');
    expect(waitOf(credentialAfter(refused, refused, paused(null), resumed), T0 + H)?.on).toBe('credential_parked');
  });

  it('sets since when the jobs may run', () => {
    expect(freeSince(credentialAfter(verified, paused(null), resumed), T0 + H)).toBe(T0 + 3 * MINUTE);
    expect(freeSince(credentialAfter(verified, paused(END)), T0 + H)).toBe(T0 + 10 * MINUTE);
    expect(freeSince(credentialAfter(refused, verified), T0 + H)).toBe(T0 + 2 * MINUTE);
  });
});
