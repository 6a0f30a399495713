import { type Envelope, foldEnvelopes, typeNames } from '../event/event.ts';
import { jobEventSchema, recordedJobEventSchema } from './events.ts';
import { evolveJob } from './evolve.ts';
import { type Job, jobSchema } from './job.ts';

/** How a job's stream is read and folded. */
export const JOB_HISTORY = {
  schema: recordedJobEventSchema,
  types: typeNames(jobEventSchema),
  evolve: evolveJob,
  state: jobSchema,
};

/** The job after its stored events, starting from a known state; null when there are none. */
export function foldJob(envelopes: readonly Envelope[], from: Job | null = null): Job | null {
  return foldEnvelopes(JOB_HISTORY, envelopes, from);
}
