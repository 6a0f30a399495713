import type { Envelope } from '../../../functions/domain/event/event.ts';
import { categoryOf, type FailureCode } from '../../../functions/domain/failure/catalogue.ts';
import type { JobEvent } from '../../../functions/domain/job/events.ts';

export const JOB = 'job_01jgx000000000000000000001';
export const ACCOUNT = 'acc_one';
export const CREDENTIAL = 'pc_01jgx000000000000000000001';
export const T0 = Date.parse('2026-11-01T00:00:00.000Z');
export const iso = (ms: number): string => new Date(ms).toISOString();

/** A stream of job events, one second apart from T0, as the log returns it. */
export function stream(events: readonly JobEvent[], id = JOB): Envelope[] {
  return events.map((event, at) => recorded(event, at + 1, T0 + at * 1000, id));
}

export function recorded(event: JobEvent, version: number, at: number, id = JOB): Envelope {
  return {
    stream_id: id,
    version,
    schema: 1,
    account_id: ACCOUNT,
    at: iso(at),
    actor: { kind: 'system', id: 'test' },
    append_id: `append-${version}`,
    credential_id: CREDENTIAL,
    ...event,
  };
}

export const requested = (more: Partial<Extract<JobEvent, { type: 'JobRequested' }>['data']> = {}): JobEvent => ({
  type: 'JobRequested',
  data: {
    action: 'imap_sync_messages',
    payload: { folder: null },
    task_id: null,
    credential_id: CREDENTIAL,
    generation: 1,
    priority: 0,
    labels: [],
    run_at: null,
    max_attempts: null,
    source: { kind: 'task', id: 'tsk_01jgx000000000000000000001' },
    ...more,
  },
});
export const started = (attempt = 1, part = 1, lease = `lease-${attempt}-${part}`): JobEvent => ({
  type: 'AttemptStarted',
  data: { attempt, part, lease_id: lease },
});
export const failedWith = (code: FailureCode, retryAt: string | null): JobEvent => ({
  type: 'AttemptFailed',
  data: {
    code,
    category: categoryOf(code),
    detail: 'detail',
    retry_at: retryAt,
    outcome_unknown: false,
  },
});
export const succeeded: JobEvent = { type: 'AttemptSucceeded', data: { result: { folders: 1 } } };
export const yielded: JobEvent = { type: 'AttemptYielded', data: { checkpoint: { window: 1 } } };
export const abandoned = (lease: string, givesUp = false): JobEvent => ({
  type: 'AttemptAbandoned',
  data: { lease_id: lease, gives_up: givesUp },
});
