/**
 * What is known of one mailbox. `key` is made when the mailbox is first seen and stays through renames and new
 * UIDVALIDITYs: message rows and email ids hang on it. `sync` says what the stored rows cover; it is written after the
 * rows it speaks of, so that a run killed anywhere repeats work and loses none.
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
  /** Above every UID that a SELECT, STATUS or SEARCH has shown so far. */
  uidNext: count,
  messages: count,
  /** Of the SELECT that began the last complete pass over flags: all stored flags are at least this new. */
  highestModseq: modseq.nullable(),
  /** Rows of this generation in the covered UID space. */
  known: count,
  /** UID space below `uidNext` whose messages are not stored yet, as a UID set; `""` when all are. */
  pending: z.string(),
  /** Messages in `pending` when the server last listed them. */
  left: count,
  /** What is pending below this UID is older than this day: a sync `since` that day or later leaves it there. */
  floor: z.strictObject({ uid: count, date: z.iso.date() }).nullable(),
  /** A scan of all flags under way: what is at or above `below` is done; `highestModseq` as the scan began. */
  scan: z.strictObject({ below: count, highestModseq: modseq.nullable(), doubt: count }).nullable(),
  /** Many messages seemed gone in a first pass: they are removed only if a second finds the same. */
  suspected: z.strictObject({ at: instant, count }).nullable(),
  /** UIDVALIDITYs met one after the other, each another; 0 once the same is met again. */
  resets: count.default(0),
  /** One that was not followed any more, after too many. It is, if it is still there next time. */
  unfollowed: count.nullable().default(null),
  /** Earlier UIDVALIDITYs whose rows are still to be removed. */
  old: z.array(count),
  /** How many messages to ask this server for at once. */
  window: count.default(WINDOW),
  /** The `doubt` that the last comparison of all flags has answered. */
  healed: count,
  flagsAt: instant.nullable(),
  reconciledAt: instant.nullable(),
  syncedAt: instant.nullable(),
});
export type SyncState = z.infer<typeof syncState>;

export const syncLevel = z.enum(['qresync', 'condstore', 'basic']);

/** Why syncs cannot open or read the folder; gone with the next one that can. */
export const folderError = z.strictObject({
  code: failureCode,
  /** Redacted and bounded, as the details of jobs' failures are. */
  detail: z.string(),
  /** Of the first failure since the folder was well. */
  since: instant,
  /** Of the last one. */
  at: instant,
  /** How often the folder failed while others did not: what its next try waits by. */
  tries: count,
});
export type FolderError = z.infer<typeof folderError>;

export const mailboxRecord = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{16}$/),
  accountId: z.string(),
  credentialId: z.string(),
  path: z.string(),
  /** The spelling that the server uses; null in records from before it was stored: then the regular one of `path`. */
  name: z.string().nullable().default(null),
  delimiter: z.string().nullable(),
  namespace: z.enum(['personal', 'other_users', 'shared']),
  selectable: z.boolean(),
  specialUse: z.string().nullable(),
  mailboxId: z.string().nullable(),
  /** Of the credential: under another one the same path is another mailbox. */
  generation: z.int().positive().default(1),
  /** Keys of mailboxes that had this place in earlier generations, whose rows are still to be removed. */
  former: z.array(z.string()).default([]),
  /** From the last LIST or SELECT; null while unknown. */
  status: mailboxStatus.nullable(),
  syncLevel: syncLevel,
  firstSeenAt: instant,
  missingSince: instant.nullable(),
  sync: syncState.nullable(),
  lastError: folderError.nullable().default(null),
  /** Who is syncing it, until when (ms since the epoch). */
  lock: z.strictObject({ by: z.string(), until: z.number() }).nullable(),
  /** Counted up when a run lost the mailbox to another and may have stored stale flags; healed by comparing them all. */
  doubt: count,
  /** Of the record: each change of sync state or path is conditional on it. */
  version: count,
});
export type MailboxRecord = z.infer<typeof mailboxRecord>;

/** What LIST alone decides about a record. */
export type ListingFields = Pick<
  MailboxRecord,
  'name' | 'delimiter' | 'namespace' | 'selectable' | 'specialUse' | 'status' | 'missingSince'
>;

/** A row of an earlier generation, or of one not yet announced, is not shown. */
export function isCurrent(record: MailboxRecord, uidValidity: number): boolean {
  return record.sync !== null && record.sync.uidValidity === uidValidity;
}
