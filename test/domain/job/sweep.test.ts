import { describe, expect, it } from 'vitest';
import { LEASE_MS, mayBeLostFrom, rescueAt, resendsNow, sweepFrom } from '../../../functions/domain/job/due.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { decideSweep } from '../../../functions/domain/job/sweep.ts';
import { isHeld, isStalled, leaseEnd } from '../../../functions/domain/job/waiting.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from './job-stream.ts';

const MINUTE = 60_000;
const FREE = { credential: null, account: null };
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

  it('leaves what has ended or was deleted', () => {
    const late = T0 + 2 * MINUTE;
    for (const ended of [
      job(requested(), started(), succeeded),
      job(requested(), started(), failedWith('auth_failed', null)),
      job(requested(), deleted),
      job(requested(), started(), deleted),
    ]) {
      expect(sweep(ended, late)).toBe('leave');
      expect(sweepFrom(ended)).toBeNull();
    }
  });

  it('looks at a queued job two minutes after it is due, however far that is', () => {
    const until = iso(T0 + 60 * MINUTE);
    const put = job(requested(), started(), { type: 'JobPostponed', data: { until, because: 'rate_limited' } });
    expect(sweepFrom(put)).toBe(iso(T0 + 62 * MINUTE));
    expect(sweep(put, T0 + 60 * MINUTE)).toBe('leave');
    expect(sweep(put, T0 + 62 * MINUTE)).toBe('resend');
  });

  it('counts the first lease from the start of the attempt, whatever it has written down since', () => {
    const planned = job(requested(), started(), { type: 'MutationPlanned', data: { plan: { target: 'A' } } });
    expect(mayBeLostFrom(planned)).toBe(STARTED_AT + LEASE_MS);
  });

  it('sends again once for each doubling of the age, however often it sweeps', () => {
    const every10s = Array.from({ length: 60 }, (_, n) => n * 10_000).filter((age) => resendsNow(T0, T0 + age, 10_000));
    expect(every10s).toEqual([2 * MINUTE, 4 * MINUTE, 8 * MINUTE]);
  });

  it('rescues an attempt that changes a mailbox only when its last command is over too', () => {
    const move = job(requested({ action: 'imap_move_messages' }), started());
    expect(rescueAt(running, T0)).toBe(T0);
    expect(rescueAt(move, T0)).toBe(T0 + 30_000);
  });
});

describe('the lease of a running job', () => {
  it('ends when it was renewed until, and without a renewal 40 s after the start', () => {
    expect(leaseEnd(running, null)).toBe(STARTED_AT + LEASE_MS);
    expect(leaseEnd(running, T0 + 99)).toBe(T0 + 99);
  });

  it('holds the job until that moment, and holds no other job', () => {
    expect(isHeld(running, null, STARTED_AT + LEASE_MS - 1)).toBe(true);
    expect(isHeld(running, null, STARTED_AT + LEASE_MS)).toBe(false);
    expect(isHeld(queued, T0 + MINUTE, T0)).toBe(false);
    expect(isHeld({ ...running, lease_id: null }, T0 + MINUTE, T0)).toBe(false);
  });
});

describe('a stalled job', () => {
  it('runs although its lease ended more than two minutes ago', () => {
    const end = STARTED_AT + LEASE_MS;
    expect(isStalled(running, false, null, end + 2 * MINUTE)).toBe(false);
    expect(isStalled(running, false, null, end + 2 * MINUTE + 1)).toBe(true);
  });

  it('was due more than ten minutes ago, and nothing holds it back', () => {
    expect(isStalled(queued, false, null, T0 + 10 * MINUTE)).toBe(false);
    expect(isStalled(queued, false, null, T0 + 10 * MINUTE + 1)).toBe(true);
    expect(isStalled(queued, true, null, T0 + 60 * MINUTE)).toBe(false);
    expect(isStalled(job(requested(), started(), succeeded), false, null, T0 + 60 * MINUTE)).toBe(false);
  });
});
