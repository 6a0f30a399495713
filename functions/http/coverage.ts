import * as z from 'zod';

/** How much a limited read has covered. */
export const coverage = z.strictObject({
  /** Number of items that were read for this reply. */
  examined: z.int(),
  /**
   * Between these times (creation; of messages, their internal date) this page and the earlier ones left out nothing.
   * Null: no limit.
   */
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  /** True if there is nothing left to read. */
  complete: z.boolean(),
});

/** The coverage of a search, as the API shows it. */
export type Coverage = z.infer<typeof coverage>;
