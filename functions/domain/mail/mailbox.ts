/**
 * The stored record of one mailbox. `key` is made when the mailbox is first seen and survives renames and new
 * UIDVALIDITYs: message rows and email ids contain it. `sync` says which part of the mailbox the stored rows cover. It
 * is written after those rows, so a run that is killed repeats work and loses none.
 */
import * as z from 'zod';
import { failureCode } from '../failure/schema.ts';
import { WINDOW } from '../sync/window-size.ts';

const count = z.int().nonnegative();
const instant = z.iso.datetime();
const modseq = z.string().regex(/^\d{1,19}$/);

export const mailboxStatus = z.strictObject({
  uidValidity: count,
  uidNext: count.nullable(),
  messages: count,
  highestModseq: modseq.nullable(),
});
export type StoredStatus = z.infer<typeof mailboxStatus>;

export const syncState = z.strictObject({
  uidValidity: count,
  /** Greater than every UID that a SELECT, STATUS or SEARCH has shown so far. */
  uidNext: count,
  messages: count,
  /**
   * HIGHESTMODSEQ of the SELECT that began the last complete pass over flags: all stored flags are at least this new.
   */
  highestModseq: modseq.nullable(),
  /** Number of rows of this UIDVALIDITY in the covered UID space. */
  known: count,
  /** UIDs below `uidNext` whose messages are not stored yet, as a UID set; `""` when all are. */
  pending: z.string(),
  /** Number of messages in `pending` when the server last listed them. */
  left: count,
  /** Pending messages below this UID are older than this day: a sync with `since` at that day or later skips them. */
  floor: z.strictObject({ uid: count, date: z.iso.date() }).nullable(),
  /**
   * A scan of all flags in progress. UIDs from `below` upwards are done; `highestModseq` is the value when the scan
   * began.
   */
  scan: z.strictObject({ below: count, highestModseq: modseq.nullable(), doubt: count }).nullable(),
  /** Many messages seemed to be gone in a first pass. They are removed only if a second pass finds the same. */
  suspected: z.strictObject({ at: instant, count }).nullable(),
  /** Number of different UIDVALIDITYs in a row; 0 after the same one is seen twice. */
  resets: count.default(0),
  /** A UIDVALIDITY that was ignored because there were too many. It is accepted if it is still there next time. */
  unfollowed: count.nullable().default(null),
  /** Earlier UIDVALIDITYs whose rows must still be removed. */
  old: z.array(count),
  /** How many messages to request from this server at once. */
  window: count.default(WINDOW),
  /** The `doubt` that the last comparison of all flags has resolved. */
  healed: count,
  flagsAt: instant.nullable(),
  reconciledAt: instant.nullable(),
  syncedAt: instant.nullable(),
});
export type SyncState = z.infer<typeof syncState>;

export const syncLevel = z.enum(['qresync', 'condstore', 'basic']);

/** Why syncs cannot open or read the folder; removed by the next sync that can. */
export const folderError = z.strictObject({
  code: failureCode,
  /** Redacted and bounded, as the details of job failures are. */
  detail: z.string(),
  /** When the current streak of failures began. */
  since: instant,
  /** When it last failed. */
  at: instant,
  /** How often the folder failed while others did not. The wait before the next try depends on it. */
  tries: count,
});
export type FolderError = z.infer<typeof folderError>;

export const mailboxRecord = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{16}$/),
  accountId: z.string(),
  credentialId: z.string(),
  path: z.string(),
  /**
   * The server's spelling. Null in records written before it was stored: then it is the regular spelling of `path`.
   */
  name: z.string().nullable().default(null),
  delimiter: z.string().nullable(),
  namespace: z.enum(['personal', 'other_users', 'shared']),
  selectable: z.boolean(),
  specialUse: z.string().nullable(),
  mailboxId: z.string().nullable(),
  /** The credential generation: under another one the same path is another mailbox. */
  generation: z.int().positive().default(1),
  /** Keys of mailboxes with this path in earlier generations. Their rows must still be removed. */
  former: z.array(z.string()).default([]),
  /** From the last LIST or SELECT; null while unknown. */
  status: mailboxStatus.nullable(),
  syncLevel: syncLevel,
  firstSeenAt: instant,
  missingSince: instant.nullable(),
  sync: syncState.nullable(),
  lastError: folderError.nullable().default(null),
  /** The run that is syncing it, and until when (ms since the epoch). */
  lock: z.strictObject({ by: z.string(), until: z.number() }).nullable(),
  /**
   * Raised when a run lost the mailbox to another run and may have stored stale flags. Comparing all flags resolves
   * it.
   */
  doubt: count,
  /** Version of the record: each change of sync state or path is conditional on it. */
  version: count,
});
export type MailboxRecord = z.infer<typeof mailboxRecord>;

/** The fields of a record that depend on LIST alone. */
export type ListingFields = Pick<
  MailboxRecord,
  'name' | 'delimiter' | 'namespace' | 'selectable' | 'specialUse' | 'status' | 'missingSince'
>;

/** A row of an earlier UIDVALIDITY, or of one that is not recorded yet, is not shown. */
export function isCurrent(record: MailboxRecord, uidValidity: number): boolean {
  return record.sync !== null && record.sync.uidValidity === uidValidity;
}
