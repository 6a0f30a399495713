import type { FolderError, ListingFields, MailboxRecord } from '../domain/mail/mailbox.ts';
import type { MessageRecord } from '../domain/mail/message.ts';
import type { FolderPlace } from '../domain/sync/folder-order.ts';
import type { Traces } from '../domain/sync/moves.ts';
import type { UidSet } from '../domain/sync/uid-set.ts';

/** Where a page ended: the index entry's own keys. It leaves the system only inside a sealed cursor. */
export type MailPosition = Readonly<Record<string, string>>;

/** A mailbox under one UIDVALIDITY. UIDs name messages only within it. */
export type Generation = { readonly mailboxKey: string; readonly uidValidity: number };

/** The stored flags of a message. `unreadable`: the server could not return the message itself. */
export type StoredFlags = { readonly flags: readonly string[]; readonly unreadable: boolean };

/** The fields of a mailbox record that is to be created. */
export type NewMailbox = Omit<MailboxRecord, 'key' | 'version' | 'doubt' | 'lastError'>;

/** A stored message and the mailbox that contains it. */
export type Email = { readonly message: MessageRecord; readonly mailbox: MailboxRecord };

/** A page of a list. `next`: the position of the next page; null: there is none. */
export type MailPage<Item> = { readonly items: readonly Item[]; readonly next: MailPosition | null };

/**
 * `scope`: of which account or credential. `from` (included) and `before` (excluded) limit the sort time of the rows
 * (ISO-8601). Emails are sorted newest first, mailboxes by credential and path.
 */
export type MailQuery = {
  readonly scope: { readonly account: string } | { readonly credential: string };
  readonly limit: number;
  readonly after: MailPosition | null;
  readonly from?: string;
  readonly before?: string;
};

/** A pass over all folders: a sync of messages, or one of the folders' status. */
export type Round = 'messages' | 'mailboxes';

/** A page of the mailboxes that `accept` selects, after at most `most` examined records. */
export type MailboxQuery = Omit<MailQuery, 'from' | 'before'> & {
  accept(record: MailboxRecord): boolean;
  readonly most: number;
};

/** A page of the messages that `accept` selects. */
export type MailSearch = MailQuery & {
  /** Whether the page includes it. Called in the list's order, once for each email. */
  accept(email: Email): boolean;
  /** The maximum number of entries to examine. */
  readonly most: number;
};

/** The page of a search, and how far the search came. */
export type MailFound = MailPage<Email> & {
  readonly examined: number;
  /** The sort time of the last examined entry (ISO-8601); null if there was none. */
  readonly reached: string | null;
};

/**
 * Mailboxes with their sync state, and message metadata. This is the source of truth for synced mail: events do not
 * contain it.
 */
export interface MailStore {
  /** Every mailbox of a credential, strongly consistent. */
  mailboxes(credentialId: string): Promise<readonly MailboxRecord[]>;
  /**
   * Stores a mailbox seen for the first time and gives it a key. If the path is taken, returns the existing mailbox.
   */
  addMailbox(mailbox: NewMailbox): Promise<MailboxRecord>;
  /**
   * Replaces a mailbox by another one of the same path with its own key, if the old one is still at its version; null
   * on conflict. From then on the stored messages of the old one are not shown.
   */
  replaceMailbox(record: MailboxRecord, mailbox: NewMailbox): Promise<MailboxRecord | null>;
  /** Replaces the record if it is still at `record.version`; returns it at its new version, null on conflict. */
  putMailbox(record: MailboxRecord): Promise<MailboxRecord | null>;
  /** Stores what LIST reported, at any version; does nothing if the mailbox was removed. */
  noteListing(record: MailboxRecord, listing: ListingFields): Promise<void>;
  /** Stores why the mailbox cannot be read (null: it can), at any version; does nothing if the mailbox was removed. */
  noteError(record: MailboxRecord, error: FolderError | null): Promise<void>;
  /** Asks the next sync to compare all flags, at any version. */
  noteDoubt(record: MailboxRecord): Promise<void>;
  /**
   * Moves the record to another path, which may be its own; its key and rows stay. Null when the record changed or the
   * path is taken. Throws everything else, such as a throttle.
   */
  renameMailbox(record: MailboxRecord, path: string, listing: ListingFields): Promise<MailboxRecord | null>;
  /** Removes the record if it is still at its version. Its messages must be removed first. */
  removeMailbox(record: MailboxRecord): Promise<boolean>;

  /** Stores or overwrites rows; idempotent. */
  putMessages(messages: readonly MessageRecord[]): Promise<void>;
  /** Replaces all stored messages in the UID space by these; they must lie in it. */
  replaceMessages(generation: Generation, space: UidSet, messages: readonly MessageRecord[]): Promise<void>;
  /** Sets flags of existing rows; missing rows stay missing. */
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
  /** Rows by UID, strongly consistent; missing rows are left out. */
  messagesOf(generation: Generation, uids: UidSet): Promise<readonly MessageRecord[]>;
  /** Removes up to some thousand rows of a mailbox, of one UIDVALIDITY or of all. True when none is left. */
  eraseMessages(mailboxKey: string, uidValidity: number | null): Promise<boolean>;

  /**
   * The messages that recently left or entered the credential's mailboxes; version 0 and null while there are none.
   */
  traces(credentialId: string): Promise<{ readonly version: number; readonly traces: Traces | null }>;
  /** Replaces them if they are still at that version. */
  putTraces(credentialId: string, next: { readonly version: number; readonly traces: Traces }): Promise<boolean>;
  /** The folder after which the last round over all folders stopped early; null if it completed. */
  brokeOffAt(credentialId: string, round: Round): Promise<FolderPlace | null>;
  noteBreakOff(credentialId: string, round: Round, place: FolderPlace | null): Promise<void>;

  /** Null if it does not exist, or its UIDVALIDITY is no longer the mailbox's. */
  email(emailId: string): Promise<Email | null>;
  emails(query: MailQuery): Promise<MailPage<Email>>;
  /** Accepted emails in the list's order, at most `limit`. */
  searchEmails(query: MailSearch): Promise<MailFound>;
  /** Accepted mailboxes by credential and path, at most `limit`. `most`: the maximum number of entries to examine. */
  listMailboxes(query: MailboxQuery): Promise<MailPage<MailboxRecord>>;
  /**
   * Removes everything stored of a credential, until done or until `goOn` returns false. From the start no list shows
   * any of it. True when nothing is left; otherwise call again. `last`: no worker can still store anything. Before
   * that, the mailbox records stay, hidden, because they are needed to find late rows.
   */
  eraseCredential(credentialId: string, last: boolean, goOn?: () => boolean): Promise<boolean>;
}
