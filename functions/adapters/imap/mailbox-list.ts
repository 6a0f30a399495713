import type { ImapFlow, ListResponse, NamespaceObject, NamespacesObject, StatusObject } from 'imapflow';
import { decodeMailboxName } from '../../domain/mail/mailbox-name.ts';
import { MAX_UID } from '../../domain/sync/uid-set.ts';
import type { ListedMailbox, MailboxStatus } from '../../ports/mailbox.ts';
import { toCount, toModseq, toUid } from './numbers.ts';

const BROKEN_TEXT = /\p{Cc}/u;
const UNSELECTABLE = new Set(['\\noselect', '\\nonexistent']);

type Namespace = ListedMailbox['namespace'];

/** A UIDVALIDITY is 32 bits and never zero (RFC 9051 section 2.3.1.1); null for anything else. */
export function toUidValidity(value: bigint | undefined): number | null {
  return value !== undefined && value > 0n && value <= BigInt(MAX_UID) ? Number(value) : null;
}

function toStatus(status: StatusObject | undefined, condstore: boolean): MailboxStatus | null {
  const uidValidity = toUidValidity(status?.uidValidity);
  const messages = toCount(status?.messages);
  if (!status || uidValidity === null || messages === null) return null;
  const highestModseq = condstore ? toModseq(status.highestModseq) : null;
  return { uidValidity, uidNext: toUid(status.uidNext), messages, highestModseq };
}

/**
 * The text that names the mailbox in every later command. A name in broken modified UTF-7, or one that decodes to control
 * characters, is kept as it came on the wire, where it can still be selected.
 */
function pathOf(name: string, utf8: boolean): string {
  const decoded = utf8 ? name : decodeMailboxName(name);
  return decoded?.isWellFormed() && !BROKEN_TEXT.test(decoded) ? decoded : name;
}

/** The namespace with the longest prefix that the path begins with (RFC 2342); `personal` when there is none. */
function namespaceOf(path: string, namespaces: NamespacesObject | undefined): Namespace {
  let best: { readonly kind: Namespace; readonly length: number } = { kind: 'personal', length: -1 };
  const consider = (kind: Namespace, list: readonly NamespaceObject[] | false | undefined): void => {
    for (const { prefix, delimiter } of list || []) {
      const decoded = decodeMailboxName(prefix) ?? prefix;
      const root = delimiter && decoded.endsWith(delimiter) ? decoded.slice(0, -delimiter.length) : decoded;
      const inside = path === root || path.startsWith(decoded);
      if (inside && decoded.length > best.length) best = { kind, length: decoded.length };
    }
  };
  if (path === 'INBOX') return 'personal';
  consider('personal', namespaces?.personal);
  consider('other_users', namespaces?.other);
  consider('shared', namespaces?.shared);
  return best.kind;
}

/** The answer to LIST with STATUS as the port wants it: each path once, in the server's order of special use and name. */
export function toListedMailboxes(
  client: ImapFlow,
  listed: readonly ListResponse[],
  { condstore, utf8 }: { readonly condstore: boolean; readonly utf8: boolean },
): readonly ListedMailbox[] {
  const mailboxes = new Map<string, ListedMailbox>();
  for (const entry of listed) {
    const name = entry.path === 'INBOX' ? 'INBOX' : entry.pathAsListed;
    const path = pathOf(name, utf8);
    if (path === '' || mailboxes.has(path)) continue;
    const selectable = ![...entry.flags].some((flag) => UNSELECTABLE.has(flag.toLowerCase()));
    mailboxes.set(path, {
      name,
      path,
      delimiter: entry.delimiter || null,
      namespace: namespaceOf(path, client.namespaces),
      selectable,
      // `\Inbox` is an invention of the library: the path says it already.
      specialUse: entry.specialUse && entry.specialUse !== '\\Inbox' ? entry.specialUse : null,
      status: selectable ? toStatus(entry.status, condstore) : null,
    });
  }
  return [...mailboxes.values()];
}
