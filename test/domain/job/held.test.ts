import { describe, expect, it } from 'vitest';
import { foldAccount } from '../../../functions/domain/account/account.ts';
import { TRIAL_AFTER_MS } from '../../../functions/domain/credential/evolve.ts';
import { foldCredential } from '../../../functions/domain/credential/history.ts';
import { decideHoldExpiry } from '../../../functions/domain/job/decide.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { decideSweep, MOST_HELD_MS } from '../../../functions/domain/job/sweep.ts';
import { waitOfJob } from '../../../functions/domain/job/waiting.ts';
import { requested, stream, T0 } from './job-stream.ts';

const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const CREDENTIAL = 'pc_01jgx000000000000000000001';

const envelopes = (streamId: string, events: readonly (readonly [number, string, unknown])[]) =>
  events.map(([at, type, data], index) => ({
    stream_id: streamId,
    version: index + 1,
    type,
    data,
    schema: 1,
    account_id: 'acc_one',
    at: iso(at),
    actor: { kind: 'system' as const, id: 'test' },
    append_id: `a${index}`,
  }));

const REFUSED = { code: 'auth_failed', category: 'authentication', detail: '', job_id: null };
const credentialOf = (...events: (readonly [number, string, unknown])[]) =>
  foldCredential(
    envelopes(CREDENTIAL, [[T0, 'CredentialAdded', { provider_kind: 'imap', auth_kind: 'password' }], ...events]),
  );
const accountOf = (...events: (readonly [number, string, unknown])[]) => foldAccount(envelopes('acc_one', events));

const queued = foldJob(stream([requested()]));
const forced = foldJob(stream([requested(), { type: 'JobTriggered', data: { reason: null, force: false } }]));
if (queued === null || forced === null) throw new Error('no job');

