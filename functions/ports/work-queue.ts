import * as z from 'zod';

/** Says that a job may run. Messages are advisory: the log decides. `version`: of the event that queued it. */
const jobMessage = z.object({
  job_id: z.string(),
  credential_id: z.string(),
  /** Absent in messages of releases that did not write it. */
  account_id: z.string().optional(),
  version: z.int(),
  /** True for a job with a priority above 0: it goes to the priority queue. */
  urgent: z.literal(true).optional(),
  /**
   * How often it was sent again because no connection, or no place in its account's share, was free. Each time it
   * waits longer.
   */
  deferred: z.int().positive().optional(),
});
/** Says that a parked credential may be probed. Advisory. */
const probeMessage = z.object({
  probe: z.literal(true),
  credential_id: z.string(),
  account_id: z.string().optional(),
});

/** A message for the worker. It is advisory: the log decides what is done. */
export const workMessageSchema = z.union([jobMessage, probeMessage]);

/** Advice to run a job. */
export type JobMessage = z.infer<typeof jobMessage>;

/** Advice to run a job, or to log in to a parked credential. */
export type WorkMessage = z.infer<typeof workMessageSchema>;

/** The two queues of the worker: one for jobs with a priority, one for the others. */
export interface WorkQueue {
  /**
   * Sends each message with its delay (0 to 900,000 ms; larger ones are reduced to that). Returns the messages that
   * the queue did not accept.
   */
  send(
    messages: readonly { readonly message: WorkMessage; readonly delayMs: number }[],
  ): Promise<readonly WorkMessage[]>;
}
