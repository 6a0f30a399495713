import { categoryOf, type FailureCategory, type FailureCode } from '../failure/catalogue.ts';
import type { Job } from '../job/job.ts';
import { isTerminal } from '../job/job.ts';
import { concernsFolder } from '../sync/refusals.ts';

/** How long runs and triggers of a task are kept: longer than any retention setting keeps jobs. */
export const RUNS_KEPT_MS = 400 * 86_400_000;

/**
 * The state of a task's scheduled runs besides their jobs. If it is lost, it starts from nothing: no job id depends on
 * it.
 */
export type ScheduleRun = {
  /** The last due time that was processed. */
  readonly due: string;
  /** The last job that was made; null: none yet. */
  readonly job_id: string | null;
  /** When that job was made. */
  readonly fired_at: string | null;
  /** Due times that were skipped because a job was still open or the credential was parked. */
  readonly skipped: number;
  /** Number of consecutive runs, since `since`, that failed for a reason that does not end without a person. */
  readonly failures: number;
  /** When the schedule began: earlier runs are not counted. */
  readonly since: string;
};

/**
 * The last job that a person's trigger made of a task. It is stored before the job is made, so for a moment the job
 * may not exist.
 */
export type Trigger = { readonly job_id: string; readonly at: string };

/** The state of a task that is kept outside the log; null: nothing yet. */
export type TaskRuns = { readonly run: ScheduleRun | null; readonly trigger: Trigger | null };

/** The runs of a task that was never run or triggered. */
export const NO_RUNS: TaskRuns = { run: null, trigger: null };

const HOPELESS: ReadonlySet<FailureCategory> = new Set([
  'authentication',
  'authorization',
  'configuration',
  'not_found',
  'payload',
  'conflict',
]);
const MAX_FAILURES = 3;

/** The decision about a due run of a task. */
export type RunDecision =
  | { readonly kind: 'fire'; readonly failures: number }
  | { readonly kind: 'skip'; readonly failures: number }
  | { readonly kind: 'suspend'; readonly code: FailureCode; readonly failures: number };

/**
 * What happens at a due time. `last`: the job of the previous run. `others`: all other jobs of the task that may still
 * be open. `parked`: its credential is parked.
 */
export function decideRun(
  run: ScheduleRun | null,
  since: string,
  last: Job | null,
  others: readonly (Job | null)[],
  parked: boolean,
): RunDecision {
  const before = run !== null && run.since === since ? run.failures : 0;
  if ([last, ...others].some((job) => job !== null && !job.deleted && !isTerminal(job.status)))
    return { kind: 'skip', failures: before };
  if (parked) return { kind: 'skip', failures: before };
  const failures = run === null || run.since !== since ? 0 : failuresAfter(last, before);
  const code = last?.last_error_code ?? null;
  return failures >= MAX_FAILURES && code !== null ? { kind: 'suspend', code, failures } : { kind: 'fire', failures };
}

function failuresAfter(last: Job | null, before: number): number {
  if (last === null || last.status === 'succeeded') return 0;
  if (last.status !== 'failed' || last.last_error_code === null) return before;
  return isHopeless(last, last.last_error_code) ? before + 1 : 0;
}

/**
 * Whether another run would fail in the same way. A sync of all folders does not depend on one folder: it is hopeless
 * only if the failure applies to the whole credential, or the payload is invalid.
 */
function isHopeless({ action, payload }: Job, code: FailureCode): boolean {
  if (!HOPELESS.has(categoryOf(code))) return false;
  const isOfAll = action === 'imap_sync_mailboxes' || (action === 'imap_sync_messages' && payload.folder == null);
  return !isOfAll || code === 'invalid_payload' || !concernsFolder(code);
}
