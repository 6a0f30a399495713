import * as z from 'zod';

/**
 * A stored schedule. It was validated when it was given; validation needs the cron library, which this file does not
 * import.
 */
export const scheduleShape = z.union([
  z.strictObject({ every: z.string() }),
  z.strictObject({ cron: z.string(), time_zone: z.string() }),
]);

/** The schedule of a task: an interval, or a cron expression with a time zone. */
export type Schedule = Readonly<z.infer<typeof scheduleShape>>;
