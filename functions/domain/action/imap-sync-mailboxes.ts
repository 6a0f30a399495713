import * as z from 'zod';

const count = z.int().nonnegative();

/** The scope of a sync of the list of mailboxes. */
export const syncMailboxesPayload = z.strictObject({
  namespaces: z
    .array(z.enum(['personal', 'other_users', 'shared']))
    .min(1)
    .max(3)
    .default(['personal']),
});
export type SyncMailboxesPayload = z.output<typeof syncMailboxesPayload>;

/** The counts of a sync of the list of mailboxes. */
export const syncMailboxesResult = z.strictObject({
  mailboxes: count,
  added: count,
  missing: count,
  removed: count,
  renamed: count,
  unselectable: count,
  /**
   * `damaged`: the server's list could not be read completely, so no mailbox was marked missing, removed or renamed.
   */
  listing: z.enum(['whole', 'damaged']).default('whole'),
});
export type SyncMailboxesResult = z.infer<typeof syncMailboxesResult>;
