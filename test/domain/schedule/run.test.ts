import { describe, expect, it } from 'vitest';
import type { FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job } from '../../../functions/domain/job/job.ts';
import { decideRun, NO_RUNS, type ScheduleRun } from '../../../functions/domain/schedule/run.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from '../job/job-stream.ts';

const SINCE = iso(T0);
const run = (failures: number, since = SINCE): ScheduleRun => ({
  due: SINCE,
  job_id: 'job_1',
  fired_at: SINCE,
  skipped: 0,
  failures,
  since,
});
const job = (...events: Parameters<typeof stream>[0]): Job => {
  const folded = foldJob(stream(events));
  if (folded === null) throw new Error('no job');
  return folded;
};
const failed = (code: FailureCode, folder: string | null = 'Projects'): Job => ({
  ...job(requested(), started(), failedWith(code, null)),
  action: 'imap_sync_messages',
  payload: { folder },
});
const done = job(requested(), started(), succeeded);
const alive = job(requested());
const hopeless = failed('mailbox_not_found');

describe('a due time of a schedule', () => {
  it('makes a job when none has run yet, or the last one has succeeded', () => {
    expect(decideRun(null, SINCE, null, [], false)).toEqual({ kind: 'fire', failures: 0 });
    expect(decideRun(run(2), SINCE, done, [done, null], false)).toEqual({ kind: 'fire', failures: 0 });
  });

  it('is skipped while a job of the task is open, and the failure count stays', () => {
    expect(decideRun(run(2), SINCE, alive, [], false)).toEqual({ kind: 'skip', failures: 2 });
    expect(decideRun(run(2), SINCE, done, [null, alive], false)).toEqual({ kind: 'skip', failures: 2 });
    expect(decideRun(run(2), SINCE, done, [{ ...alive, deleted: true }], false)).toMatchObject({ kind: 'fire' });
  });

  it('is skipped while the credential is parked', () => {
    expect(decideRun(run(2), SINCE, hopeless, [], true)).toEqual({ kind: 'skip', failures: 2 });
    expect(decideRun(null, SINCE, null, [], true)).toEqual({ kind: 'skip', failures: 0 });
  });

  it.each<FailureCode>([
    'auth_failed',
    'permission_denied',
    'tls_error',
    'mailbox_not_found',
    'invalid_payload',
    'uidvalidity_changed',
  ])('suspends the schedule when the third run in a row has failed by %s, which will not go away', (code) => {
    expect(decideRun(run(0), SINCE, failed(code), [], false)).toEqual({ kind: 'fire', failures: 1 });
    expect(decideRun(run(1), SINCE, failed(code), [], false)).toEqual({ kind: 'fire', failures: 2 });
    expect(decideRun(run(2), SINCE, failed(code), [], false)).toEqual({ kind: 'suspend', code, failures: 3 });
  });

  it('does not count folder failures in a sync of all folders, but counts failures of the credential', () => {
    for (const code of ['permission_denied', 'mailbox_not_found', 'uidvalidity_changed'] as const)
      expect(decideRun(run(2), SINCE, failed(code, null), [], false)).toEqual({ kind: 'fire', failures: 0 });
    for (const code of ['auth_failed', 'tls_error', 'invalid_payload'] as const)
      expect(decideRun(run(2), SINCE, failed(code, null), [], false)).toMatchObject({ kind: 'suspend', failures: 3 });
  });

  it('counts failures of one mailbox for every action except a sync of all mailboxes', () => {
    const of = (action: Job['action']) =>
      decideRun(run(1), SINCE, { ...failed('permission_denied'), action, payload: {} }, [], false);
    expect(of('imap_sync_mailboxes')).toEqual({ kind: 'fire', failures: 0 });
    expect(of('imap_create_mailbox')).toEqual({ kind: 'fire', failures: 2 });
  });

  it('makes a job when the last run is missing, or failed for an unknown reason', () => {
    expect(decideRun(run(2), SINCE, null, [], false)).toEqual({ kind: 'fire', failures: 0 });
    expect(decideRun(run(3), SINCE, { ...hopeless, last_error_code: null }, [], false)).toMatchObject({ kind: 'fire' });
  });

  it('resets the count after a failure that may go away', () => {
    for (const code of ['provider_timeout', 'rate_limited', 'server_error', 'unknown'] as const)
      expect(decideRun(run(2), SINCE, failed(code), [], false)).toEqual({ kind: 'fire', failures: 0 });
  });

  it('counts a resolved run neither as failed nor as successful', () => {
    const resolved = job(requested(), started(), failedWith('mailbox_not_found', null), {
      type: 'JobResolved',
      data: { note: null },
    });
    expect(decideRun(run(2), SINCE, resolved, [], false)).toEqual({ kind: 'fire', failures: 2 });
    expect(decideRun(run(2), SINCE, { ...hopeless, last_error_code: null }, [], false)).toEqual({
      kind: 'fire',
      failures: 2,
    });
  });

  it('resets the failure count when the schedule was set or resumed since the last run, or no run is stored', () => {
    const earlier = run(2, iso(T0 - 1));
    expect(decideRun(earlier, SINCE, hopeless, [], false)).toEqual({ kind: 'fire', failures: 0 });
    expect(decideRun(earlier, SINCE, alive, [], false)).toEqual({ kind: 'skip', failures: 0 });
    expect(decideRun(null, SINCE, hopeless, [], false)).toEqual({ kind: 'fire', failures: 0 });
  });
});

it('the runs of a task without stored data have neither a run nor a trigger', () => {
  expect(NO_RUNS).toEqual({ run: null, trigger: null });
});
