import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { abandoned, failedWith, iso, requested, started, stream, succeeded, T0, yielded } from './job-stream.ts';

const LATER = iso(T0 + 3_600_000);
const folded = (events: readonly JobEvent[]) => {
  const job = foldJob(stream(events));
  if (job === null) throw new Error('no job');
  return job;
};

/**
 * The fields that the last of these events changes, with their new values, except version, time and number of changes.
 */
function changesOf(...events: JobEvent[]): Record<string, unknown> {
  const before = new Map<string, unknown>(Object.entries(folded(events.slice(0, -1))));
  const { version, updated_at: updatedAt, changes, ...after } = folded(events);
  expect(changes).toBe(events.filter(({ type }) => type === 'JobUpdated').length);
  expect([version, updatedAt]).toEqual([events.length, iso(T0 + (events.length - 1) * 1000)]);
  return Object.fromEntries(
    Object.entries(after).filter(([field, value]) => JSON.stringify(before.get(field)) !== JSON.stringify(value)),
  );
}

const at = (second: number): string => iso(T0 + second * 1000);
const retry: JobEvent = { type: 'JobRetryRequested', data: { reason: null, bulk_id: 'blk_1' } };
const trigger: JobEvent = { type: 'JobTriggered', data: { reason: null, force: false } };
const failed = [requested(), started(), failedWith('auth_failed', null)];
const CUT = { lease_id: null, attempt_started_at: null };

