import { describe, expect, it } from 'vitest';
import { decideCommand } from '../../../functions/domain/job/commands.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import { abandoned, failedWith, iso, requested, started, stream, succeeded, T0, yielded } from './job-stream.ts';

const folded = (...events: JobEvent[]) => foldJob(stream(events));
const LATER = iso(T0 + 3_600_000);

describe('the status after each event', () => {
  const cases: [string, JobEvent[], string][] = [
    ['a request', [requested()], 'queued'],
    ['a request for later', [requested({ run_at: LATER })], 'scheduled'],
    ['a request for a time that has passed', [requested({ run_at: iso(T0 - 1) })], 'queued'],
    ['a release', [requested({ run_at: LATER }), { type: 'JobReleased', data: {} }], 'queued'],
    ['a request for the moment it is made', [requested({ run_at: iso(T0) })], 'queued'],
    ['a start', [requested(), started()], 'running'],
    ['a yield', [requested(), started(), yielded], 'queued'],
    ['a success', [requested(), started(), succeeded], 'succeeded'],
    ['a failure that is retried', [requested(), started(), failedWith('connection_closed', LATER)], 'retrying'],
    ['a final failure', [requested(), started(), failedWith('auth_failed', null)], 'failed'],
    ['a lost worker', [requested(), started(), abandoned('lease-1-1')], 'queued'],
    ['the fifth lost worker', [requested(), started(), abandoned('lease-1-1', true)], 'failed'],
    [
      'a retry',
      [requested(), started(), failedWith('auth_failed', null), { type: 'JobRetryRequested', data: { reason: null } }],
      'queued',
    ],
    ['a resolve', [requested(), { type: 'JobResolved', data: { note: 'done by hand' } }], 'resolved'],
    [
      'a trigger of what is scheduled',
      [requested({ run_at: LATER }), { type: 'JobTriggered', data: { reason: null, force: false } }],
      'queued',
    ],
    ['a new run_at', [requested(), { type: 'JobUpdated', data: { changes: { run_at: LATER } } }], 'scheduled'],
    [
      'a postponement before the start',
      [requested(), { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } }],
      'queued',
    ],
  ];
  it.each(cases)('%s', (_, events, status) => {
    expect(folded(...events)?.status).toBe(status);
  });
});

describe('an event that ends no attempt', () => {
  it('changes nothing when it is another request', () => {
    expect(folded(requested(), requested({ priority: 5 }))).toEqual(folded(requested()));
    expect(folded(started())).toBeNull();
  });

  it('changes nothing when deliveries are folded into the job', () => {
    const deliveries = { count: 1, ids: ['dlv_1'] };
    const before = folded(requested());
    expect(folded(requested(), { type: 'DeliveriesFolded', data: { deliveries } })).toStrictEqual({
      ...before,
      updated_at: iso(T0 + 1000),
      version: 2,
    });
  });

  it('returns a running attempt when it is postponed: the same attempt continues later from its checkpoint', () => {
    const because = 'rate_limited' as const;
    const running = [requested(), started(), yielded, started(1, 2)];
    const put = folded(...running, { type: 'JobPostponed', data: { until: LATER, because } });
    expect(put).toMatchObject({
      status: 'queued',
      next_attempt_at: LATER,
      postponed: { until: LATER, because },
      attempt_count: 1,
      part: 2,
      attempts_used: 0,
      lease_id: null,
      attempt_started_at: null,
      checkpoint: { window: 1 },
    });
    const further = { type: 'JobPostponed' as const, data: { until: LATER, because, checkpoint: { window: 2 } } };
    expect(folded(...running, further)?.checkpoint).toEqual({ window: 2 });
    expect(folded(requested(), further), 'before its start').toMatchObject({
      next_attempt_at: iso(T0),
      checkpoint: null,
      postponed: { until: LATER, because },
    });
  });
});

