import * as z from 'zod';

/** A hint that a job may run: the log decides whether it does. `version` is that of the event that queued it. */
const jobMessage = z.object({
  job_id: z.string(),
  credential_id: z.string(),
  /** Absent in messages of versions that did not write it. */
  account_id: z.string().optional(),
  version: z.int(),
  /** Of a job with a priority above 0: it goes to the queue of those. */
  urgent: z.literal(true).optional(),
  /**
   * How often it was sent again because no connection, or no place in its account's share, was free. Each time it waits
   * longer.
   */
  deferred: z.int().positive().optional(),
});
/** A hint that a parked credential may be probed. */
const probeMessage = z.object({
  probe: z.literal(true),
  credential_id: z.string(),
  account_id: z.string().optional(),
});

export const workMessageSchema = z.union([jobMessage, probeMessage]);
export type JobMessage = z.infer<typeof jobMessage>;
export type WorkMessage = z.infer<typeof workMessageSchema>;

export interface WorkQueue {
  /** Sends each with its delay (0 to 900,000 ms, cut to that). Returns the messages the queue did not take. */
  send(
    messages: readonly { readonly message: WorkMessage; readonly delayMs: number }[],
  ): Promise<readonly WorkMessage[]>;
}
