import { sweepFrom } from '../job/due.ts';
import { JOB_HISTORY } from '../job/history.ts';
import { isTerminal, type Job, jobSchema, PLAN_IN_LOG } from '../job/job.ts';
import { retentionClass } from '../job/retention.ts';
import {
  byLastError,
  byOwner,
  byStatus,
  deletedJobs,
  endedJobs,
  endedOfCredential,
  jobsOf,
  openJobs,
  openOfCredential,
} from './keys.ts';
import { bodyCodec, type ViewRow } from './row.ts';

const body = bodyCodec(
  jobSchema,
  {
    id: 'i',
    account_id: 'a',
    task_id: 't',
    credential_id: 'c',
    generation: 'g',
    action: 'n',
    payload: 'p',
    status: 's',
    deleted: 'x',
    deleted_by: 'db',
    priority: 'pr',
    labels: 'l',
    attempt_count: 'ac',
    part: 'pt',
    attempts_used: 'au',
    max_attempts: 'ma',
    forced: 'fo',
    abandoned: 'ab',
    run_at: 'ra',
    next_attempt_at: 'na',
    created_at: 'ca',
    updated_at: 'ua',
    started_at: 'sa',
    attempt_started_at: 'as',
    lease_id: 'li',
    finished_at: 'fa',
    failed_at: 'xa',
    resolved_at: 'rs',
    last_error_code: 'ec',
    last_error_category: 'eg',
    last_error_detail: 'ed',
    last_error_at: 'ea',
    last_error_host: 'eh',
    outcome_unknown: 'ou',
    postponed: 'po',
    checkpoint: 'cp',
    plan: 'pl',
    result: 'r',
    resolution: 'rn',
    source: 'so',
    bulk_id: 'bi',
    changes: 'cg',
    version: 'v',
  },
  new Set([
    'run_at',
    'next_attempt_at',
    'created_at',
    'updated_at',
    'started_at',
    'attempt_started_at',
    'finished_at',
    'failed_at',
    'resolved_at',
    'last_error_at',
  ] as const),
);

/**
 * 2: counts changes, and says whether there is a plan. 4: knows `JobReopened`, which an earlier release's projector
 * does not fold.
 */
const JOB_FOLD = 4;

export function jobRow(job: Job): ViewRow {
  if (job.deleted) return deletedRow(job);
  const due = sweepFrom(job);
  const kept = retentionClass(job);
  return {
    id: job.id,
    v: job.version,
    f: JOB_FOLD,
    // A plan is large, and only its worker needs it: the row only says that there is one.
    b: body.encode({ ...job, plan: job.plan === null ? null : PLAN_IN_LOG }),
    ga: jobsOf(job.account_id),
    ...(job.task_id === null ? {} : { gt: byOwner(job.account_id, job.task_id) }),
    gc: (isTerminal(job.status) ? endedOfCredential : openOfCredential)(job.account_id, job.credential_id),
    ...(job.bulk_id === null ? {} : { gb: byOwner(job.account_id, job.bulk_id) }),
    ...(job.status === 'succeeded' ? {} : { gs: byStatus(job.account_id, job.status) }),
    ...(job.last_error_code === null ? {} : { ge: byLastError(job.account_id, job.last_error_code) }),
    s: `${job.created_at}#${job.id}`,
    ...(due === null ? {} : { go: openJobs(job.id), od: `${due}#${job.id}` }),
    ...(kept === null ? {} : { go: endedJobs(kept, job.id), od: `${job.finished_at ?? job.updated_at}#${job.id}` }),
  };
}

/** A tombstone that stays until retention has erased the stream. No record can arrive later than that. */
function deletedRow(job: Job): ViewRow {
  const by = job.deleted_by === 'user' ? 'user' : 'retention';
  return { id: job.id, v: job.version, go: deletedJobs(by, job.id), od: `${job.updated_at}#${job.id}` };
}

/** The job of a row, null for a tombstone. */
export function jobOf(row: ViewRow): Job | null {
  return row.b === undefined ? null : body.decode(row.b);
}

export const JOB_PROJECTION = { history: JOB_HISTORY, fold: JOB_FOLD, toRow: jobRow, fromRow: jobOf };
