import { bytesOf, list } from './encode.ts';
import type { ImapAccount, Mailbox, MailboxMessage } from './mailbox.ts';
import { canonicalPath } from './mailbox-name.ts';
import { Refusal } from './refusal.ts';
import { membership, parseSet } from './sequence-set.ts';
import { type Token, textOf } from './tokens.ts';

/** What one client knows about its selected mailbox; message numbers are positions in `uids`. */
export type Selected = {
  readonly mailbox: Mailbox;
  readonly uidValidity: number;
  readonly readOnly: boolean;
  readonly uids: number[];
  /** Mod-sequence up to which changes were reported. */
  told: bigint;
};

/** One client's connection, as the commands see it. */
export type Session = {
  readonly accounts: readonly ImapAccount[];
  readonly capabilities: () => readonly string[];
  readonly uidValidityAfter: (account: ImapAccount) => number;
  account: ImapAccount | null;
  selected: Selected | null;
  /** Extensions the client enabled, upper case. */
  readonly enabled: Set<string>;
  /** Tag of the command being answered. */
  tag: string;
};

/** The reply to a command. */
export type Reply = {
  readonly untagged?: Iterable<string>;
  /** The tagged status, without the tag: `OK …`; a `BYE …` ends the connection. */
  readonly status: string;
  /** Mod-sequence, by UID, of the flags that this reply already reports. */
  readonly told?: ReadonlyMap<number, bigint>;
};

/** Carries out one command. Throws a Refusal. */
export type Handler = (session: Session, args: readonly Token[]) => Reply;

/** Whether the server advertises a capability. */
export const has = (session: Session, capability: string): boolean => session.capabilities().includes(capability);

/** The account; throws a Refusal before login. */
export function accountOf(session: Session): ImapAccount {
  if (session.account === null) throw new Refusal('BAD Please log in first');
  return session.account;
}

/** The selected mailbox; throws a Refusal when none is selected, or when `write` is set and it is read-only. */
export function selectedOf(session: Session, write = false): Selected {
  if (session.selected === null) throw new Refusal('BAD No mailbox selected');
  if (isLost(session)) throw new Refusal('BYE The selected mailbox is gone');
  if (write && session.selected.readOnly) throw new Refusal('NO [READ-ONLY] Mailbox is read-only');
  return session.selected;
}

/** The name in an argument, one character per octet. */
export function nameOf(token: Token | undefined): string {
  const octets = token?.kind === 'string' ? token.bytes.toString('latin1') : bytesOf(textOf(token));
  return canonicalPath(octets);
}

/** The mailbox a client names; throws the Refusal with this status when none can be selected. */
export function mailboxOf(
  session: Session,
  token: Token | undefined,
  missing = 'NO [NONEXISTENT] No such mailbox',
): Mailbox {
  const wireName = nameOf(token);
  const mailbox = accountOf(session).mailboxes.find((each) => each.wireName === wireName);
  if (mailbox === undefined) throw new Refusal(missing);
  if (!mailbox.selectable) throw new Refusal('NO [CANNOT] Mailbox cannot be selected');
  return mailbox;
}

/** A message of the selected mailbox, with the number that the client knows it by. */
export type Target = { readonly sequence: number; readonly message: MailboxMessage };

/** The messages of a sequence set (or UID set), ascending, without deleted ones. */
export function targetsOf(selected: Selected, set: Token | undefined, byUid: boolean): Target[] {
  const { uids, mailbox } = selected;
  const contains = membership(parseSet(textOf(set)), byUid ? (uids.at(-1) ?? 0) : uids.length);
  const targets: Target[] = [];
  uids.forEach((uid, index) => {
    if (!contains(byUid ? uid : index + 1)) return;
    const message = mailbox.find(uid);
    if (message !== null) targets.push({ sequence: index + 1, message });
  });
  return targets;
}

/** Whether mod-sequences of the mailbox are reported. */
export const modseqsOf = (session: Session, mailbox: Mailbox): boolean =>
  has(session, 'CONDSTORE') && !mailbox.noModseq;

/** A FETCH response with a message's flags. */
export function flagsLine(session: Session, selected: Selected, { sequence, message }: Target): string {
  const modseq = session.enabled.has('CONDSTORE') && modseqsOf(session, selected.mailbox);
  const items = ['UID', `${message.uid}`, 'FLAGS', list(message.flags)];
  if (modseq) items.push('MODSEQ', `(${message.modseq})`);
  return `* ${sequence} FETCH ${list(items)}`;
}

/**
 * The changes of the selected mailbox since the last report to the client (RFC 9051 section 7). EXPUNGE renumbers
 * messages, so it waits when the answered command used message numbers.
 */
export function* news(session: Session, reply: Reply, mayExpunge: boolean): Generator<string> {
  const { selected } = session;
  if (selected === null || selected.told === selected.mailbox.highestModseq || isLost(session)) return;
  const { mailbox, uids, told } = selected;
  let pending = false;
  for (let index = uids.length - 1; index >= 0; index -= 1) {
    if (mailbox.find(uids[index] ?? 0) !== null) continue;
    if (mayExpunge) {
      uids.splice(index, 1);
      yield `* ${index + 1} EXPUNGE`;
    } else pending = true;
  }
  const last = uids.at(-1) ?? 0;
  const known = uids.length;
  for (const message of mailbox.messages) if (message.uid > last) uids.push(message.uid);
  if (uids.length > known) yield `* ${uids.length} EXISTS`;
  for (let index = 0; index < known; index += 1) {
    const message = mailbox.find(uids[index] ?? 0);
    if (message === null || message.modseq <= told || reply.told?.get(message.uid) === message.modseq) continue;
    yield flagsLine(session, selected, { sequence: index + 1, message });
  }
  // A delayed EXPUNGE must not be lost: the session stays behind and may report some flags twice.
  if (!pending) selected.told = mailbox.highestModseq;
}

/** The selected mailbox is not the one that the client knows any more: real servers then cut the connection. */
function isLost({ account, selected }: Session): boolean {
  if (account === null || selected === null) return false;
  return !account.mailboxes.includes(selected.mailbox) || selected.mailbox.uidValidity !== selected.uidValidity;
}
