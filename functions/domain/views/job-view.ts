import { sweepFrom } from '../job/due.ts';
import { JOB_HISTORY } from '../job/history.ts';
import { type Job, jobSchema } from '../job/job.ts';
import { bodyCodec, tombstone, type ViewRow } from './row.ts';

/** Partitions of the open index: one sweeper query each. */
export const OPEN_SHARDS = 4;
export const openShard = (shard: number): string => `open#${shard}`;

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
    outcome_unknown: 'ou',
    postponed: 'po',
    checkpoint: 'cp',
    result: 'r',
    resolution: 'rn',
    source: 'so',
    bulk_id: 'bi',
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

export function jobRow(job: Job): ViewRow {
  if (job.deleted) return tombstone(job.id, job.version, job.updated_at);
  const due = sweepFrom(job);
  return {
    id: job.id,
    v: job.version,
    b: body.encode(job),
    ga: `job#${job.account_id}`,
    ...(job.task_id === null ? {} : { gt: job.task_id }),
    gc: job.credential_id,
    s: `${job.created_at}#${job.id}`,
    ...(due === null ? {} : { go: openShard(shardOf(job.id)), od: `${due}#${job.id}` }),
  };
}

/** The job of a row, null for a tombstone. */
export function jobOf(row: ViewRow): Job | null {
  return row.b === undefined ? null : body.decode(row.b);
}

/** The last character of a TypeID is random enough to spread. */
function shardOf(id: string): number {
  return (id.codePointAt(id.length - 1) ?? 0) % OPEN_SHARDS;
}

export const JOB_PROJECTION = { history: JOB_HISTORY, toRow: jobRow, fromRow: jobOf };
