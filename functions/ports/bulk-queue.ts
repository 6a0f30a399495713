import * as z from 'zod';

/** Says that a bulk operation may have work left. Messages are advisory: the operation's log decides. */
export const bulkMessageSchema = z.object({
  bulk_id: z.string(),
  /** Absent in messages of releases that did not write it. */
  account_id: z.string().optional(),
  /**
   * Set when a run continues the operation: how many jobs the operation had selected when the message was sent. If it
   * has selected more since, another run has already continued. Absent: the sender knows of no run.
   */
  after: z.int().optional(),
  /** The marks that the views must have passed before the first selection, and since when it waits for them (ms). */
  views: z.object({ marks: z.array(z.string()), since: z.number() }).optional(),
  /** The views have passed the marks, and their indexes have had time to follow. */
  ready: z.literal(true).optional(),
  /** How often it was sent again because the account already used its share of runners. Each time it waits longer. */
  deferred: z.int().positive().optional(),
  /** Sent by the sweeper, which sends another one if the operation makes no progress. */
  swept: z.literal(true).optional(),
});

/** Advice to run a bulk operation; if it is lost, the sweeper sends another one. */
export type BulkMessage = z.infer<typeof bulkMessageSchema>;

/** The queue of bulk operations. */
export interface BulkQueue {
  /** Delivers the message after `delayMs`, at most 15 minutes (SQS limit). */
  send(message: BulkMessage, delayMs: number): Promise<void>;
}
