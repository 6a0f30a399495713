import * as z from 'zod';

/** A hint that a bulk operation may have work left: its log decides. */
export const bulkMessageSchema = z.object({
  bulk_id: z.string(),
  /** Absent in messages of versions that did not write it. */
  account_id: z.string().optional(),
  /**
   * Of a run that goes on: how many jobs the operation had met when it was sent. If the operation has met more since,
   * another run has gone on already. Absent: the sender knows of no run.
   */
  after: z.int().optional(),
  /** The marks that the views must have passed before the first selection, and since when it waits for them, ms. */
  views: z.object({ marks: z.array(z.string()), since: z.number() }).optional(),
  /** The views have passed the marks, and their indexes have had time to follow. */
  ready: z.literal(true).optional(),
  /** How often it was sent again because the account had its whole share of runners. Each time it waits longer. */
  deferred: z.int().positive().optional(),
  /** The sweeper sent it, and will send another one while nothing happens. */
  swept: z.literal(true).optional(),
});
export type BulkMessage = z.infer<typeof bulkMessageSchema>;

export interface BulkQueue {
  /** The message comes after `delayMs`, at most 15 minutes. */
  send(message: BulkMessage, delayMs: number): Promise<void>;
}
