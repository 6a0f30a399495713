import { describe, expect, it } from 'vitest';
import { ids } from '../../../functions/adapters/ids/ids.ts';
import {
  decideCommand,
  type JobCommand,
  type JobCommandName,
  type Refusal,
} from '../../../functions/domain/job/commands.ts';
import type { JobChanges, JobEvent } from '../../../functions/domain/job/events.ts';
import { foldJob } from '../../../functions/domain/job/history.ts';
import type { Job, JobStatus } from '../../../functions/domain/job/job.ts';
import { allowedCommands } from '../../../functions/domain/role/judge-command.ts';
import { failedWith, iso, requested, started, stream, succeeded, T0 } from './job-stream.ts';

const LATER = iso(T0 + 3_600_000);
const LIVES: Record<JobStatus, JobEvent[]> = {
  scheduled: [requested({ run_at: LATER })],
  queued: [requested()],
  running: [requested(), started()],
  retrying: [requested(), started(), failedWith('connection_closed', LATER)],
  succeeded: [requested(), started(), succeeded],
  failed: [requested(), started(), failedWith('auth_failed', null)],
  resolved: [requested(), { type: 'JobResolved', data: { note: null } }],
};

function jobThat(status: JobStatus): Job {
  const job = foldJob(stream(LIVES[status]));
  if (job?.status !== status) throw new Error(`no ${status} job`);
  return job;
}

const COMMANDS: Record<JobCommandName, JobCommand> = {
  retry: { name: 'retry', reason: 'why' },
  trigger: { name: 'trigger', reason: null, force: false },
  cancel: { name: 'cancel', reason: 'by mistake' },
  resolve: { name: 'resolve', note: 'by hand' },
  reopen: { name: 'reopen', reason: 'too early' },
  update: { name: 'update', changes: { priority: 3 } },
  delete: { name: 'delete', reason: null, force: false },
};

/** The status after the command (`gone` for deleted), or the code of the refusal. */
const TABLE: Record<JobStatus, Record<JobCommandName, JobStatus | 'gone' | Refusal>> = {
  scheduled: {
    retry: 'job_not_retryable',
    trigger: 'queued',
    cancel: 'resolved',
    resolve: 'resolved',
    reopen: 'job_not_resolved',
    update: 'scheduled',
    delete: 'gone',
  },
  queued: {
    retry: 'job_not_retryable',
    trigger: 'queued',
    cancel: 'resolved',
    resolve: 'resolved',
    reopen: 'job_not_resolved',
    update: 'queued',
    delete: 'gone',
  },
  running: {
    retry: 'job_not_retryable',
    trigger: 'job_running',
    cancel: 'resolved',
    resolve: 'resolved',
    reopen: 'job_not_resolved',
    update: 'job_running',
    delete: 'job_running',
  },
  retrying: {
    retry: 'queued',
    trigger: 'queued',
    cancel: 'resolved',
    resolve: 'resolved',
    reopen: 'job_not_resolved',
    update: 'retrying',
    delete: 'gone',
  },
  succeeded: {
    retry: 'job_not_retryable',
    trigger: 'queued',
    cancel: 'job_not_cancellable',
    resolve: 'job_already_succeeded',
    reopen: 'job_not_resolved',
    update: 'succeeded',
    delete: 'gone',
  },
  failed: {
    retry: 'queued',
    trigger: 'queued',
    cancel: 'job_not_cancellable',
    resolve: 'resolved',
    reopen: 'job_not_resolved',
    update: 'failed',
    delete: 'gone',
  },
  resolved: {
    retry: 'job_not_retryable',
    trigger: 'queued',
    cancel: 'job_not_cancellable',
    resolve: 'job_already_resolved',
    reopen: 'failed',
    update: 'resolved',
    delete: 'gone',
  },
};

const jobAfter = (status: JobStatus, event: JobEvent): Job | null => foldJob(stream([...LIVES[status], event]));
const cases = Object.entries(TABLE).flatMap(([status, row]) =>
  Object.entries(row).map(([command, expected]) => ({ status, command, expected })),
);

describe('every command from every status', () => {
  it.each(cases)('$command of a $status job: $expected', ({ status, command, expected }) => {
    const from = jobThat(Object.keys(TABLE).find((name): name is JobStatus => name === status) ?? 'queued');
    const decision = decideCommand(
      from,
      COMMANDS[Object.keys(COMMANDS).find((name): name is JobCommandName => name === command) ?? 'retry'],
      true,
    );
    if (decision.kind === 'refused') {
      expect(decision.code).toBe(expected);
      return;
    }
    const job = jobAfter(from.status, decision.event);
    expect(job?.deleted ? 'gone' : job?.status).toBe(expected);
    expect(job?.lease_id).toBeNull();
  });

  it.each(Object.keys(TABLE))('the allowed commands of a %s job are those the table accepts', (status) => {
    const row = Object.entries(TABLE).find(([name]) => name === status)?.[1];
    const job = jobThat(Object.keys(TABLE).find((name): name is JobStatus => name === status) ?? 'queued');
    const expected = Object.entries(row ?? {})
      .filter(([, outcome]) => !outcome.startsWith('job_'))
      .map(([name]) => name);
    expect(allowedCommands('owner', job, true)).toEqual(expected);
    // Of a running job without a lease all but what asks for force.
    if (status === 'running') expect(allowedCommands('owner', job, false)).toEqual(['trigger', 'cancel', 'resolve']);
  });
});

