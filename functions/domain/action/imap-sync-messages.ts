import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { folderPath } from './message-set.ts';

const count = z.int().nonnegative();

/** The messages to sync. `full`: every message is compared again, not only those that changed. */
export const syncMessagesPayload = z.strictObject({
  /** A mailbox's path. Null: every selectable personal mailbox except \All and \Flagged. */
  folder: folderPath.nullable().default(null),
  full: z.boolean().default(false),
  /** Only messages that arrived on or after this day. */
  since: z.iso.date().optional(),
});
export type SyncMessagesPayload = z.output<typeof syncMessagesPayload>;

/** The counts of a sync of messages. */
export const syncMessagesResult = z.strictObject({
  folders: count,
  unchanged: count,
  added: count,
  updated: count,
  removed: count,
  moved: count,
  unreadable: count,
  resets: count,
  backfill_left: count,
  complete: z.boolean(),
  /**
   * `window`: the server cannot report which flags changed, so only the newest messages were compared, or it could not
   * return the flags of some message.
   */
  flags: z.enum(['exact', 'window']),
  /**
   * `damaged`: the server's list of folders could not be read completely. Absent in results of earlier releases, which
   * failed in that case.
   */
  listing: z.enum(['whole', 'damaged']).default('whole'),
  /** The first folders that could not be opened or read. `last_error` of the mailbox has the details. */
  refused: z
    .array(z.strictObject({ folder: z.string(), code: failureCode }))
    .max(20)
    .default([]),
  refused_count: count.default(0),
});
export type SyncMessagesResult = z.infer<typeof syncMessagesResult>;
