import type { Failure } from '../domain/failure/failure.ts';

/** The only error a mailbox session throws: classified where it was seen. */
export class MailboxFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.code}: ${failure.detail}`, options);
    this.name = 'MailboxFailure';
    this.failure = failure;
  }
}

export type SecurityMode = 'ssl_tls' | 'starttls' | 'none';

export type ConnectionSettings = {
  readonly host: string;
  readonly port: number;
  readonly securityMode: SecurityMode;
  readonly tlsCaPem: string | null;
  readonly authentication:
    | { readonly kind: 'password'; readonly username: string; readonly password: string }
    | { readonly kind: 'oauth2'; readonly username: string; readonly accessToken: string };
};

export type SessionOptions = {
  /** Aborting it closes the connection at once; the command under way fails with `deadline_exceeded`. */
  readonly signal: AbortSignal;
};

export interface MailboxProvider {
  /** Connects and logs in. Throws MailboxFailure. */
  connect(settings: ConnectionSettings, options: SessionOptions): Promise<MailboxSession>;
}

export type SessionFeatures = {
  /** CONDSTORE was really enabled: `changedSince` is honoured. */
  readonly condstore: boolean;
  /** The server has QRESYNC as well; it is not used. */
  readonly qresync: boolean;
  readonly esearch: boolean;
  readonly listStatus: boolean;
  readonly uidplus: boolean;
  readonly move: boolean;
  readonly gmail: boolean;
};

export type MailboxStatus = {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: number;
  /** Decimal string (63 bit), null where the server has none for the mailbox. */
  readonly highestModseq: string | null;
};

export type ListedMailbox = {
  /**
   * The spelling that the server used in LIST, octet for octet (`domain/mail/mailbox-name.ts`): what every command about
   * the mailbox must send (RFC 9051 section 5.1).
   */
  readonly name: string;
  /** The name for people: decoded where it decodes, and unlike that of any other listed mailbox. */
  readonly path: string;
  readonly delimiter: string | null;
  readonly namespace: 'personal' | 'other_users' | 'shared';
  readonly selectable: boolean;
  /** What the server says by \HasChildren or \HasNoChildren (RFC 3348); null where it says neither. */
  readonly hasChildren: boolean | null;
  /** `\Sent`, `\All`, … or null. */
  readonly specialUse: string | null;
  /** null where it was not asked for, for what cannot be selected, or where the server refused STATUS for this mailbox. */
  readonly status: MailboxStatus | null;
};

export type MailboxList = {
  /** INBOX first, listed or not (RFC 9051 section 5.1), then what has a special use, then the rest in the server's order. */
  readonly mailboxes: readonly ListedMailbox[];
  /** Why mailboxes may be missing from the list: a line could not be read, or the server refused LIST. null: the list is whole. */
  readonly fault: Failure | null;
};

export type SelectedMailbox = MailboxStatus & {
  readonly name: string;
  readonly mailboxId: string | null;
  readonly readOnly: boolean;
  /** False for a mailbox the server selected with NOMODSEQ, or when CONDSTORE is not enabled. */
  readonly modseqs: boolean;
  /** Whether the mailbox stores this flag for good. */
  stores(flag: string): boolean;
};

/** What came of a copy or a move: the target's UIDVALIDITY and the UIDs by those of the source, null where the server does not tell (RFC 4315). */
export type Transfer = {
  readonly uidValidity: number | null;
  readonly uids: ReadonlyMap<number, number> | null;
};

/** Fields are AND-ed. Days are UTC dates (`2026-01-31`). */
export type MessageCriteria = {
  readonly seen?: boolean;
  readonly flagged?: boolean;
  readonly answered?: boolean;
  readonly draft?: boolean;
  readonly since?: string;
  readonly before?: string;
  readonly larger?: number;
  readonly smaller?: number;
  /** A UID set. */
  readonly uids?: string;
};

export type Address = { readonly name: string | null; readonly address: string | null };

export type MessageRow = {
  readonly uid: number;
  readonly modseq: string | null;
  readonly flags: readonly string[];
  readonly size: number | null;
  /** ISO-8601 UTC with milliseconds, null where the server gave none or none that is a date. */
  readonly internalDate: string | null;
  readonly messageId: string | null;
  readonly providerMessageId: string | null;
  readonly providerThreadId: string | null;
  readonly subject: string | null;
  readonly date: string | null;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
};

export type FlagRow = { readonly uid: number; readonly modseq: string | null; readonly flags: readonly string[] };

/**
 * One logged-in connection. One command at a time; every method throws MailboxFailure and nothing else. Mailboxes are
 * named by `ListedMailbox.name`, the server's own spelling.
 */
export interface MailboxSession {
  readonly features: SessionFeatures;
  /** What the names of the user's own mailboxes begin with, but for INBOX: `""`, or such as `"INBOX."` (RFC 2342). */
  readonly personalPrefix: string;
  /** Capability names as the server advertised them after the login. */
  readonly capabilities: readonly string[];
  /** False once the connection is gone; then every further call fails with `connection_closed`. */
  readonly usable: boolean;
  /**
   * LIST. `statuses`: with the state of every selectable mailbox where the server has LIST-STATUS (RFC 5819); elsewhere
   * `status` is null and `status()` asks for one mailbox at a time.
   */
  listMailboxes(options: { readonly statuses: boolean }): Promise<MailboxList>;
  /** The regular spelling of a path that no LIST has shown: modified UTF-7, or UTF-8 once the server has enabled it. */
  nameFor(path: string): string;
  /** EXAMINE, or SELECT to write. `mailbox_not_found` when it is gone, `mailbox_read_only` when it cannot be written to. */
  select(name: string, access?: 'read' | 'write'): Promise<SelectedMailbox>;
  /** Metadata of the messages of a UID set (`"5:9,12"`) in the selected mailbox; those that are gone are left out. */
  fetchMessages(uids: string): Promise<readonly MessageRow[]>;
  /** Flags of a UID set; with `changedSince` (only when `modseqs`) only what changed after that modseq. */
  fetchFlags(uids: string, changedSince: string | null, onRow: (row: FlagRow) => void): Promise<void>;
  /** Every UID of the selected mailbox, ascending, as a compact set (`""` when empty), and their number. */
  allUids(): Promise<{ readonly uids: string; readonly count: number }>;
  /** UIDs of the selected mailbox that meet the criteria, as a compact set. */
  searchMessages(criteria: MessageCriteria): Promise<{ readonly uids: string; readonly count: number }>;
  /** The state of a mailbox without selecting it. `mailbox_not_found` when there is none. */
  status(name: string): Promise<MailboxStatus>;
  /**
   * STORE in the mailbox selected to write. With `unchangedSince` (only when `modseqs`) messages that changed after it
   * are left alone; `conflict` says that there were such.
   */
  storeFlags(
    uids: string,
    change: { readonly operation: 'add' | 'remove'; readonly flags: readonly string[] },
    unchangedSince: string | null,
  ): Promise<{ readonly conflict: boolean }>;
  copyMessages(uids: string, target: string): Promise<Transfer>;
  /** MOVE (RFC 6851); `extension_unsupported` without it: nothing is emulated. */
  moveMessages(uids: string, target: string): Promise<Transfer>;
  /** STORE \Deleted, then UID EXPUNGE of these UIDs and no others (RFC 4315); `extension_unsupported` without it. */
  expungeMessages(uids: string): Promise<void>;
  /** False when it was there already. */
  createMailbox(name: string): Promise<boolean>;
  renameMailbox(name: string, newName: string): Promise<void>;
  deleteMailbox(name: string): Promise<void>;
  /** LOGOUT, at most 2 s, then the socket is closed whatever happened. Never throws. */
  close(): Promise<void>;
}
