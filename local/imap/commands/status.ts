import { list, string } from '../encode.ts';
import type { Mailbox } from '../mailbox.ts';
import { mailboxId } from '../object-id.ts';
import { Refusal } from '../refusal.ts';
import { type Handler, has, mailboxOf, modseqsOf, type Session } from '../session.ts';
import { listOf, wordOf } from '../tokens.ts';

/** STATUS (RFC 9051 section 6.3.11). */
export const status: Handler = (session, args) => {
  const mailbox = mailboxOf(session, args[0]);
  return { untagged: [statusLine(session, mailbox, listOf(args[1]).map(wordOf))], status: 'OK Status completed' };
};

/** The untagged STATUS line of a mailbox with these items. */
export function statusLine(session: Session, mailbox: Mailbox, items: readonly string[]): string {
  const values = items.map((item) => `${item} ${value(session, mailbox, item)}`);
  return `* STATUS ${string(mailbox.wireName)} ${list(values)}`;
}

function value(session: Session, mailbox: Mailbox, item: string): string {
  const { messages } = mailbox;
  if (item === 'MESSAGES') return `${messages.length}`;
  if (item === 'RECENT') return '0';
  if (item === 'UIDNEXT') return `${mailbox.uidNext}`;
  if (item === 'UIDVALIDITY') return `${mailbox.uidValidity}`;
  if (item === 'UNSEEN') return `${messages.filter(({ flags }) => !flags.includes('\\Seen')).length}`;
  if (item === 'HIGHESTMODSEQ' && has(session, 'CONDSTORE')) {
    return modseqsOf(session, mailbox) ? `${mailbox.highestModseq}` : '0';
  }
  if (item === 'MAILBOXID' && has(session, 'OBJECTID')) return `(${mailboxId(mailbox)})`;
  throw new Refusal('BAD Unknown STATUS item');
}
