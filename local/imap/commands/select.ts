import { list } from '../encode.ts';
import { mailboxId } from '../object-id.ts';
import { Refusal } from '../refusal.ts';
import { accountOf, type Handler, has, mailboxOf, modseqsOf, type Session, selectedOf } from '../session.ts';
import { listOf, type Token, wordOf } from '../tokens.ts';

const systemFlags = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/** SELECT (RFC 9051 section 6.3.2). */
export const select: Handler = (session, args) => open(session, args, false);

/** EXAMINE (RFC 9051 section 6.3.3). */
export const examine: Handler = (session, args) => open(session, args, true);

function open(session: Session, args: readonly Token[], examining: boolean) {
  accountOf(session);
  // A failed SELECT leaves nothing selected (RFC 9051 section 6.3.2).
  session.selected = null;
  const mailbox = mailboxOf(session, args[0]);
  const options = args[1] === undefined ? [] : listOf(args[1]).map(wordOf);
  if (options.some((option) => option !== 'CONDSTORE' || !has(session, 'CONDSTORE'))) {
    throw new Refusal('BAD Unknown SELECT option');
  }
  if (options.length > 0) session.enabled.add('CONDSTORE');

  const readOnly = examining || mailbox.readOnly;
  const uids = mailbox.messages.map((message) => message.uid);
  session.selected = { mailbox, uidValidity: mailbox.uidValidity, readOnly, uids, told: mailbox.highestModseq };

  const flags = [...new Set([...systemFlags, ...mailbox.messages.flatMap((message) => message.flags)])];
  const untagged = [
    `* FLAGS ${list(flags)}`,
    `* OK [PERMANENTFLAGS ${readOnly ? '()' : list([...flags, '\\*'])}] Flags permitted`,
    `* ${uids.length} EXISTS`,
    '* 0 RECENT',
    `* OK [UIDVALIDITY ${mailbox.uidValidity}] UIDs valid`,
    `* OK [UIDNEXT ${mailbox.uidNext}] Predicted next UID`,
  ];
  if (modseqsOf(session, mailbox)) untagged.push(`* OK [HIGHESTMODSEQ ${mailbox.highestModseq}] Highest`);
  else if (has(session, 'CONDSTORE')) untagged.push('* OK [NOMODSEQ] No mod-sequences');
  if (has(session, 'OBJECTID')) untagged.push(`* OK [MAILBOXID (${mailboxId(mailbox)})] Ok`);
  return { untagged, status: `OK [${readOnly ? 'READ-ONLY' : 'READ-WRITE'}] Selected` };
}

/** UNSELECT (RFC 9051 section 6.4.2). */
export const unselect: Handler = (session) => {
  selectedOf(session);
  session.selected = null;
  return { status: 'OK Unselected' };
};

/** CLOSE expunges messages marked \Deleted, without a response (RFC 9051 section 6.4.1). */
export const close: Handler = (session) => {
  const { mailbox, readOnly } = selectedOf(session);
  if (!readOnly) {
    mailbox.expunge(mailbox.messages.filter(({ flags }) => flags.includes('\\Deleted')).map(({ uid }) => uid));
  }
  session.selected = null;
  return { status: 'OK Closed' };
};
