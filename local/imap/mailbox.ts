/**
 * The mailboxes of our IMAP server: plain mutable state. At every command, sessions compare it with what they last
 * sent to their client, so a test may change it from outside at any time, like another mail client.
 */

import { bytesOf } from './encode.ts';
import { encodeMailboxName } from './mailbox-name.ts';

export type MailboxMessage = {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly internalDate: Date;
  readonly raw: Buffer;
  /** Mod-sequence of the last change (RFC 7162). */
  readonly modseq: bigint;
};

export type NewMessage = {
  readonly raw: Buffer | string;
  readonly flags?: readonly string[];
  /** Default: 2026-01-01T00:00:00Z, so that nothing depends on the clock. */
  readonly internalDate?: Date;
  /** Default: the mailbox's next UID; a larger one leaves a gap. A smaller one throws. */
  readonly uid?: number;
};

export type MailboxOptions = {
  /** Decoded, with `/` between levels: `INBOX`, `Projekte/Übersee`. */
  readonly path: string;
  /** The name on the wire, instead of the encoded path: text in UTF-8, or octets. Clients must send exactly this. */
  readonly wireName?: string | Buffer;
  readonly uidValidity?: number;
  /** `\Sent`, `\Trash`, … (RFC 6154). */
  readonly specialUse?: string;
  /** False for a pure container: listed as `\Noselect`. */
  readonly selectable?: boolean;
  /** Selected with NOMODSEQ; neither CHANGEDSINCE nor HIGHESTMODSEQ. */
  readonly noModseq?: boolean;
  readonly readOnly?: boolean;
  readonly messages?: readonly NewMessage[];
};

export type Mailbox = {
  readonly path: string;
  /** One character per octet. */
  readonly wireName: string;
  readonly specialUse: string | null;
  readonly selectable: boolean;
  readonly noModseq: boolean;
  readOnly: boolean;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: bigint;
  /** Ascending by UID. */
  readonly messages: readonly MailboxMessage[];
  find(uid: number): MailboxMessage | null;
  add(...messages: readonly NewMessage[]): MailboxMessage[];
  /** Replaces the flags; counts as a change even if they are the same. Throws for an unknown UID. */
  setFlags(uid: number, flags: readonly string[]): void;
  /** Returns the UIDs that were removed. */
  expunge(uids: Iterable<number>): number[];
  /** Like a server that lost its index: new UIDVALIDITY, the same messages numbered from 1 again. */
  bumpUidValidity(uidValidity?: number): void;
  /** Changes only this mailbox's path; UIDs, UIDVALIDITY and mod-sequences stay. Children are not renamed. */
  rename(path: string, wireName?: string | Buffer): void;
};

export type ImapAccount = {
  readonly username: string;
  readonly password: string;
  /** May be changed while the server runs. */
  readonly mailboxes: Mailbox[];
};

function octetsOf(path: string, wireName: string | Buffer | undefined): string {
  if (Buffer.isBuffer(wireName)) return wireName.toString('latin1');
  return wireName === undefined ? encodeMailboxName(path) : bytesOf(wireName);
}

const epoch = new Date('2026-01-01T00:00:00Z');

export function createMailbox(options: MailboxOptions): Mailbox {
  let path = options.path;
  let wireName = octetsOf(path, options.wireName);
  let uidValidity = options.uidValidity ?? 1;
  let uidNext = 1;
  let highestModseq = 1n;
  let messages = new Map<number, MailboxMessage>();
  let sorted: MailboxMessage[] | null = null;

  const put = (message: Omit<MailboxMessage, 'modseq'>): MailboxMessage => {
    highestModseq += 1n;
    const stored = { ...message, modseq: highestModseq };
    messages.set(stored.uid, stored);
    sorted = null;
    return stored;
  };

  const add = (message: NewMessage): MailboxMessage => {
    const uid = message.uid ?? uidNext;
    if (uid < uidNext) throw new Error(`UID ${uid} is below UIDNEXT ${uidNext}.`);
    uidNext = uid + 1;
    return put({
      uid,
      flags: [...(message.flags ?? [])],
      internalDate: message.internalDate ?? epoch,
      raw: typeof message.raw === 'string' ? Buffer.from(message.raw, 'utf8') : message.raw,
    });
  };

  const mailbox: Mailbox = {
    get path() {
      return path;
    },
    get wireName() {
      return wireName;
    },
    specialUse: options.specialUse ?? null,
    selectable: options.selectable ?? true,
    noModseq: options.noModseq ?? false,
    readOnly: options.readOnly ?? false,
    get uidValidity() {
      return uidValidity;
    },
    get uidNext() {
      return uidNext;
    },
    get highestModseq() {
      return highestModseq;
    },
    // UIDs only ever grow, so the insertion order of the map is the order of UIDs.
    get messages() {
      sorted ??= [...messages.values()];
      return sorted;
    },
    find: (uid) => messages.get(uid) ?? null,
    add: (...added) => added.map(add),
    setFlags(uid, flags) {
      const message = messages.get(uid);
      if (message === undefined) throw new Error(`No message with UID ${uid} in ${path}.`);
      put({ ...message, flags: [...new Set(flags)] });
    },
    expunge(uids) {
      const gone = [...uids].filter((uid) => messages.delete(uid));
      if (gone.length > 0) {
        highestModseq += 1n;
        sorted = null;
      }
      return gone;
    },
    bumpUidValidity(next) {
      uidValidity = next ?? uidValidity + 1;
      const kept = [...messages.values()];
      messages = new Map();
      sorted = null;
      uidNext = 1;
      for (const message of kept) add({ ...message, uid: uidNext });
    },
    rename(next, nextName) {
      path = next;
      wireName = octetsOf(next, nextName);
    },
  };
  mailbox.add(...(options.messages ?? []));
  return mailbox;
}
