import * as z from 'zod';

/** How far a bounded read has come. */
export const coverage = z.strictObject({
  /** How many were looked at for this reply. */
  examined: z.int(),
  /** Times (of creation; of messages, their internal date) between which nothing was left out, this page and those before it together; null: open. */
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  /** Whether nothing is left to look at. */
  complete: z.boolean(),
});
export type Coverage = z.infer<typeof coverage>;