describe('a job that waits', () => {
  const parked = credentialOf([T0, 'CredentialRefused', REFUSED], [T0 + 1, 'CredentialRefused', REFUSED]);
  const holders = { credential: parked, account: null };

  it('fails with the reason of its credential when that has held it for a day', () => {
    expect(decideSweep(queued, holders, T0 + MOST_HELD_MS - 1, MINUTE)).toBe('leave');
    expect(decideSweep(queued, holders, T0 + MOST_HELD_MS, MINUTE)).toBe('give_up');
    expect(decideHoldExpiry(queued, holders, T0 + MOST_HELD_MS - 1)).toBeNull();
    expect(decideHoldExpiry(queued, holders, T0 + MOST_HELD_MS)).toMatchObject({
      type: 'HoldExpired',
      data: { code: 'auth_failed', category: 'authentication' },
    });
    expect(decideHoldExpiry({ ...queued, deleted: true }, holders, T0 + MOST_HELD_MS)).toBeNull();
    expect(decideHoldExpiry(null, holders, T0 + MOST_HELD_MS)).toBeNull();
  });

  it('is the trial of its suspect credential when that is due', () => {
    const suspect = { credential: credentialOf([T0, 'CredentialRefused', REFUSED]), account: null };
    expect(decideSweep(queued, suspect, T0 + TRIAL_AFTER_MS - 1, MINUTE)).toBe('leave');
    expect(decideSweep(queued, suspect, T0 + TRIAL_AFTER_MS, MINUTE)).toBe('resend');
    expect(decideSweep(queued, holders, T0 + 2 * TRIAL_AFTER_MS, MINUTE)).toBe('leave');
  });

  it('is not given up for a pause, which is the operator’s to end, nor when the credential is good again', () => {
    const pause = [T0, 'CredentialPaused', { reason: null, until: null }] as const;
    const late = T0 + 3 * MOST_HELD_MS;
    expect(decideSweep(queued, { credential: credentialOf(pause), account: null }, late, MINUTE)).toBe('leave');
    const good = credentialOf([T0, 'CredentialRefused', REFUSED], [T0 + 1, 'CredentialVerified', { by: 'test' }]);
    expect(decideHoldExpiry(queued, { credential: good, account: null }, late)).toBeNull();
  });

  it('is held as long as an operator wants what is paused, refused or not, and for a day after that', () => {
    const strikes = [[T0, 'CredentialRefused', REFUSED] as const, [T0 + 1, 'CredentialRefused', REFUSED] as const];
    const late = T0 + 3 * MOST_HELD_MS;
    const pause = { reason: null, until: null };
    const until = iso(late);
    const held = {
      credential: { credential: credentialOf(...strikes, [T0 + 2, 'CredentialPaused', pause]), account: null },
      account: { credential: parked, account: accountOf([T0 + 2, 'AccountPaused', pause]) },
    };
    const freed = {
      credential: {
        credential: credentialOf(
          ...strikes,
          [T0, 'CredentialPaused', pause],
          [late, 'CredentialResumed', { reason: null }],
        ),
        account: null,
      },
      account: {
        credential: parked,
        account: accountOf([T0, 'AccountPaused', pause], [late, 'AccountResumed', { reason: null }]),
      },
      time: { credential: credentialOf(...strikes, [T0, 'CredentialPaused', { reason: null, until }]), account: null },
    };
    for (const each of Object.values(held)) {
      expect(decideSweep(queued, each, late, MINUTE)).toBe('leave');
      expect(decideHoldExpiry(queued, each, late)).toBeNull();
    }
    for (const each of Object.values(freed)) {
      expect(decideSweep(queued, each, late + MOST_HELD_MS - 1, MINUTE)).toBe('leave');
      expect(decideHoldExpiry(queued, each, late + MOST_HELD_MS - 1)).toBeNull();
      expect(decideSweep(queued, each, late + MOST_HELD_MS, MINUTE)).toBe('give_up');
      expect(decideHoldExpiry(queued, each, late + MOST_HELD_MS)?.type).toBe('HoldExpired');
    }
  });

  it('is counted as failed without an attempt', () => {
    const failed = foldJob(
      stream([
        requested(),
        { type: 'HoldExpired', data: { code: 'auth_failed', category: 'authentication', detail: 'held' } },
      ]),
    );
    expect(failed).toMatchObject({
      status: 'failed',
      attempt_count: 0,
      attempts_used: 0,
      last_error_code: 'auth_failed',
    });
    expect(failed?.failed_at).toBe(failed?.updated_at);
  });

  it('waits on its account before its credential, and goes on in the first sweep after the account is resumed', () => {
    const paused = accountOf([T0, 'AccountPaused', { reason: 'why', until: null }]);
    expect(
      waitOfJob(queued, { credential: parked, account: paused, fullUntil: T0 + 9, shareFullUntil: null }, T0 + 1),
    ).toEqual({
      on: 'account_paused',
      until: null,
    });
    const good = credentialOf();
    expect(decideSweep(queued, { credential: good, account: paused }, T0 + 60 * MINUTE, MINUTE)).toBe('leave');
    const resumed = accountOf(
      [T0, 'AccountPaused', { reason: 'why', until: null }],
      [T0 + 60 * MINUTE, 'AccountResumed', { reason: null }],
    );
    const after = { credential: good, account: resumed };
    expect(decideSweep(queued, after, T0 + 60 * MINUTE + 1, MINUTE)).toBe('resend');
    expect(decideSweep(queued, after, T0 + 61 * MINUTE, MINUTE)).toBe('leave');
  });

  it('goes on by itself when the pause of its account is over', () => {
    const until = iso(T0 + 60 * MINUTE);
    const holders = { credential: credentialOf(), account: accountOf([T0, 'AccountPaused', { reason: null, until }]) };
    expect(waitOfJob(queued, { ...holders, fullUntil: null, shareFullUntil: null }, T0 + 60 * MINUTE - 1)).toEqual({
      on: 'account_paused',
      until,
    });
    expect(waitOfJob(queued, { ...holders, fullUntil: null, shareFullUntil: null }, T0 + 60 * MINUTE)).toBeNull();
    expect(decideSweep(queued, holders, T0 + 60 * MINUTE + 1, MINUTE)).toBe('resend');
  });

  it('waits for a connection while all of its credential are taken, once it is due', () => {
    const free = { credential: credentialOf(), account: null };
    const fullUntil = T0 + MINUTE;
    expect(waitOfJob(queued, { ...free, fullUntil, shareFullUntil: null }, T0 + 1)).toEqual({
      on: 'connection_slot',
      until: iso(fullUntil),
    });
    expect(waitOfJob(queued, { ...free, fullUntil: null, shareFullUntil: null }, T0 + 1)).toBeNull();
    expect(
      waitOfJob({ ...queued, next_attempt_at: iso(T0 + 2) }, { ...free, fullUntil, shareFullUntil: null }, T0 + 1),
    ).toBeNull();
    for (const status of ['scheduled', 'retrying'] as const)
      expect(waitOfJob({ ...queued, status }, { ...free, fullUntil, shareFullUntil: null }, T0 + 1)?.on).toBe(
        'connection_slot',
      );
  });

  it.each(['queued', 'scheduled', 'retrying'] as const)(
    'waits on nothing before its own time while it is %s, and on what holds it from then on',
    (status) => {
      const paused = accountOf([T0, 'AccountPaused', { reason: null, until: null }]);
      const due = T0 + 60 * MINUTE;
      const later = { ...queued, status, next_attempt_at: iso(due) };
      const slots = { fullUntil: T0 + 90 * MINUTE, shareFullUntil: T0 + 90 * MINUTE };
      const holds = [
        ['account_paused', { credential: parked, account: paused, ...slots }],
        ['credential_parked', { credential: parked, account: null, ...slots }],
        ['connection_slot', { credential: credentialOf(), account: null, ...slots }],
        ['account_share', { credential: null, account: null, ...slots, fullUntil: null }],
      ] as const;
      for (const [on, circumstances] of holds) {
        expect(waitOfJob(later, circumstances, due - 1)).toBeNull();
        expect(waitOfJob(later, circumstances, due)?.on).toBe(on);
      }
    },
  );

  it('waits on nothing when it was handed back and then given a later time', () => {
    const postponed = { until: iso(T0 + MINUTE), because: 'host_parked' as const };
    const free = { credential: null, account: null, fullUntil: null, shareFullUntil: null };
    expect(waitOfJob({ ...queued, postponed }, free, T0 + 1)?.on).toBe('host_parked');
    const later = { ...queued, postponed, next_attempt_at: iso(T0 + MINUTE + 1) };
    expect(waitOfJob(later, free, T0 + 1)).toBeNull();
    expect(waitOfJob({ ...later, next_attempt_at: postponed.until }, free, T0 + 1)?.on).toBe('host_parked');
  });

  it('needs a connection and a worker also when an operator has triggered it', () => {
    const due = Date.parse(forced.next_attempt_at ?? '');
    const full = { credential: parked, account: null, fullUntil: due + 9, shareFullUntil: due + 9 };
    expect(waitOfJob(forced, full, due)?.on).toBe('connection_slot');
    expect(waitOfJob(forced, { ...full, fullUntil: null }, due)?.on).toBe('account_share');
  });

  it('does not wait for its credential and its account when an operator has triggered it', () => {
    const paused = accountOf([T0, 'AccountPaused', { reason: null, until: null }]);
    const due = Date.parse(forced.next_attempt_at ?? '');
    const free = { fullUntil: null, shareFullUntil: null };
    expect(waitOfJob(forced, { credential: parked, account: paused, ...free }, due)).toBeNull();
    expect(decideSweep(forced, { credential: parked, account: paused }, T0 + 2.5 * MINUTE, MINUTE)).toBe('resend');
  });
});