describe('the counts of a job', () => {
  it('contain attempts, but no continuations and no abandonments', () => {
    const job = folded(
      requested(),
      started(1, 1),
      yielded,
      started(1, 2),
      abandoned('lease-1-2'),
      started(1, 3),
      succeeded,
    );
    expect(job).toMatchObject({ attempt_count: 1, part: 0, abandoned: 0, status: 'succeeded' });
  });

  it('contain lost workers in a row: a continuation, an end and a retry set this count to zero', () => {
    const lost = [requested(), started(1, 1), abandoned('lease-1-1'), started(1, 2), abandoned('lease-1-2')];
    const again = started(1, 3);
    const failed = failedWith('auth_failed', null);
    const until: JobEvent = { type: 'JobPostponed', data: { until: LATER, because: 'rate_limited' } };
    expect(folded(...lost)?.abandoned).toBe(2);
    expect(folded(...lost, again)?.abandoned).toBe(2);
    expect(folded(...lost, again, until)?.abandoned).toBe(2);
    expect(folded(...lost, again, yielded)?.abandoned).toBe(0);
    expect(folded(...lost, again, yielded, started(1, 4), abandoned('lease-1-4'))?.abandoned).toBe(1);
    expect(folded(...lost, again, succeeded)?.abandoned).toBe(0);
    expect(folded(...lost, again, failedWith('connection_closed', LATER))?.abandoned).toBe(0);
    expect(folded(...lost, again, failed)?.abandoned).toBe(0);
    const gaveUp = folded(...lost, again, abandoned('lease-1-3', true), {
      type: 'JobRetryRequested',
      data: { reason: null },
    });
    expect(gaveUp).toMatchObject({ abandoned: 0, status: 'queued' });
  });

  it('do not contain a rate limit, which does not use the budget', () => {
    expect(folded(requested(), started(), failedWith('rate_limited', LATER))?.attempts_used).toBe(0);
    expect(folded(requested(), started(), failedWith('connection_closed', LATER))?.attempts_used).toBe(1);
  });

  it('start again with a retry, which gives a new budget', () => {
    const job = folded(requested(), started(), failedWith('auth_failed', null), {
      type: 'JobRetryRequested',
      data: { reason: 'new password' },
    });
    expect(job).toMatchObject({ attempts_used: 0, attempt_count: 1, failed_at: null, finished_at: null });
  });
});

