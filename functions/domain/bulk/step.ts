import type { JobCommand } from '../job/commands.ts';
import type { Bulk } from './bulk.ts';
import { chunkSize } from './pace.ts';

/** The next step of a bulk operation. */
export type BulkStep =
  /**
   * Apply the pending chunk. `touch` false: change no job, only record the results of changes made before the abort.
   */
  | { readonly kind: 'apply'; readonly jobIds: readonly string[]; readonly touch: boolean }
  /** `afterViews`: only after the views contain everything that was in the log at receipt. */
  | { readonly kind: 'select'; readonly most: number; readonly afterViews: boolean }
  | { readonly kind: 'finish'; readonly outcome: 'completed' | 'aborted' | 'failed' }
  | { readonly kind: 'rest' };

/**
 * An operation that has made no progress for this long fails: any outage should be over by then. Records of the log's
 * stream are kept for the same time, so views that are further behind never catch up.
 */
const GIVES_UP_MS = 24 * 3_600_000;

/** The next step of an operation. After an abort, a chunk that was begun is completed, and no other chunk is begun. */
export function nextStep(bulk: Bulk, now: number): BulkStep {
  if (bulk.status !== 'running') return { kind: 'rest' };
  if (now - Date.parse(bulk.awaiting?.since ?? bulk.updated_at) > GIVES_UP_MS)
    return { kind: 'finish', outcome: 'failed' };
  if (bulk.chunk.length > 0) return { kind: 'apply', jobIds: bulk.chunk, touch: !bulk.aborting };
  if (bulk.aborting) return { kind: 'finish', outcome: 'aborted' };
  const left = bulk.limit === null ? Number.POSITIVE_INFINITY : bulk.limit - bulk.matched;
  if (bulk.exhausted || left <= 0) return { kind: 'finish', outcome: 'completed' };
  // The run that set `until` has queued a message for that time.
  if (bulk.awaiting !== null && now < Date.parse(bulk.awaiting.until)) return { kind: 'rest' };
  const most = Math.min(left, chunkSize(bulk));
  return { kind: 'select', most, afterViews: bulk.job_ids === null && bulk.position === null };
}

const SHORTEST_WAIT_MS = 10_000;
/** An abort takes effect at the next check, so this wait is kept short. */
const LONGEST_WAIT_MS = 60_000;

/**
 * How long the operation waits before it checks the views again, in ms: half the time it has waited, at least 10 s and
 * at most 1 min.
 */
export function restOfWaiting({ awaiting }: Bulk, now: number): number {
  const waited = awaiting === null ? 0 : now - Date.parse(awaiting.since);
  return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, waited / 2));
}

/** True if it waits for the views to catch up with the log, or failed because they did not. */
export const isBehindViews = ({ status, awaiting }: Bulk): boolean =>
  awaiting !== null && (status === 'running' || status === 'failed');

/** The command that is applied to each of its jobs. */
export function commandOf({ action, reason }: Pick<Bulk, 'action' | 'reason'>): JobCommand {
  switch (action) {
    case 'retry':
      return { name: 'retry', reason };
    case 'trigger':
      return { name: 'trigger', reason, force: false };
    case 'cancel':
      return { name: 'cancel', reason };
    case 'resolve':
      return { name: 'resolve', note: reason };
    case 'delete':
      return { name: 'delete', reason, force: false };
  }
}

/** When it should end, in ms since the epoch, from the remaining jobs and the pace; null when unknown. */
export function estimatedEnd(bulk: Bulk, now: number): number | null {
  const whole = wholeOf(bulk);
  if (bulk.status !== 'running' || whole === null) return null;
  const left = whole - bulk.done - bulk.skipped - bulk.failed;
  return now + Math.ceil((left / bulk.rate_per_second) * 1000);
}

/**
 * How many jobs it will have processed at its end. Exact once no job is left to select, otherwise the expected number.
 */
function wholeOf({ expected, matched, exhausted, aborting }: Bulk): number | null {
  if (exhausted || aborting) return matched;
  return expected === null ? null : Math.max(expected, matched);
}
