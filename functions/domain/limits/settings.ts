/** What an account may use, and how much. `docs/limits.md` has the table; a test holds it to this schema. */
import * as z from 'zod';

const count = (value: number) => z.int().min(1).max(1_000_000).default(value);
/** Within an hour: the times of all of them stand in one row, and a row holds 400 KB. */
const timed = (value: number) => z.int().min(1).max(2_000).default(value);

export const limitsSchema = z.strictObject({
  /** Requests a minute to routes that read. */
  readsPerMinute: count(6_000),
  /** Requests a minute to routes that write. */
  commandsPerMinute: count(1_200),
  /** Tests of credentials within an hour, all mail servers together. */
  testsPerHour: timed(60),
  /** Tests of credentials within an hour at one mail server (host and port). */
  testsPerHostAndHour: timed(20),
  /** Secrets given within an hour for one mailbox (host, port and user name), by creating, changing, rotating and tests before saving. */
  secretsPerMailboxAndHour: timed(20),
  /** Credentials that an account may have. */
  credentials: count(20_000),
  /** Tasks that an account may have, those that syncs make among them. */
  tasks: count(100_000),
  /** Webhook endpoints that an account may have. */
  webhookEndpoints: count(1_000),
  /** Jobs that have not ended, above which nobody can make more by hand. Schedules and webhooks are not refused. */
  openJobs: count(500_000),
  /** Bulk operations that run at once. */
  runningBulkOperations: count(20),
});
/** The same as JSON text: in an environment variable, and on a command line. */
export const limitsText = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
  })
  .pipe(limitsSchema);

export type LimitSettings = Readonly<z.infer<typeof limitsSchema>>;
export type LimitName = keyof LimitSettings;