describe('special cases of job commands', () => {
  it('trigger a running job whose lease has expired', () => {
    expect(decideCommand(jobThat('running'), COMMANDS.trigger, false)).toMatchObject({ kind: 'accepted' });
  });
  it('delete a running job with force', () => {
    expect(
      decideCommand(jobThat('running'), { ...COMMANDS.delete, name: 'delete', reason: null, force: true }, true),
    ).toMatchObject({ kind: 'accepted' });
  });
  it.each<[JobStatus, string]>([
    ['scheduled', 'accepted'],
    ['queued', 'accepted'],
    ['retrying', 'accepted'],
    ['failed', 'job_not_pending'],
    ['succeeded', 'job_not_pending'],
    ['resolved', 'job_not_pending'],
    ['running', 'job_running'],
  ])('accept a new run_at of a %s job: %s', (status, expected) => {
    const decision = decideCommand(jobThat(status), { name: 'update', changes: { run_at: LATER } }, true);
    expect(decision.kind === 'accepted' ? 'accepted' : decision.code).toBe(expected);
  });
  it('refuse another payload while the outcome of the last attempt is unknown', () => {
    const unknown: JobEvent = {
      type: 'AttemptFailed',
      data: { code: 'connection_closed', category: 'transient', detail: '', retry_at: LATER, outcome_unknown: true },
    };
    const job = foldJob(stream([requested(), started(), unknown]));
    if (job === null) throw new Error('no job');
    expect(decideCommand(job, { name: 'update', changes: { payload: {} } }, true)).toEqual({
      kind: 'refused',
      code: 'job_not_pending',
    });
  });
  it('accept every change except the payload while the outcome of the last attempt is unknown, and the payload when it is known', () => {
    const changes = { priority: 3 };
    const unknown = { ...jobThat('retrying'), outcome_unknown: true };
    const accepted = (of: JobChanges) => ({ kind: 'accepted', event: { type: 'JobUpdated', data: { changes: of } } });
    expect(decideCommand(unknown, { name: 'update', changes }, true)).toEqual(accepted(changes));
    const payload = { payload: { folder: 'A' } };
    expect(decideCommand(jobThat('retrying'), { name: 'update', changes: payload }, true)).toEqual(accepted(payload));
  });
  it('copy a second time only with force, because nothing shows the first copy', () => {
    const copy = { ...jobThat('succeeded'), action: 'imap_copy_messages' };
    const trigger = { name: 'trigger', reason: null, force: false } as const;
    expect(decideCommand(copy, trigger, true)).toEqual({ kind: 'refused', code: 'job_already_succeeded' });
    expect(decideCommand(copy, { ...trigger, force: true }, true)).toMatchObject({ kind: 'accepted' });
    expect(decideCommand({ ...copy, status: 'failed' }, trigger, true)).toMatchObject({ kind: 'accepted' });
    expect(decideCommand({ ...copy, action: 'imap_move_messages' }, trigger, true)).toMatchObject({ kind: 'accepted' });
    expect(allowedCommands('owner', copy, true)).not.toContain('trigger');
  });
  it.each(['retry', 'trigger', 'cancel', 'resolve', 'delete'] as const)(
    'name the bulk operation that a %s is part of',
    (name) => {
      const from = jobThat(name === 'cancel' ? 'queued' : 'failed');
      expect(decideCommand(from, COMMANDS[name], true, 'blk_1')).toMatchObject({
        event: { data: { bulk_id: 'blk_1' } },
      });
      const alone = decideCommand(from, COMMANDS[name], true);
      expect(alone.kind === 'accepted' && Object.keys(alone.event.data)).not.toContain('bulk_id');
    },
  );
  it('renew the budget with a retry and not with a trigger', () => {
    const failed = jobThat('failed');
    const event = (command: JobCommand): JobEvent => {
      const decision = decideCommand(failed, command, false);
      if (decision.kind === 'refused') throw new Error('refused');
      return decision.event;
    };
    expect(jobAfter('failed', event(COMMANDS.retry))).toMatchObject({ attempts_used: 0, forced: false });
    expect(jobAfter('failed', event(COMMANDS.trigger))).toMatchObject({ attempts_used: 1, forced: true });
  });
});

describe('a deletion', () => {
  it.each([null, ids.derive('blk', ['one'])])('keeps the last state of the job (bulk operation: %s)', (bulkId) => {
    const job = jobThat('failed');
    const decision = decideCommand(job, { name: 'delete', reason: 'why', force: false }, false, bulkId);
    expect(decision).toMatchObject({
      kind: 'accepted',
      event: {
        type: 'JobDeleted',
        data: {
          reason: 'why',
          last_state: {
            action: job.action,
            credential_id: job.credential_id,
            status: 'failed',
            labels: job.labels,
            last_error_code: 'auth_failed',
            last_error_at: job.last_error_at,
            created_at: job.created_at,
          },
        },
      },
    });
  });

  it('keeps neither the payload nor the result of the job', () => {
    const decision = decideCommand(jobThat('succeeded'), { name: 'delete', reason: null, force: false }, false);
    const kept = decision.kind === 'accepted' && 'last_state' in decision.event.data ? decision.event.data : null;
    expect(Object.keys(kept?.last_state ?? {})).toContain('action');
    for (const field of ['payload', 'result', 'plan', 'checkpoint'])
      expect(Object.keys(kept?.last_state ?? {})).not.toContain(field);
  });
});
