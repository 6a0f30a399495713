import * as z from 'zod';

/** A hint that a job may run: the log decides whether it does. `version` is that of the event that queued it. */
export const workMessageSchema = z.object({ job_id: z.string(), credential_id: z.string(), version: z.int() });
export type WorkMessage = z.infer<typeof workMessageSchema>;

export interface WorkQueue {
  /** Sends each with its delay (0 to 900,000 ms, cut to that). Returns the messages the queue did not take. */
  send(
    messages: readonly { readonly message: WorkMessage; readonly delayMs: number }[],
  ): Promise<readonly WorkMessage[]>;
}
