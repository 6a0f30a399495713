import { describe, expect, it } from 'vitest';
import { credentialSchema } from '../../../functions/domain/credential/credential.ts';
import { LEASE_MS, mayBeLostFrom, rescueAt, resendsNow, sweepFrom } from '../../../functions/domain/job/due.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { decideSweep, isHeldTooLong, MAX_HELD_MS } from '../../../functions/domain/job/sweep.ts';
import {
  freedWithoutMessage,
  isDue,
  isHeld,
  isStalled,
  leaseEnd,
  waitOfJob,
} from '../../../functions/domain/job/waiting.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from './job-stream.ts';

const MINUTE = 60_000;
const FREE = { credential: null, account: null };
const UNSHARED = { ...FREE, fullUntil: null, shareFullUntil: null };
const job = (...events: JobEvent[]): Job => {
  const folded = foldJob(stream(events));
  if (folded === null) throw new Error('no job');
  return folded;
};
const deleted: JobEvent = { type: 'JobDeleted', data: { reason: null } };
const STARTED_AT = T0 + 1000;
const running = job(requested(), started());
const queued = job(requested());
const sweep = (of: Job, now: number) => decideSweep(of, FREE, now, MINUTE);

describe('the sweeper', () => {
  it('may rescue a running job when its first lease is over', () => {
    expect(mayBeLostFrom(running)).toBe(STARTED_AT + LEASE_MS);
    expect(sweep(running, STARTED_AT + LEASE_MS - 1)).toBe('leave');
    expect(sweep(running, STARTED_AT + LEASE_MS)).toBe('rescue');
    expect(sweepFrom(running)).toBe(iso(STARTED_AT + LEASE_MS));
  });

  it('releases a job that is due, after its time or after a failure', () => {
    const scheduled = job(requested({ run_at: iso(T0 + MINUTE) }));
    const retrying = job(requested(), started(), failedWith('connection_closed', iso(T0 + MINUTE)));
    for (const waiting of [scheduled, retrying]) {
      expect(sweep(waiting, T0 + MINUTE - 1)).toBe('leave');
      expect(sweep(waiting, T0 + MINUTE)).toBe('release');
    }
  });

  it('sends the message of a queued job again two minutes after it was due', () => {
    expect(sweep(queued, T0 + 2 * MINUTE - 1)).toBe('leave');
    expect(sweep(queued, T0 + 2 * MINUTE)).toBe('resend');
    expect(sweep(queued, T0 + 3 * MINUTE)).toBe('leave');
    expect(sweepFrom(queued)).toBe(iso(T0 + 2 * MINUTE));
  });

  it('ignores ended and deleted jobs', () => {
    const times = [2 * MINUTE, 2 * MINUTE + 1_000, 2 * MINUTE + 2_000, 4 * MINUTE + 2_000].map((after) => T0 + after);
    for (const ended of [
      job(requested(), started(), succeeded),
      job(requested(), started(), failedWith('auth_failed', null)),
      job(requested(), deleted),
      job(requested(), started(), deleted),
    ]) {
      for (const late of times) expect(sweep(ended, late)).toBe('leave');
      expect(sweepFrom(ended)).toBeNull();
    }
  });

  it('checks a queued job two minutes after it is due, however far that is', () => {
    const until = iso(T0 + 60 * MINUTE);
    const put = job(requested(), started(), { type: 'JobPostponed', data: { until, because: 'rate_limited' } });
    expect(sweepFrom(put)).toBe(iso(T0 + 62 * MINUTE));
    expect(sweep(put, T0 + 60 * MINUTE)).toBe('leave');
    expect(sweep(put, T0 + 62 * MINUTE)).toBe('resend');
  });

  it('counts the first lease from the start of the attempt, whatever events follow', () => {
    const planned = job(requested(), started(), { type: 'MutationPlanned', data: { plan: { target: 'A' } } });
    expect(mayBeLostFrom(planned)).toBe(STARTED_AT + LEASE_MS);
  });

  it('sends a message again once for each doubling of the age, however often it sweeps', () => {
    const every10s = Array.from({ length: 60 }, (_, n) => n * 10_000).filter((age) => resendsNow(T0, T0 + age, 10_000));
    expect(every10s).toEqual([2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
  });

  it('rescues a mutating attempt only after its last command has ended too', () => {
    const move = job(requested({ action: 'imap_move_messages' }), started());
    expect(rescueAt(running, T0)).toBe(T0);
    expect(rescueAt(move, T0)).toBe(T0 + 30_000);
  });
});

describe('the lease of a running job', () => {
  it('ends at its renewal, and without a renewal 40 s after the start', () => {
    expect(leaseEnd(running, null)).toBe(STARTED_AT + LEASE_MS);
    expect(leaseEnd(running, T0 + 99)).toBe(T0 + 99);
    const planned = job(requested(), started(), { type: 'MutationPlanned', data: { plan: {} } });
    expect(leaseEnd(planned, null)).toBe(STARTED_AT + LEASE_MS);
  });

  it('holds the job exactly until that time, and holds no other job', () => {
    expect(isHeld(running, null, STARTED_AT + LEASE_MS - 1)).toBe(true);
    expect(isHeld(running, null, STARTED_AT + LEASE_MS)).toBe(false);
    expect(isHeld(queued, T0 + MINUTE, T0)).toBe(false);
    expect(isHeld({ ...running, lease_id: null }, T0 + MINUTE, T0)).toBe(false);
    expect(isHeld({ ...running, status: 'queued' }, T0 + MINUTE, T0)).toBe(false);
  });
});

describe('a stalled job', () => {
  it('is one that runs although its lease ended more than two minutes ago', () => {
    const end = STARTED_AT + LEASE_MS;
    expect(isStalled(running, false, null, end + 2 * MINUTE)).toBe(false);
    expect(isStalled(running, false, null, end + 2 * MINUTE + 1)).toBe(true);
  });

  it('is one that was due more than ten minutes ago and is not blocked', () => {
    expect(isStalled(queued, false, null, T0 + 10 * MINUTE)).toBe(false);
    expect(isStalled(queued, false, null, T0 + 10 * MINUTE + 1)).toBe(true);
    expect(isStalled(queued, true, null, T0 + 60 * MINUTE)).toBe(false);
    expect(isStalled(job(requested(), started(), succeeded), false, null, T0 + 60 * MINUTE)).toBe(false);
    const ended = { ...job(requested(), started(), succeeded), next_attempt_at: iso(T0) };
    expect(isStalled(ended, false, null, T0 + 60 * MINUTE)).toBe(false);
  });
});

describe('the end of a pause of the account', () => {
  const until = T0 + 10 * MINUTE;
  const paused = { reason: null, until: iso(until) };
  const account = { id: 'acc_one', version: 1, available_since: iso(T0 - MINUTE), updated_at: iso(T0), paused };
  const holders = { credential: null, account };
  const due = (ms: number) =>
    job(requested(), started(), { type: 'JobPostponed', data: { until: iso(ms), because: 'connection_slot' } });

  it('sends jobs that were due before, and no others', () => {
    const sweepAt = (of: Job) => decideSweep(of, holders, until + 20_000, MINUTE);
    expect(sweepAt(due(until - 1))).toBe('resend');
    expect(sweepAt(due(until))).toBe('leave');
    expect(sweepAt(due(until + 10_000))).toBe('leave');
  });

  it('is exact to the millisecond', () => {
    expect(freedWithoutMessage(holders, until)).toBe(until);
    expect(freedWithoutMessage(holders, until - 1)).toBe(T0 - MINUTE);
    expect(freedWithoutMessage({ credential: null, account: null }, until)).toBe(0);
  });
});

describe('the wait of a job', () => {
  const waits = (of: Job, now: number, fullUntil: number | null = null) =>
    waitOfJob(of, { ...UNSHARED, fullUntil }, now);
  const account = {
    ...{
      id: 'acc_one',
      version: 1,
      available_since: iso(T0),
      updated_at: iso(T0),
      paused: { reason: null, until: null },
    },
  };

  it('is the reason it was postponed for, until that time is over', () => {
    const postponed = { ...queued, postponed: { because: 'rate_limited' as const, until: iso(T0 + MINUTE) } };
    expect(waits(postponed, T0 + MINUTE - 1)).toEqual({ on: 'rate_limited', until: iso(T0 + MINUTE) });
    expect(waits(postponed, T0 + MINUTE)).toBeNull();
  });

  it.each(['queued', 'scheduled', 'retrying'] as const)('is a paused account while it is %s', (status) => {
    const held = waitOfJob({ ...queued, status }, { ...UNSHARED, account }, T0);
    expect(held).toEqual({ on: 'account_paused', until: null });
  });

  it('is null while the job runs, has ended, or is forced', () => {
    for (const changes of [{ status: 'running' }, { status: 'failed' }, { forced: true }] as const)
      expect(waitOfJob({ ...queued, ...changes }, { ...UNSHARED, account }, T0)).toBeNull();
  });

  it('is a connection when the job is due and all connections are taken', () => {
    const full = T0 + 2 * MINUTE;
    expect(waits(queued, T0, full)).toEqual({ on: 'connection_slot', until: iso(full) });
    expect(waits({ ...queued, next_attempt_at: iso(T0 + 1) }, T0, full)).toBeNull();
    expect(isDue({ ...queued, next_attempt_at: null }, T0)).toBe(false);
  });
});

describe('a job blocked by a failing credential', () => {
  type Status = 'suspect' | 'parked' | 'valid';
  const credential = (status: Status) =>
    credentialSchema.parse({
      ...{ id: 'pc_1', account_id: 'acc_one', auth_kind: 'password', version: 1, generation: 1, deleted: false },
      ...{ status, strikes: 1, struck_at: iso(T0), next_trial_at: iso(T0), parked_at: null, limited_until: null },
      ...{ last_validated_at: null, available_since: iso(T0 - MINUTE), created_at: iso(T0), updated_at: iso(T0) },
    });
  const held = (of: Job, status: Status = 'parked', now = T0 + MAX_HELD_MS) =>
    isHeldTooLong(of, { credential: credential(status), account: null }, now);

  it('is blocked too long after a day, by a suspect as by a parked credential', () => {
    expect([held(queued), held(queued, 'suspect'), held(queued, 'valid')]).toEqual([true, true, false]);
    expect(isHeldTooLong(queued, FREE, T0 + MAX_HELD_MS)).toBe(false);
  });

  it('is not blocked too long when it is forced, or waits for its own time', () => {
    expect(held({ ...queued, forced: true })).toBe(false);
    expect(held({ ...queued, status: 'retrying' })).toBe(false);
    const late = { ...queued, next_attempt_at: iso(T0 + MINUTE) };
    expect([held(late), held(late, 'parked', T0 + MINUTE + MAX_HELD_MS)]).toEqual([false, true]);
  });
});