describe('what an event changes of a job', () => {
  it('a release queues the job', () => {
    const release: JobEvent = { type: 'JobReleased', data: {} };
    expect(changesOf(requested({ run_at: LATER }), release)).toEqual({ status: 'queued', next_attempt_at: at(1) });
  });

  it('a start gives the job to the holder of a lease, and clears its wait and its failure', () => {
    expect(changesOf(requested(), started())).toEqual({
      status: 'running',
      attempt_count: 1,
      part: 1,
      lease_id: 'lease-1-1',
      started_at: at(1),
      attempt_started_at: at(1),
      next_attempt_at: null,
    });
    const postponed: JobEvent = { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } };
    expect(changesOf(requested(), postponed, started())).toMatchObject({ postponed: null });
    expect(changesOf(requested(), started(), yielded, started(1, 2))).toEqual({
      status: 'running',
      part: 2,
      lease_id: 'lease-1-2',
      attempt_started_at: at(3),
      next_attempt_at: null,
    });
  });

  it('a triggered job keeps the trigger while it runs and when it is postponed, until its attempt ends', () => {
    const handedBack: JobEvent = { type: 'JobPostponed', data: { until: LATER, because: 'account_share' } };
    expect(changesOf(requested(), trigger, started())).not.toHaveProperty('forced');
    expect(changesOf(requested(), trigger, started(), handedBack)).not.toHaveProperty('forced');
    const ends = [yielded, abandoned('lease-1-1'), failedWith('auth_failed', null)];
    for (const end of ends) expect(changesOf(requested(), trigger, started(), end)).toMatchObject({ forced: false });
  });

  it('a plan is stored', () => {
    expect(changesOf(requested(), started(), { type: 'MutationPlanned', data: { plan: { to: 'A' } } })).toEqual({
      plan: { to: 'A' },
    });
  });

  it('a yield queues the job with its checkpoint, and ends a streak of lost workers', () => {
    expect(changesOf(requested(), started(), abandoned('lease-1-1'), started(1, 2), yielded)).toEqual({
      ...CUT,
      status: 'queued',
      checkpoint: { window: 1 },
      abandoned: 0,
      next_attempt_at: at(4),
    });
  });

  it('a success ends the job with its result', () => {
    const lost = [requested(), started(), abandoned('lease-1-1'), started(1, 2)];
    expect(changesOf(...lost, succeeded)).toEqual({
      ...CUT,
      status: 'succeeded',
      part: 0,
      result: { folders: 1 },
      abandoned: 0,
      finished_at: at(4),
    });
  });

  it('a failure that is retried waits for its time', () => {
    const error = {
      last_error_code: 'connection_closed',
      last_error_category: 'transient',
      last_error_detail: 'detail',
    };
    expect(changesOf(requested(), started(), failedWith('connection_closed', LATER))).toEqual({
      ...CUT,
      ...error,
      status: 'retrying',
      part: 0,
      attempts_used: 1,
      next_attempt_at: LATER,
      last_error_at: at(2),
    });
  });

  it('a final failure ends the job', () => {
    expect(changesOf(...failed)).toEqual({
      ...CUT,
      status: 'failed',
      part: 0,
      attempts_used: 1,
      finished_at: at(2),
      failed_at: at(2),
      last_error_code: 'auth_failed',
      last_error_category: 'authentication',
      last_error_detail: 'detail',
      last_error_at: at(2),
    });
  });

  it('a lost worker queues the job again as the same attempt, and the fifth one fails it', () => {
    const error = {
      last_error_code: 'worker_lost',
      last_error_category: 'interrupted',
      last_error_detail: expect.stringContaining('lease'),
      last_error_at: at(2),
    };
    expect(changesOf(requested(), started(), abandoned('lease-1-1'))).toEqual({
      ...CUT,
      ...error,
      status: 'queued',
      abandoned: 1,
      next_attempt_at: at(2),
    });
    expect(changesOf(requested(), started(), abandoned('lease-1-1', true))).toEqual({
      ...CUT,
      ...error,
      status: 'failed',
      part: 0,
      abandoned: 1,
      finished_at: at(2),
      failed_at: at(2),
    });
  });

  it('a block that lasted too long fails the job without an attempt', () => {
    const expired: JobEvent = {
      type: 'HoldExpired',
      data: { code: 'auth_failed', category: 'authentication', detail: 'held' },
    };
    expect(changesOf(requested(), expired)).toEqual({
      status: 'failed',
      next_attempt_at: null,
      finished_at: at(1),
      failed_at: at(1),
      last_error_code: 'auth_failed',
      last_error_category: 'authentication',
      last_error_detail: 'held',
      last_error_at: at(1),
    });
  });

  it('a retry queues the job with a new budget and names its bulk operation; the last error stays', () => {
    expect(changesOf(...failed, retry)).toEqual({
      status: 'queued',
      attempts_used: 0,
      next_attempt_at: at(3),
      finished_at: null,
      failed_at: null,
      bulk_id: 'blk_1',
    });
  });

  it('a trigger queues the job in spite of blocks, and clears a result or a resolution', () => {
    expect(changesOf(requested(), started(), succeeded, trigger)).toEqual({
      status: 'queued',
      forced: true,
      next_attempt_at: at(3),
      finished_at: null,
      result: null,
    });
    const resolved: JobEvent = { type: 'JobResolved', data: { note: 'by hand' } };
    expect(changesOf(requested(), resolved, trigger)).toEqual({
      status: 'queued',
      forced: true,
      next_attempt_at: at(2),
      finished_at: null,
      resolved_at: null,
      resolution: null,
    });
  });

  it('a forced trigger of a copy clears its plan, and no other trigger does', () => {
    const plan: JobEvent = { type: 'MutationPlanned', data: { plan: { to: 'A' } } };
    const forced: JobEvent = { type: 'JobTriggered', data: { reason: null, force: true } };
    const life = (action: string) => [requested({ action }), started(), plan, succeeded];
    const planAfter = (...events: JobEvent[]) => folded(events).plan;
    expect(planAfter(...life('imap_copy_messages'), forced)).toBeNull();
    expect(planAfter(...life('imap_copy_messages'), trigger)).toEqual({ to: 'A' });
    expect(planAfter(...life('imap_move_messages'), forced)).toEqual({ to: 'A' });
    expect(planAfter(requested({ action: 'imap_copy_messages' }), started(), plan, forced)).toEqual({ to: 'A' });
  });

  it('a resolve ends the job with its author and reason', () => {
    expect(changesOf(...failed, { type: 'JobResolved', data: { note: 'by hand', bulk_id: 'blk_2' } })).toEqual({
      status: 'resolved',
      finished_at: at(3),
      failed_at: null,
      resolved_at: at(3),
      resolution: { kind: 'resolved', note: 'by hand', by: 'test' },
      bulk_id: 'blk_2',
    });
  });

  it('a cancellation ends the job as resolved, with its author and reason, and ends a running attempt', () => {
    const cancelled: JobEvent = { type: 'JobCancelled', data: { reason: 'by mistake', bulk_id: 'blk_2' } };
    expect(changesOf(requested(), started(), cancelled)).toEqual({
      ...CUT,
      status: 'resolved',
      part: 0,
      finished_at: at(2),
      resolved_at: at(2),
      resolution: { kind: 'cancelled', note: 'by mistake', by: 'test' },
      bulk_id: 'blk_2',
    });
  });

  it('a cancellation of a running attempt with a plan leaves its outcome unknown, as a resolve does', () => {
    const plan: JobEvent = { type: 'MutationPlanned', data: { plan: { to: 'A' } } };
    const cancelled: JobEvent = { type: 'JobCancelled', data: { reason: null } };
    expect(folded([requested(), started(), plan, cancelled])).toMatchObject({ outcome_unknown: true });
    expect(folded([requested(), cancelled])).toMatchObject({ outcome_unknown: false });
  });

  it('a deletion hides the job and ends a running attempt', () => {
    expect(changesOf(requested(), started(), { type: 'JobDeleted', data: { reason: null } })).toEqual({
      ...CUT,
      deleted: true,
      deleted_by: 'system',
      part: 0,
    });
    const deleted = [requested(), { type: 'JobDeleted', data: { reason: null } } as const];
    expect(folded([...deleted, trigger])).toEqual({ ...folded(deleted), version: 3 });
  });
});

