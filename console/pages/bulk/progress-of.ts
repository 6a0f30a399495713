import type { Schemas } from '../../../client/index.ts';

type Operation = Pick<
  Schemas['BulkOperation'],
  'status' | 'matched' | 'expected' | 'done' | 'skipped' | 'failed' | 'job_ids'
>;

export type BulkProgress = {
  /** How many jobs the operation has changed, skipped or failed to change. */
  readonly settled: number;
  /** How many jobs there are in all; null while this is not known. */
  readonly total: number | null;
  /** From 0 to 100; null without a total. */
  readonly percent: number | null;
};

/** The progress of the operation. After its completion the total is the number of settled jobs. */
export function progressOf({ status, matched, expected, done, skipped, failed, job_ids }: Operation): BulkProgress {
  const settled = done + skipped + failed;
  const known = status === 'completed' ? settled : (expected ?? job_ids?.length ?? null);
  const total = known === null ? null : Math.max(known, matched);
  return { settled, total, percent: total === null ? null : total === 0 ? 100 : Math.floor((settled / total) * 100) };
}
