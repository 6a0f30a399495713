import type { Schemas } from '../../../client/index.ts';

type Operation = Pick<
  Schemas['BulkOperation'],
  'status' | 'matched' | 'expected' | 'done' | 'skipped' | 'failed' | 'job_ids'
>;

export type BulkProgress = {
  /** Jobs that the operation has come to. */
  readonly settled: number;
  /** How many there are in all; null while nobody knows. */
  readonly total: number | null;
  /** From 0 to 100; null without a total. */
  readonly percent: number | null;
};

/** How far the operation has come. Of one that was completed, what it has come to is all there is. */
export function progressOf({ status, matched, expected, done, skipped, failed, job_ids }: Operation): BulkProgress {
  const settled = done + skipped + failed;
  const known = status === 'completed' ? settled : (expected ?? job_ids?.length ?? null);
  const total = known === null ? null : Math.max(known, matched);
  return { settled, total, percent: total === null ? null : total === 0 ? 100 : Math.floor((settled / total) * 100) };
}
