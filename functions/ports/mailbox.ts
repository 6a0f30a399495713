import type { Failure } from '../domain/failure/failure.ts';

/** The only error a mailbox session throws, already classified. */
export class MailboxFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.code}: ${failure.detail}`, options);
    this.name = 'MailboxFailure';
    this.failure = failure;
  }
}

/** TLS from the first byte, TLS by STARTTLS, or no TLS (only where the deployment allows it). */
export type SecurityMode = 'ssl_tls' | 'starttls' | 'none';

/** The data for a connection and a login. `tlsCaPem`: an additional trusted authority. */
export type ConnectionSettings = {
  readonly host: string;
  readonly port: number;
  readonly securityMode: SecurityMode;
  readonly tlsCaPem: string | null;
  readonly authentication:
    | { readonly kind: 'password'; readonly username: string; readonly password: string }
    | { readonly kind: 'oauth2'; readonly username: string; readonly accessToken: string };
};

/** Options of one session. */
export type SessionOptions = {
  /** Aborting it closes the connection at once; the running command fails with `deadline_exceeded`. */
  readonly signal: AbortSignal;
};

/** Opens sessions with mail servers. */
export interface MailboxProvider {
  /** Connects and logs in. Throws MailboxFailure. */
  connect(settings: ConnectionSettings, options: SessionOptions): Promise<MailboxSession>;
}

/** The extensions that this session can use. */
export type SessionFeatures = {
  /** CONDSTORE is enabled, so the server respects `changedSince`. */
  readonly condstore: boolean;
  /** The server also has QRESYNC; it is not used. */
  readonly qresync: boolean;
  readonly esearch: boolean;
  readonly listStatus: boolean;
  readonly uidplus: boolean;
  readonly move: boolean;
  readonly gmail: boolean;
};

/** The state of a mailbox, as SELECT or STATUS reports it. */
export type MailboxStatus = {
  readonly uidValidity: number;
  /** Not reliable: servers omit it (null), or send less or more than the highest UID plus one. */
  readonly uidNext: number | null;
  readonly messages: number;
  /** Decimal string (63 bit); null if the server has none for the mailbox. */
  readonly highestModseq: string | null;
};

/** One mailbox of a list. */
export type ListedMailbox = {
  /**
   * The server's spelling in LIST, octet for octet (`domain/mail/mailbox-name.ts`). Every command about the mailbox
   * must send it (RFC 9051 section 5.1).
   */
  readonly name: string;
  /** The name for people: decoded if possible, and different from that of any other listed mailbox. */
  readonly path: string;
  readonly delimiter: string | null;
  readonly namespace: 'personal' | 'other_users' | 'shared';
  readonly selectable: boolean;
  /** From \HasChildren or \HasNoChildren (RFC 3348); null if the server sends neither. */
  readonly hasChildren: boolean | null;
  /** `\Sent`, `\All`, … or null. */
  readonly specialUse: string | null;
  /** Null if it was not requested, if the mailbox is not selectable, or if the server refused STATUS for it. */
  readonly status: MailboxStatus | null;
};

/** The answer to LIST, as far as it could be read. */
export type MailboxList = {
  /**
   * INBOX first, listed or not (RFC 9051 section 5.1), then mailboxes with a special use, then the others in the
   * server's order.
   */
  readonly mailboxes: readonly ListedMailbox[];
  /**
   * Why mailboxes may be missing from the list: a line could not be read, or the server refused LIST. Null: the list
   * is complete.
   */
  readonly fault: Failure | null;
};

/** The mailbox that the session has open, as SELECT or EXAMINE reported it. */
export type SelectedMailbox = MailboxStatus & {
  readonly name: string;
  readonly mailboxId: string | null;
  readonly readOnly: boolean;
  /** False if the server selected the mailbox with NOMODSEQ, or CONDSTORE is not enabled. */
  readonly modseqs: boolean;
  /** Whether the mailbox stores this flag permanently. */
  stores(flag: string): boolean;
};

/**
 * The result of a copy or a move: the target's UIDVALIDITY, and the target UIDs by source UID; null if the server does
 * not report them (RFC 4315).
 */
export type Transfer = {
  readonly uidValidity: number | null;
  readonly uids: ReadonlyMap<number, number> | null;
};

/** Fields are combined with AND. Days are UTC dates (`2026-01-31`). */
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

/** An address of an envelope. Null: the message does not have it. */
export type Address = { readonly name: string | null; readonly address: string | null };

/** The attributes of one message that a sync stores. */
export type MessageRow = {
  readonly uid: number;
  readonly modseq: string | null;
  readonly flags: readonly string[];
  readonly size: number | null;
  /** ISO-8601 UTC with milliseconds; null if the server sent none, or no valid date. */
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

/** The present flags of a message. `modseq`: decimal string (63 bit); null if unknown. */
export type FlagRow = { readonly uid: number; readonly modseq: string | null; readonly flags: readonly string[] };

/**
 * One logged-in connection. One command at a time; every method throws only MailboxFailure. Mailboxes are named by
 * `ListedMailbox.name`, the server's own spelling.
 */
export interface MailboxSession {
  readonly features: SessionFeatures;
  /** The prefix of the names of the user's own mailboxes, except INBOX: `""`, or for example `"INBOX."` (RFC 2342). */
  readonly personalPrefix: string;
  /** Capability names as the server advertised them after the login. */
  readonly capabilities: readonly string[];
  /** False when the connection is closed; then every further call fails with `connection_closed`. */
  readonly usable: boolean;
  /**
   * LIST. `statuses`: includes the status of every selectable mailbox if the server has LIST-STATUS (RFC 5819).
   * Otherwise `status` is null, and `status()` returns it for one mailbox at a time.
   */
  listMailboxes(options: { readonly statuses: boolean }): Promise<MailboxList>;
  /** The regular spelling of a path that was not in LIST: modified UTF-7, or UTF-8 once the server has enabled it. */
  nameFor(path: string): string;
  /**
   * EXAMINE, or SELECT for write access. `mailbox_not_found` when it does not exist, `mailbox_read_only` when it is
   * not writable.
   */
  select(name: string, access?: 'read' | 'write'): Promise<SelectedMailbox>;
  /** Metadata of the messages of a UID set (`"5:9,12"`) in the selected mailbox; deleted messages are left out. */
  fetchMessages(uids: string): Promise<readonly MessageRow[]>;
  /** Flags of a UID set. With `changedSince` (only if `modseqs`) only of messages that changed after that modseq. */
  fetchFlags(uids: string, changedSince: string | null, onRow: (row: FlagRow) => void): Promise<void>;
  /** Every UID of the selected mailbox, ascending, as a compact set (`""` when empty), and their number. */
  allUids(): Promise<{ readonly uids: string; readonly count: number }>;
  /** UIDs of the selected mailbox that match the criteria, as a compact set. */
  searchMessages(criteria: MessageCriteria): Promise<{ readonly uids: string; readonly count: number }>;
  /** The status of a mailbox without selecting it. `mailbox_not_found` when it does not exist. */
  status(name: string): Promise<MailboxStatus>;
  /**
   * STORE in the mailbox selected for write access. With `unchangedSince` (only if `modseqs`) messages that changed
   * after it are left unchanged; `conflict` is true if there were any.
   */
  storeFlags(
    uids: string,
    change: { readonly operation: 'add' | 'remove'; readonly flags: readonly string[] },
    unchangedSince: string | null,
  ): Promise<{ readonly conflict: boolean }>;
  copyMessages(uids: string, target: string): Promise<Transfer>;
  /** MOVE (RFC 6851). Fails with `extension_unsupported` without that extension: there is no emulation. */
  moveMessages(uids: string, target: string): Promise<Transfer>;
  /**
   * STORE \Deleted, then UID EXPUNGE of these UIDs only (RFC 4315). Fails with `extension_unsupported` without that
   * extension.
   */
  expungeMessages(uids: string): Promise<void>;
  /** False if it already existed. */
  createMailbox(name: string): Promise<boolean>;
  renameMailbox(name: string, newName: string): Promise<void>;
  deleteMailbox(name: string): Promise<void>;
  /** LOGOUT for at most 2 s, then closes the socket in any case. Never throws. */
  close(): Promise<void>;
}
