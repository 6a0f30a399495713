import * as z from 'zod';

/** How far a bounded read has come. */
export const coverage = z.strictObject({
  /** Jobs looked at for this reply. */
  examined: z.int(),
  /** Creation times between which nothing was left out, this page and those before it together; null: open. */
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  /** Whether nothing is left to look at. */
  complete: z.boolean(),
});
export type Coverage = z.infer<typeof coverage>;
