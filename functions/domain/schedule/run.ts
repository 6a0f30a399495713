import { categoryOf, type FailureCategory, type FailureCode } from '../failure/catalogue.ts';
import type { Job } from '../job/job.ts';
import { isTerminal } from '../job/job.ts';
import { concernsFolder } from '../sync/refusals.ts';

/** For how long runs and triggers of a task are kept: longer than any setting of retention keeps jobs. */
export const RUNS_KEPT_MS = 400 * 86_400_000;

/**
 * What is known of a task's scheduled runs besides their jobs. If it is lost, it starts from nothing: no job's id
 * depends on it.
 */
export type ScheduleRun = {
  /** The due time that was dealt with last. */
  readonly due: string;
  /** The job made last; null: none yet. */
  readonly job_id: string | null;
  /** When that job was made. */
  readonly fired_at: string | null;
  /** Due times at which a job was still alive, or the credential parked. */
  readonly skipped: number;
  /** Runs in a row that failed by a cause that will not mend itself, since `since`. */
  readonly failures: number;
  /** The schedule's own beginning: what was before it counts no more. */
  readonly since: string;
};

/**
 * The job that somebody's trigger made last of a task. Noted before the job is made: for a moment it may not be there.
 */
export type Trigger = { readonly job_id: string; readonly at: string };

/** What is kept of a task beside the log; null: nothing yet. */
export type TaskRuns = { readonly run: ScheduleRun | null; readonly trigger: Trigger | null };
export const NO_RUNS: TaskRuns = { run: null, trigger: null };

const HOPELESS: ReadonlySet<FailureCategory> = new Set([
  'authentication',
  'authorization',
  'configuration',
  'not_found',
  'payload',
  'conflict',
]);
const MOST_FAILURES = 3;

export type RunDecision =
  | { readonly kind: 'fire'; readonly failures: number }
  | { readonly kind: 'skip'; readonly failures: number }
  | { readonly kind: 'suspend'; readonly code: FailureCode; readonly failures: number };

/**
 * What becomes of a due time. `last` is the job of the run before, `others` all else that may still be alive of the
 * task. `parked`: its credential is.
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
  return failures >= MOST_FAILURES && code !== null ? { kind: 'suspend', code, failures } : { kind: 'fire', failures };
}

function failuresAfter(last: Job | null, before: number): number {
  if (last === null || last.status === 'succeeded') return 0;
  if (last.status !== 'failed' || last.last_error_code === null) return before;
  return isHopeless(last, last.last_error_code) ? before + 1 : 0;
}

/**
 * Whether another run would end the same. A sync of all folders is about none of them: only what is true of the whole
 * credential makes it hopeless, or a payload that cannot be.
 */
function isHopeless({ action, payload }: Job, code: FailureCode): boolean {
  if (!HOPELESS.has(categoryOf(code))) return false;
  const isOfAll = action === 'imap_sync_mailboxes' || (action === 'imap_sync_messages' && payload.folder == null);
  return !isOfAll || code === 'invalid_payload' || !concernsFolder(code);
}