describe('the outcome of an attempt that may have changed a mailbox', () => {
  const move = requested({ action: 'imap_move_messages' });
  const planned: JobEvent = { type: 'MutationPlanned', data: { plan: { target: 'Archive' } } };
  const cut = failedWith('connection_closed', LATER);
  if (cut.type !== 'AttemptFailed') throw new Error('no failure');
  const unanswered: JobEvent = { ...cut, data: { ...cut.data, outcome_unknown: true } };
  const trigger = (force = false): JobEvent => ({ type: 'JobTriggered', data: { reason: null, force } });

  it('stays unknown through later failures and retries, until an attempt succeeds', () => {
    const life = [move, started(), planned, unanswered, started(2), failedWith('provider_unreachable', null)];
    const retried: JobEvent = { type: 'JobRetryRequested', data: { reason: null } };
    expect(folded(...life)?.outcome_unknown).toBe(true);
    expect(folded(...life, retried)).toMatchObject({ outcome_unknown: true, plan: { target: 'Archive' } });
    expect(folded(...life, retried, started(3), succeeded)?.outcome_unknown).toBe(false);
  });

  it('is unknown when the worker was lost after it stored its plan, not before', () => {
    expect(folded(move, started(), abandoned('lease-1-1'))?.outcome_unknown).toBe(false);
    expect(folded(move, started(), planned, abandoned('lease-1-1'))?.outcome_unknown).toBe(true);
    expect(folded(move, started(), planned, trigger())?.outcome_unknown).toBe(true);
    expect(folded(move, started(), planned, { type: 'JobResolved', data: { note: null } })?.outcome_unknown).toBe(true);
    expect(folded(move, started(), planned, yielded)?.outcome_unknown).toBe(false);
  });

  it('prevents a payload that may have been carried out from being replaced', () => {
    const lost = folded(
      move,
      started(),
      planned,
      abandoned('lease-1-1'),
      started(1, 2),
      failedWith('auth_failed', null),
    );
    if (lost === null) throw new Error('no job');
    const update = { name: 'update', changes: { payload: {} } } as const;
    expect(decideCommand(lost, update, false)).toEqual({ kind: 'refused', code: 'job_not_pending' });
  });

  it('is cleared by a new payload, and by no other update', () => {
    const life = [move, started(), planned, unanswered];
    const update = (changes: Extract<JobEvent, { type: 'JobUpdated' }>['data']['changes']): JobEvent => ({
      type: 'JobUpdated',
      data: { changes },
    });
    const payload = { folder: 'INBOX', uid_validity: 1, uids: [9], target_folder: 'Elsewhere' };
    expect(folded(...life, update({ payload }))).toMatchObject({ payload, plan: null, outcome_unknown: false });
    for (const changes of [
      { priority: 3 },
      { run_at: LATER },
      { run_at: null },
      { labels: ['x'] },
      { max_attempts: 2 },
    ])
      expect(folded(...life, update(changes)), JSON.stringify(changes)).toMatchObject({
        payload: { folder: null },
        plan: { target: 'Archive' },
        outcome_unknown: true,
      });
  });

  it('keeps the plan after a success, so that a trigger finds what was done; a forced trigger of a copy clears it', () => {
    expect(folded(move, started(), planned, succeeded, trigger())?.plan).toEqual({ target: 'Archive' });
    expect(folded(move, started(), planned, succeeded, trigger(true))?.plan).toEqual({ target: 'Archive' });
    const copy = requested({ action: 'imap_copy_messages' });
    expect(folded(copy, started(), planned, succeeded, trigger(true))?.plan).toBeNull();
    expect(folded(copy, started(), planned, unanswered, trigger(true))?.plan).toEqual({ target: 'Archive' });
  });
});

describe('the history of a job', () => {
  it('keeps the last error after a later success, but not failed_at', () => {
    const job = folded(requested(), started(), failedWith('connection_closed', LATER), started(2), succeeded);
    expect(job).toMatchObject({
      last_error_code: 'connection_closed',
      failed_at: null,
      status: 'succeeded',
      finished_at: iso(T0 + 4000),
    });
  });

  it('sets failed_at exactly while the status is failed', () => {
    const failed = [requested(), started(), failedWith('auth_failed', null)];
    expect(folded(...failed)?.failed_at).toBe(iso(T0 + 2000));
    expect(folded(...failed, { type: 'JobResolved', data: { note: null } })?.failed_at).toBeNull();
    expect(folded(...failed, { type: 'JobRetryRequested', data: { reason: null } })?.failed_at).toBeNull();
  });

  it('hands the checkpoint of a yield to the next run and clears it when the attempt ends', () => {
    expect(folded(requested(), started(), yielded, started(1, 2))?.checkpoint).toEqual({ window: 1 });
    expect(folded(requested(), started(), yielded, started(1, 2), succeeded)?.checkpoint).toBeNull();
  });

  it('stays deleted whatever event follows', () => {
    const job = folded(requested(), { type: 'JobDeleted', data: { reason: null } }, started(), succeeded);
    expect(job).toMatchObject({ deleted: true, version: 4, lease_id: null });
  });

  it('counts only the version of an event of an unknown type', () => {
    const [first] = stream([requested()]);
    if (first === undefined) throw new Error('no event');
    const unknown = { ...first, version: 2, type: 'JobAdmired', data: { by: 'someone' } };
    expect(foldJob([first, unknown])).toMatchObject({ version: 2, status: 'queued' });
  });
});