describe('an update of a job', () => {
  const updated = (changes: Extract<JobEvent, { type: 'JobUpdated' }>['data']['changes']): JobEvent => ({
    type: 'JobUpdated',
    data: { changes },
  });
  const unknown: JobEvent = {
    type: 'AttemptFailed',
    data: { code: 'connection_closed', category: 'transient', detail: '', retry_at: LATER, outcome_unknown: true },
  };
  const planned: JobEvent = { type: 'MutationPlanned', data: { plan: { to: 'A' } } };

  it.each([
    { priority: 0 },
    { priority: 5 },
    { labels: [] },
    { labels: ['vip'] },
    { max_attempts: 3 },
    { max_attempts: null },
  ])('changes only %j', (changes) => {
    const before = requested({ priority: 1, labels: ['old'], max_attempts: 9 });
    expect(changesOf(before, updated(changes))).toEqual(changes);
  });

  it('changes the payload, and clears the plan and the unknown outcome of the old one', () => {
    const life = [requested(), started(), planned, unknown];
    expect(changesOf(...life, updated({ payload: { folder: 'A' } }))).toEqual({
      payload: { folder: 'A' },
      plan: null,
      outcome_unknown: false,
    });
    expect(changesOf(...life, updated({ priority: 3 }))).toEqual({ priority: 3 });
    expect(folded([requested(), updated({ priority: 3 })]).outcome_unknown).toBe(false);
  });

  it('changes the time that the job waits for, or ends its wait', () => {
    expect(changesOf(requested(), updated({ run_at: LATER }))).toEqual({
      run_at: LATER,
      status: 'scheduled',
      next_attempt_at: LATER,
    });
    for (const passed of [null, at(1), iso(T0 - 5)])
      expect(changesOf(requested({ run_at: LATER }), updated({ run_at: passed }))).toEqual({
        run_at: passed,
        status: 'queued',
        next_attempt_at: at(1),
      });
  });
});
