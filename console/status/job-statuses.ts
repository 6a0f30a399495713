import type { Schemas } from '../../client/index.ts';

/** The statuses in the order that operators need. */
export const JOB_STATUSES: readonly Schemas['JobStatus'][] = [
  'failed',
  'retrying',
  'running',
  'queued',
  'scheduled',
  'succeeded',
  'resolved',
];
