import type { FolderError, ListingFields, MailboxRecord } from '../domain/mail/mailbox.ts';
import type { MessageRecord } from '../domain/mail/message.ts';
import type { FolderPlace } from '../domain/sync/folder-order.ts';
import type { Traces } from '../domain/sync/moves.ts';
import type { UidSet } from '../domain/sync/uid-set.ts';

/** Where a page ended: the index entry's own keys. Goes into a sealed cursor, never out as it is. */
export type MailPosition = Readonly<Record<string, string>>;

export type Generation = { readonly mailboxKey: string; readonly uidValidity: number };
export type StoredFlags = { readonly flags: readonly string[]; readonly unreadable: boolean };
export type NewMailbox = Omit<MailboxRecord, 'key' | 'version' | 'doubt' | 'lastError'>;
export type Email = { readonly message: MessageRecord; readonly mailbox: MailboxRecord };
export type MailPage<Item> = { readonly items: readonly Item[]; readonly next: MailPosition | null };

/**
 * `account` or `credential`: whose. `from` (included) and `before` (excluded) bound the instant the rows are sorted by
 * (ISO-8601). Emails come newest first, mailboxes by credential and path.
 */
export type MailQuery = {
  readonly scope: { readonly account: string } | { readonly credential: string };
  readonly limit: number;
  readonly after: MailPosition | null;
  readonly from?: string;
  readonly before?: string;
};

/** What goes from folder to folder: a sync of messages, or one of the folders' states. */
export type Round = 'messages' | 'mailboxes';

export type MailboxQuery = Omit<MailQuery, 'from' | 'before'> & {
  accept(record: MailboxRecord): boolean;
  readonly most: number;
};

export type MailSearch = MailQuery & {
  /** Whether the page holds it. Asked in the list's order, once for each. */
  accept(email: Email): boolean;
  /** Entries looked at, at most. */
  readonly most: number;
};
export type MailFound = MailPage<Email> & {
  readonly examined: number;
  /** Where in time the last entry looked at stands (ISO-8601), null for none. */
  readonly reached: string | null;
};

/** Mailboxes with their sync state, and message metadata. The truth about what was synced: it is in no event. */
export interface MailStore {
  /** Every mailbox of a credential, strongly consistent. */
  mailboxes(credentialId: string): Promise<readonly MailboxRecord[]>;
  /** Stores a mailbox seen for the first time and gives it its key; the one that is there when the path is taken. */
  addMailbox(mailbox: NewMailbox): Promise<MailboxRecord>;
  /**
   * Puts another mailbox, with a key of its own, in the place of one of the same path, if that still is at its version;
   * null on conflict. What is stored of the old one is no longer shown from then on.
   */
  replaceMailbox(record: MailboxRecord, mailbox: NewMailbox): Promise<MailboxRecord | null>;
  /** Replaces the record if it still is at `record.version`; returns it at its new version, null on conflict. */
  putMailbox(record: MailboxRecord): Promise<MailboxRecord | null>;
  /** Notes what LIST said, whatever the version; nothing happens when the mailbox is gone. */
  noteListing(record: MailboxRecord, listing: ListingFields): Promise<void>;
  /** Notes why the mailbox cannot be read, or that it can, whatever the version; nothing happens when the mailbox is gone. */
  noteError(record: MailboxRecord, error: FolderError | null): Promise<void>;
  /** Asks the next sync to compare all flags, whatever the version. */
  noteDoubt(record: MailboxRecord): Promise<void>;
  /** Moves the record to another path, key and rows untouched; null when it changed or the path is taken. */
  renameMailbox(record: MailboxRecord, path: string, listing: ListingFields): Promise<MailboxRecord | null>;
  /** Removes the record if it still is at its version. Its messages must be gone. */
  removeMailbox(record: MailboxRecord): Promise<boolean>;

  /** Stores or overwrites rows; storing one twice is storing it once. */
  putMessages(messages: readonly MessageRecord[]): Promise<void>;
  /** Makes the messages all that is stored in the UID space; they must lie in it. */
  replaceMessages(generation: Generation, space: UidSet, messages: readonly MessageRecord[]): Promise<void>;
  /** Sets flags of rows that exist; others stay absent. */
  updateFlags(
    generation: Generation,
    rows: readonly { readonly uid: number; readonly modseq: string | null; readonly flags: readonly string[] }[],
  ): Promise<void>;
  removeMessages(generation: Generation, uids: Iterable<number>): Promise<void>;
  /** Stored UIDs from `low` to `high`, both included, strongly consistent. */
  knownUids(generation: Generation, low: number, high: number): Promise<UidSet>;
  /** Flags of the stored rows of a UID set, strongly consistent. */
  flagsOf(generation: Generation, uids: UidSet): Promise<ReadonlyMap<number, StoredFlags>>;
  /** UIDs of the newest stored rows, by UID. */
  newestUids(generation: Generation, limit: number): Promise<UidSet>;
  /** Rows by UID, strongly consistent; those that are not there are missing. */
  messagesOf(generation: Generation, uids: UidSet): Promise<readonly MessageRecord[]>;
  /** Removes up to some thousand rows of a mailbox, of one generation or of all. True when none is left. */
  eraseMessages(mailboxKey: string, uidValidity: number | null): Promise<boolean>;

  /** Which messages left or entered the credential's mailboxes lately; version 0 and null while none did. */
  traces(credentialId: string): Promise<{ readonly version: number; readonly traces: Traces | null }>;
  /** Replaces them if they still are at that version. */
  putTraces(credentialId: string, next: { readonly version: number; readonly traces: Traces }): Promise<boolean>;
  /** Behind which folder the last round over all folders broke off; null when it came through. */
  brokeOffAt(credentialId: string, round: Round): Promise<FolderPlace | null>;
  noteBreakOff(credentialId: string, round: Round, place: FolderPlace | null): Promise<void>;

  /** Null when there is none, or its generation is no longer the mailbox's. */
  email(emailId: string): Promise<Email | null>;
  emails(query: MailQuery): Promise<MailPage<Email>>;
  /** Emails in the list's order, at most `limit` of those that are accepted. */
  searchEmails(query: MailSearch): Promise<MailFound>;
  /** Mailboxes by credential and path, at most `limit` of those that are accepted. `most`: entries looked at, at most. */
  listMailboxes(query: MailboxQuery): Promise<MailPage<MailboxRecord>>;
  /**
   * Removes what is stored of a credential, until done or told to stop: no list shows any of it from then on. True when
   * nothing is left; else call again. `last`: no worker can be storing any more; until then the mailboxes' own records
   * stay, hidden, to lead there once more.
   */
  eraseCredential(credentialId: string, last: boolean, goOn?: () => boolean): Promise<boolean>;
}
