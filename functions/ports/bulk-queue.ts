import * as z from 'zod';

/** A hint that a bulk operation may have work left: its log decides. */
export const bulkMessageSchema = z.object({ bulk_id: z.string() });

export interface BulkQueue {
  send(bulkId: string): Promise<void>;
}
