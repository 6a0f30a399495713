import * as z from 'zod';

/** A hint that a bulk operation may have work left: its log decides. */
export const bulkMessageSchema = z.object({ bulk_id: z.string() });

export interface BulkQueue {
  /** The message comes after `delayMs`, at most 15 minutes. */
  send(bulkId: string, delayMs: number): Promise<void>;
}
