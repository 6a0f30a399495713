import * as z from 'zod';

/** A schedule as it is kept: it was checked when it was given, which takes a calendar. */
export const scheduleShape = z.union([
  z.strictObject({ every: z.string() }),
  z.strictObject({ cron: z.string(), time_zone: z.string() }),
]);
export type Schedule = Readonly<z.infer<typeof scheduleShape>>;
