/**
 * A job's life, folded. `scheduled` and `retrying` wait for a time, `queued` waits for a worker, and a `running` job
 * belongs to the holder of `lease_id`. An operator's retry or trigger leads from each final status back to `queued`.
 * After a yield or a lost worker the next start continues the same attempt. A deleted job stays deleted. The plan and
 * `outcome_unknown` outlive an attempt: what it changed in the mailbox stays unknown until an attempt has succeeded.
 */
import type { Actor } from '../event/event.ts';
import { categoryOf } from '../failure/catalogue.ts';
import type { RecordedJobEvent } from './events.ts';
import type { Job, ResolutionKind } from './job.ts';

type EventOf<Type extends RecordedJobEvent['type']> = Extract<RecordedJobEvent, { type: Type }>;

const NOT_RUNNING = { lease_id: null, attempt_started_at: null, forced: false } as const;
const ATTEMPT_CLOSED = { ...NOT_RUNNING, part: 0, checkpoint: null } as const;

/** The state after one event. */
export function evolveJob(state: Job | null, event: RecordedJobEvent): Job | null {
  if (state === null) return event.type === 'JobRequested' ? requested(event) : null;
  const next = { ...state, version: event.version, updated_at: event.at };
  if (state.deleted) return { ...state, version: event.version };
  switch (event.type) {
    case 'JobRequested':
      return state;
    case 'JobReleased':
      return { ...next, status: 'queued', next_attempt_at: event.at };
    case 'AttemptStarted':
      return attemptStarted(next, event);
    case 'DeliveriesFolded':
      return next;
    case 'MutationPlanned':
      return { ...next, plan: event.data.plan };
    case 'AttemptYielded':
      return {
        ...next,
        ...NOT_RUNNING,
        status: 'queued',
        checkpoint: event.data.checkpoint,
        abandoned: 0,
        next_attempt_at: event.at,
      };
    case 'AttemptSucceeded':
      return {
        ...next,
        ...ATTEMPT_CLOSED,
        status: 'succeeded',
        result: event.data.result,
        abandoned: 0,
        outcome_unknown: false,
        finished_at: event.at,
        failed_at: null,
      };
    case 'AttemptFailed':
      return attemptFailed(next, event);
    case 'AttemptAbandoned':
      return attemptAbandoned(next, event);
    case 'HoldExpired':
    case 'JobRefused':
      return failedUntried(next, event);
    case 'JobPostponed':
      return postponed(next, event);
    case 'JobRetryRequested':
      return requeued({ ...touchedBy(next, event), attempts_used: 0, abandoned: 0 }, event.data.not_before ?? event.at);
    case 'JobTriggered':
      return triggered(next, event);
    case 'JobResolved':
      return endedByHand(touchedBy(next, event), event, 'resolved', event.data.note);
    case 'JobCancelled':
      return endedByHand(touchedBy(next, event), event, 'cancelled', event.data.reason);
    case 'JobReopened':
      return reopened(next, event);
    case 'JobUpdated':
      return updated(next, event);
    case 'JobDeleted':
      return { ...next, ...ATTEMPT_CLOSED, deleted: true, deleted_by: deleter(event), next_attempt_at: null };
  }
}

/** Records the bulk operation that last changed the job. */
function touchedBy(job: Job, { data }: { readonly data: { readonly bulk_id?: string } }): Job {
  return data.bulk_id === undefined ? job : { ...job, bulk_id: data.bulk_id };
}

const deleter = ({ actor }: { readonly actor: Actor }) =>
  actor.kind === 'user' ? ('user' as const) : ('system' as const);

function requested(event: EventOf<'JobRequested'>): Job {
  const { data } = event;
  const waits = data.run_at !== null && data.run_at > event.at;
  return {
    id: event.stream_id,
    account_id: event.account_id,
    task_id: data.task_id,
    credential_id: data.credential_id,
    generation: data.generation,
    action: data.action,
    payload: data.payload,
    status: waits ? 'scheduled' : 'queued',
    deleted: false,
    deleted_by: null,
    priority: data.priority,
    labels: data.labels,
    attempt_count: 0,
    part: 0,
    attempts_used: 0,
    max_attempts: data.max_attempts,
    forced: false,
    abandoned: 0,
    run_at: data.run_at,
    next_attempt_at: waits ? data.run_at : event.at,
    created_at: event.at,
    updated_at: event.at,
    started_at: null,
    attempt_started_at: null,
    lease_id: null,
    finished_at: null,
    failed_at: null,
    resolved_at: null,
    last_error_code: null,
    last_error_category: null,
    last_error_detail: null,
    last_error_at: null,
    last_error_host: null,
    outcome_unknown: false,
    postponed: null,
    checkpoint: null,
    plan: null,
    result: null,
    resolution: null,
    source: data.source,
    bulk_id: null,
    changes: 0,
    version: event.version,
  };
}

function attemptStarted(job: Job, event: EventOf<'AttemptStarted'>): Job {
  return {
    ...job,
    status: 'running',
    attempt_count: event.data.attempt,
    part: event.data.part,
    lease_id: event.data.lease_id,
    attempt_started_at: event.at,
    started_at: job.started_at ?? event.at,
    next_attempt_at: null,
    finished_at: null,
    failed_at: null,
    postponed: null,
  };
}

