import * as z from 'zod';
import { postponeReason } from '../../domain/attempt/outcome.ts';
import type { Credential } from '../../domain/credential/credential.ts';
import { failureCategory, failureCode } from '../../domain/failure/schema.ts';
import { LEASE_MS } from '../../domain/job/due.ts';
import { isTerminal, type Job, jobSource, jobStatus } from '../../domain/job/job.ts';
import { attemptBudget } from '../../domain/job/retry.ts';
import { waitOfJob } from '../../domain/search/filter.ts';
import type { Lease } from '../../ports/leases.ts';

const instant = z.iso.datetime();

export const jobResource = z.strictObject({
  id: z.string(),
  account_id: z.string(),
  task_id: z.string().nullable(),
  credential_id: z.string(),
  action: z.string(),
  payload: z.record(z.string(), z.unknown()),
  status: jobStatus,
  priority: z.int(),
  labels: z.array(z.string()),
  waiting_on: postponeReason.nullable(),
  waiting_until: instant.nullable(),
  attempt_count: z.int(),
  max_attempts: z.int().nullable(),
  attempts_left: z.int(),
  run_at: instant.nullable(),
  next_attempt_at: instant.nullable(),
  created_at: instant,
  updated_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  failed_at: instant.nullable(),
  resolved_at: instant.nullable(),
  last_error_code: failureCode.nullable(),
  last_error_category: failureCategory.nullable(),
  last_error_detail: z.string().nullable(),
  last_error_at: instant.nullable(),
  outcome_unknown: z.boolean(),
  progress: z.strictObject({ done: z.int(), total: z.int().nullable(), unit: z.string(), at: instant }).nullable(),
  result: z.unknown(),
  resolution: z.strictObject({ note: z.string().nullable(), by: z.string() }).nullable(),
  source: jobSource,
  bulk_id: z.string().nullable(),
  stalled: z.boolean(),
  version: z.int(),
});
export type JobResource = z.infer<typeof jobResource>;

/** Failures that have not happened yet are taken to be transient: the category with the most attempts. */
const FIRST_GUESS = 'connection_closed';
const STALLED_LEASE_MS = 120_000;
const STALLED_DUE_MS = 600_000;

/** The job as the API shows it. `lease` is that of the running attempt, null when there is none to be read. */
export function toJobResource(job: Job, credential: Credential | null, lease: Lease | null, now: number): JobResource {
  const wait = waitOfJob(job, credential, now);
  return {
    id: job.id,
    account_id: job.account_id,
    task_id: job.task_id,
    credential_id: job.credential_id,
    action: job.action,
    payload: job.payload,
    status: job.status,
    priority: job.priority,
    labels: job.labels,
    waiting_on: wait?.on ?? null,
    waiting_until: wait?.until ?? null,
    attempt_count: job.attempt_count,
    max_attempts: job.max_attempts,
    attempts_left: attemptsLeft(job),
    run_at: job.run_at,
    next_attempt_at: job.next_attempt_at,
    created_at: job.created_at,
    updated_at: job.updated_at,
    started_at: job.started_at,
    finished_at: job.finished_at,
    failed_at: job.failed_at,
    resolved_at: job.resolved_at,
    last_error_code: job.last_error_code,
    last_error_category: job.last_error_category,
    last_error_detail: job.last_error_detail,
    last_error_at: job.last_error_at,
    outcome_unknown: job.outcome_unknown,
    progress: job.status === 'running' ? (lease?.progress ?? null) : null,
    result: job.result,
    resolution: job.resolution,
    source: job.source,
    bulk_id: job.bulk_id,
    stalled: isStalled(job, wait !== null, lease, now),
    version: job.version,
  };
}

function attemptsLeft(job: Job): number {
  if (isTerminal(job.status)) return 0;
  const code = job.attempts_used > 0 && job.last_error_code !== null ? job.last_error_code : FIRST_GUESS;
  return Math.max(0, attemptBudget(code, job.max_attempts) - job.attempts_used);
}

/** Nobody has hold of it although somebody should: what an operator looks at first. */
function isStalled(job: Job, waits: boolean, lease: Lease | null, now: number): boolean {
  if (isTerminal(job.status)) return false;
  if (job.status === 'running') {
    const expiry = lease?.expiresAt ?? Date.parse(job.attempt_started_at ?? job.updated_at) + LEASE_MS;
    return expiry + STALLED_LEASE_MS < now;
  }
  return !waits && job.next_attempt_at !== null && Date.parse(job.next_attempt_at) + STALLED_DUE_MS < now;
}
