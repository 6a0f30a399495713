/**
 * How long ended jobs are kept. After that the system deletes a job as an operator would, by an event, so that views
 * and counters follow. 48 hours later, when no late record can arrive any more, its stream is erased. A job that an
 * operator deleted stays in the audit as long as a failed job would be kept.
 */
import type { JobEvent } from './events.ts';
import { isTerminal, type Job } from './job.ts';

export const RETENTION_CLASSES = ['unchanged', 'succeeded', 'failed'] as const;
export type RetentionClass = (typeof RETENTION_CLASSES)[number];
/** ms after the job's end, by class. */
export type Retention = Readonly<Record<RetentionClass, number>>;

/**
 * The periods in force (ms): those that are set. But no period is shorter than before (`kept`, null before the first
 * run), unless `mayShorten`. `refused`: the classes whose set period is shorter and has no effect. `isNew`: whether the
 * periods differ from `kept`.
 */
export function decidePeriods(set: Retention, kept: Retention | null, mayShorten: boolean) {
  const refused = mayShorten || kept === null ? [] : RETENTION_CLASSES.filter((each) => set[each] < kept[each]);
  const inForce = (each: RetentionClass): number => (kept !== null && refused.includes(each) ? kept[each] : set[each]);
  const retention: Retention = {
    unchanged: inForce('unchanged'),
    succeeded: inForce('succeeded'),
    failed: inForce('failed'),
  };
  return {
    retention,
    refused,
    isNew: kept === null || RETENTION_CLASSES.some((each) => retention[each] !== kept[each]),
  };
}

export const ERASE_AFTER_MS = 48 * 3_600_000;

/** The retention class of an ended job; null while it has not ended. */
export function retentionClass(job: Job): RetentionClass | null {
  if (job.deleted || !isTerminal(job.status)) return null;
  if (job.status !== 'succeeded') return 'failed';
  return job.source.kind === 'schedule' && changedNothing(job.result) ? 'unchanged' : 'succeeded';
}

/** Counts in the results of syncs that stay 0 when nothing has changed. */
const CHANGES = ['added', 'updated', 'removed', 'moved', 'unreadable', 'resets', 'missing', 'renamed'];

function changedNothing(result: unknown): boolean {
  const counts = Object.entries(Object(result)).filter(([name]) => CHANGES.includes(name));
  return counts.length > 0 && counts.every(([, count]) => count === 0);
}

/** The event that deletes a job whose retention has ended at `now` (ms); null if it has not. */
export function decideExpiry(job: Job | null, retention: Retention, now: number): JobEvent | null {
  const kept = job === null ? null : retentionClass(job);
  if (job === null || kept === null || job.finished_at === null) return null;
  return Date.parse(job.finished_at) + retention[kept] <= now
    ? { type: 'JobDeleted', data: { reason: RETENTION_REASON } }
    : null;
}

export const RETENTION_REASON = 'retention';

/** ms from a job's deletion to the erasure of its stream; never before the last late record can arrive. */
export function eraseAfterMs(deletedBy: 'user' | 'retention', retention: Retention): number {
  return deletedBy === 'user' ? Math.max(ERASE_AFTER_MS, retention.failed) : ERASE_AFTER_MS;
}

/** Whether the stream of a job that this event deleted may be erased. */
export function mayErase(
  deletion: { readonly at: string; readonly actor: { readonly kind: string } },
  retention: Retention,
  now: number,
): boolean {
  const after = eraseAfterMs(deletion.actor.kind === 'user' ? 'user' : 'retention', retention);
  return Date.parse(deletion.at) + after <= now;
}
