/**
 * The commands that an operator may give to a job, and from which status. Each job and each refusal lists the allowed
 * commands (`judge-command.ts`), so a console need not know this table. `trigger` forces one attempt even if the job is
 * blocked. `cancel` ends a job that has not ended. `resolve` also ends a failed one. `reopen` reverses both. `cancel`,
 * `resolve` and a forced `delete` stop a running attempt.
 */
import * as z from 'zod';
import { exceedsChanges } from '../limits/changes.ts';
import type { JobChanges, JobEvent, JobLastState } from './events.ts';
import { isPending, isTerminal, type Job } from './job.ts';

export const JOB_COMMANDS = ['retry', 'trigger', 'cancel', 'resolve', 'reopen', 'update', 'delete'] as const;
export const jobCommandName = z.enum(JOB_COMMANDS);
export type JobCommandName = z.infer<typeof jobCommandName>;

export type JobCommand =
  | { readonly name: 'retry'; readonly reason: string | null }
  | { readonly name: 'trigger'; readonly reason: string | null; readonly force: boolean }
  | { readonly name: 'cancel'; readonly reason: string | null }
  | { readonly name: 'resolve'; readonly note: string | null }
  | { readonly name: 'reopen'; readonly reason: string | null }
  | { readonly name: 'update'; readonly changes: JobChanges }
  | { readonly name: 'delete'; readonly reason: string | null; readonly force: boolean };

export type Refusal =
  | 'job_not_retryable'
  | 'job_not_cancellable'
  | 'job_running'
  | 'job_already_succeeded'
  | 'job_already_resolved'
  | 'job_not_resolved'
  | 'job_not_pending'
  | 'too_many_changes';

export type CommandDecision =
  | { readonly kind: 'accepted'; readonly event: JobEvent }
  | { readonly kind: 'refused'; readonly code: Refusal };

const accepted = (event: JobEvent): CommandDecision => ({ kind: 'accepted', event });
const refused = (code: Refusal): CommandDecision => ({ kind: 'refused', code });

/**
 * Decides on a command for a job. `held`: a running attempt still has its lease. `bulkId`: the operation that the
 * command is part of. `notBefore` (ISO): when its pace allows the job to start; null: at once.
 */
export function decideCommand(
  job: Job,
  command: JobCommand,
  held: boolean,
  bulkId: string | null = null,
  notBefore: string | null = null,
): CommandDecision {
  const running = job.status === 'running';
  const part = bulkId === null ? {} : { bulk_id: bulkId };
  const start = notBefore === null ? part : { ...part, not_before: notBefore };
  switch (command.name) {
    case 'retry':
      return job.status === 'failed' || job.status === 'retrying'
        ? accepted({ type: 'JobRetryRequested', data: { reason: command.reason, ...start } })
        : refused('job_not_retryable');
    case 'trigger':
      // A second copy would make duplicates. Every other action finds in its plan what is already done.
      if (job.status === 'succeeded' && job.action === 'imap_copy_messages' && !command.force)
        return refused('job_already_succeeded');
      return running && held
        ? refused('job_running')
        : accepted({ type: 'JobTriggered', data: { reason: command.reason, force: command.force, ...start } });
    case 'cancel':
      return isTerminal(job.status)
        ? refused('job_not_cancellable')
        : accepted({ type: 'JobCancelled', data: { reason: command.reason, ...part } });
    case 'resolve':
      if (job.status === 'succeeded') return refused('job_already_succeeded');
      if (job.status === 'resolved') return refused('job_already_resolved');
      return accepted({ type: 'JobResolved', data: { note: command.note, ...part } });
    case 'reopen':
      return job.status === 'resolved'
        ? accepted({ type: 'JobReopened', data: { reason: command.reason } })
        : refused('job_not_resolved');
    case 'update':
      return decideUpdate(job, command.changes);
    case 'delete':
      return running && !command.force
        ? refused('job_running')
        : accepted({ type: 'JobDeleted', data: { reason: command.reason, ...part, last_state: lastStateOf(job) } });
  }
}

function lastStateOf(job: Job): JobLastState {
  return {
    action: job.action,
    task_id: job.task_id,
    credential_id: job.credential_id,
    status: job.status,
    labels: job.labels,
    attempt_count: job.attempt_count,
    last_error_code: job.last_error_code,
    last_error_category: job.last_error_category,
    last_error_detail: job.last_error_detail,
    last_error_at: job.last_error_at,
    created_at: job.created_at,
  };
}

/**
 * Only a job that waits for a time can get a new one. The payload can only change if the old one has changed nothing.
 */
function decideUpdate(job: Job, changes: JobChanges): CommandDecision {
  if (job.status === 'running') return refused('job_running');
  if (changes.run_at !== undefined && !isPending(job)) return refused('job_not_pending');
  if (changes.payload !== undefined && job.outcome_unknown) return refused('job_not_pending');
  const event = { type: 'JobUpdated', data: { changes } } as const;
  return exceedsChanges(job, event.type) ? refused('too_many_changes') : accepted(event);
}