function attemptFailed(job: Job, event: EventOf<'AttemptFailed'>): Job {
  const { code, category, detail, retry_at, outcome_unknown, host = null } = event.data;
  return {
    ...job,
    ...ATTEMPT_CLOSED,
    status: retry_at === null ? 'failed' : 'retrying',
    attempts_used: category === 'rate_limit' ? job.attempts_used : job.attempts_used + 1,
    abandoned: 0,
    next_attempt_at: retry_at,
    finished_at: retry_at === null ? event.at : null,
    failed_at: retry_at === null ? event.at : null,
    last_error_code: code,
    last_error_category: category,
    last_error_detail: detail,
    last_error_at: event.at,
    last_error_host: host,
    outcome_unknown: job.outcome_unknown || outcome_unknown,
  };
}

/** `note`: the reason given by the person who ended it. */
function endedByHand(
  job: Job,
  { at, actor }: EventOf<'JobResolved' | 'JobCancelled'>,
  kind: ResolutionKind,
  note: string | null,
): Job {
  return {
    ...cutOff(job),
    ...ATTEMPT_CLOSED,
    status: 'resolved',
    next_attempt_at: null,
    finished_at: at,
    resolved_at: at,
    failed_at: null,
    resolution: { kind, note, by: actor.id },
  };
}

/**
 * Retention counts from the reopening. The time of the failure stays, so that the job belongs to the outage that it
 * failed in, and not to a later one of its credential.
 */
function reopened(job: Job, { at }: EventOf<'JobReopened'>): Job {
  const failedAt = job.last_error_at ?? at;
  return { ...job, status: 'failed', finished_at: at, failed_at: failedAt, resolved_at: null, resolution: null };
}

/** The end of a running attempt is unknown: if it has a plan, it may have carried out any part of it. */
function cutOff(job: Job): Job {
  return job.status === 'running' && job.plan !== null ? { ...job, outcome_unknown: true } : job;
}

/** No attempt was made, so none is counted. */
function failedUntried(job: Job, { at, data }: EventOf<'HoldExpired' | 'JobRefused'>): Job {
  return {
    ...job,
    ...ATTEMPT_CLOSED,
    status: 'failed',
    next_attempt_at: null,
    finished_at: at,
    failed_at: at,
    last_error_code: data.code,
    last_error_category: data.category,
    last_error_detail: data.detail,
    last_error_at: at,
  };
}

function attemptAbandoned(job: Job, event: EventOf<'AttemptAbandoned'>): Job {
  const lost = {
    ...cutOff(job),
    ...NOT_RUNNING,
    abandoned: job.abandoned + 1,
    last_error_code: 'worker_lost' as const,
    last_error_category: categoryOf('worker_lost'),
    last_error_detail: 'the worker stopped renewing its lease',
    last_error_at: event.at,
  };
  return event.data.gives_up
    ? {
        ...lost,
        ...ATTEMPT_CLOSED,
        status: 'failed',
        next_attempt_at: null,
        finished_at: event.at,
        failed_at: event.at,
      }
    : { ...lost, status: 'queued', next_attempt_at: event.at };
}

/**
 * An attempt that is postponed while running returns the job and is not counted. The next start continues it. If the
 * job was triggered, it still ignores pauses and blocks.
 */
function postponed(job: Job, event: EventOf<'JobPostponed'>): Job {
  const held = { ...job, postponed: { until: event.data.until, because: event.data.because } };
  return job.status === 'running'
    ? {
        ...held,
        ...NOT_RUNNING,
        forced: job.forced,
        status: 'queued',
        next_attempt_at: event.data.until,
        checkpoint: event.data.checkpoint ?? job.checkpoint,
      }
    : held;
}

/** The plan shows an attempt what was already done. Only a copy can be repeated, and only with `force`. */
function triggered(job: Job, event: EventOf<'JobTriggered'>): Job {
  const again = job.status === 'succeeded' && job.action === 'imap_copy_messages' && event.data.force;
  const from = cutOff(touchedBy(job, event));
  return { ...requeued(from, event.data.not_before ?? event.at), forced: true, plan: again ? null : job.plan };
}

function requeued(job: Job, at: string): Job {
  return {
    ...job,
    ...ATTEMPT_CLOSED,
    status: 'queued',
    next_attempt_at: at,
    finished_at: null,
    failed_at: null,
    resolved_at: null,
    resolution: null,
    postponed: null,
    forced: false,
    result: null,
  };
}

function updated(job: Job, event: EventOf<'JobUpdated'>): Job {
  const { priority, run_at, max_attempts, payload, labels } = event.data.changes;
  const changed = {
    ...job,
    priority: priority ?? job.priority,
    payload: payload ?? job.payload,
    plan: payload === undefined ? job.plan : null,
    outcome_unknown: payload === undefined && job.outcome_unknown,
    labels: labels ?? job.labels,
    max_attempts: max_attempts === undefined ? job.max_attempts : max_attempts,
    changes: job.changes + 1,
  };
  if (run_at === undefined) return changed;
  const waits = run_at !== null && run_at > event.at;
  return { ...changed, run_at, status: waits ? 'scheduled' : 'queued', next_attempt_at: waits ? run_at : event.at };
}
