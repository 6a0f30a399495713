/** The limits of an account. `docs/limits.md` has the table; a test compares it with this schema. */
import * as z from 'zod';

const count = (value: number) => z.int().min(1).max(1_000_000).default(value);
/** A limit per hour. All times of the last hour are stored in one item, and an item holds 400 KB (DynamoDB limit). */
const timed = (value: number) => z.int().min(1).max(2_000).default(value);

export const limitsSchema = z.strictObject({
  /** Requests a minute to routes that read. */
  readsPerMinute: count(6_000),
  /** Requests a minute to routes that write. */
  commandsPerMinute: count(1_200),
  /** Tests of credentials per hour, at all mail servers together. */
  testsPerHour: timed(60),
  /** Tests of credentials per hour at one mail server (host and port). */
  testsPerHostAndHour: timed(20),
  /**
   * Secrets per hour for one mailbox (host, port and user name): by creating, changing, rotating and testing before
   * saving.
   */
  secretsPerMailboxAndHour: timed(20),
  /** Credentials that an account may have. */
  credentials: count(20_000),
  /** Tasks that an account may have, including those that syncs make. */
  tasks: count(100_000),
  /** Webhook endpoints that an account may have. */
  webhookEndpoints: count(1_000),
  /** Jobs that have not ended. Above this number nobody can make more by hand; schedules and webhooks still can. */
  openJobs: count(500_000),
  /** Bulk operations that may run at the same time. */
  runningBulkOperations: count(20),
  /** Failure groups that may be muted at the same time. Mutes whose time is over do not count. */
  mutedGroups: count(1_000),
});
/** The same settings as JSON text, for an environment variable or a command line. */
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
