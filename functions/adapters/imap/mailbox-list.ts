import type { NamespaceObject, NamespacesObject, StatusObject } from 'imapflow';
import { pathsOf } from '../../domain/mail/mailbox-name.ts';
import { MAX_UID } from '../../domain/sync/uid-set.ts';
import type { ListedMailbox, MailboxStatus } from '../../ports/mailbox.ts';
import { toCount, toModseq, toUid } from './numbers.ts';
import { specialUsesOf } from './special-uses.ts';

const UNSELECTABLE = ['\\noselect', '\\nonexistent'];
/** Listed first, in this order: the mailboxes that users open first. */
const USES = ['\\Flagged', '\\Sent', '\\Drafts', '\\All', '\\Archive', '\\Junk', '\\Trash'];

type Namespace = ListedMailbox['namespace'];

/** One line of LIST. */
export type ListRow = {
  readonly name: string;
  readonly delimiter: string | null;
  /** In lower case. */
  readonly flags: ReadonlySet<string>;
};

/** The properties of the server that affect a list. */
export type ListCircumstances = {
  readonly namespaces: NamespacesObject | undefined;
  readonly condstore: boolean;
  readonly utf8: boolean;
  readonly specialUse: boolean;
};

/** A UIDVALIDITY is 32 bits and never zero (RFC 9051 section 2.3.1.1); null for anything else. */
export function toUidValidity(value: bigint | undefined): number | null {
  return value !== undefined && value > 0n && value <= BigInt(MAX_UID) ? Number(value) : null;
}

/** The status of a mailbox; null if fields are missing or are not numbers. */
export function toStatus(status: StatusObject | undefined, condstore: boolean): MailboxStatus | null {
  const uidValidity = toUidValidity(status?.uidValidity);
  const messages = toCount(status?.messages);
  if (!status || uidValidity === null || messages === null) return null;
  const highestModseq = condstore ? toModseq(status.highestModseq) : null;
  return { uidValidity, uidNext: toUid(status.uidNext), messages, highestModseq };
}

/** The namespace with the longest prefix of the name (RFC 2342); `personal` when there is none. */
function namespaceOf(name: string, namespaces: NamespacesObject | undefined): Namespace {
  let best: { readonly kind: Namespace; readonly length: number } = { kind: 'personal', length: -1 };
  const consider = (kind: Namespace, list: readonly NamespaceObject[] | false | undefined): void => {
    for (const { prefix, delimiter } of list || []) {
      const root = delimiter && prefix.endsWith(delimiter) ? prefix.slice(0, -delimiter.length) : prefix;
      const inside = name === root || name.startsWith(prefix);
      if (inside && prefix.length > best.length) best = { kind, length: prefix.length };
    }
  };
  if (name === 'INBOX') return 'personal';
  consider('personal', namespaces?.personal);
  consider('other_users', namespaces?.other);
  consider('shared', namespaces?.shared);
  return best.kind;
}

function hasChildren(flags: ReadonlySet<string>): boolean | null {
  if (flags.has('\\haschildren')) return true;
  return flags.has('\\hasnochildren') || flags.has('\\noinferiors') ? false : null;
}

/** Every user has an INBOX, listed or not. Its delimiter is that of its namespace, or of another mailbox in it. */
function withInbox(rows: readonly ListRow[], namespaces: NamespacesObject | undefined): readonly ListRow[] {
  if (rows.some(({ name }) => name === 'INBOX')) return rows;
  const ours = rows.find(({ name, delimiter }) => delimiter !== null && namespaceOf(name, namespaces) === 'personal');
  const delimiter = namespaces?.personal?.[0]?.delimiter || ours?.delimiter || null;
  return [{ name: 'INBOX', delimiter, flags: new Set() }, ...rows];
}

/** The answer to LIST as the port defines it: each mailbox once, INBOX first. */
export function toListedMailboxes(
  listed: readonly ListRow[],
  statuses: ReadonlyMap<string, StatusObject>,
  { namespaces, condstore, utf8, specialUse }: ListCircumstances,
): readonly ListedMailbox[] {
  const once = new Map(listed.toReversed().map((row) => [row.name, row]));
  const rows = withInbox([...once.values()].toReversed(), namespaces);
  const paths = pathsOf(rows, utf8);
  const named = rows.map((row) => ({ ...row, path: paths.get(row.name) ?? row.name }));
  const uses = specialUsesOf(named, specialUse);
  const mailboxes = named.map(({ name, path, delimiter, flags }) => {
    const selectable = name === 'INBOX' || !UNSELECTABLE.some((flag) => flags.has(flag));
    return {
      name,
      path,
      delimiter,
      namespace: namespaceOf(name, namespaces),
      selectable,
      hasChildren: hasChildren(flags),
      specialUse: uses.get(name) ?? null,
      status: selectable ? toStatus(statuses.get(name), condstore) : null,
    };
  });
  return mailboxes.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ name, specialUse }: ListedMailbox): number {
  if (name === 'INBOX') return -1;
  const rank = specialUse === null ? -1 : USES.indexOf(specialUse);
  return rank < 0 ? USES.length : rank;
}
