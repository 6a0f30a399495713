import type { Mailbox } from '../mailbox.ts';
import { Refusal } from '../refusal.ts';
import { formatSet } from '../sequence-set.ts';
import {
  type Handler,
  has,
  mailboxOf,
  type Reply,
  type Session,
  selectedOf,
  type Target,
  targetsOf,
} from '../session.ts';
import { listOf, type Token, textOf } from '../tokens.ts';

const tryCreate = 'NO [TRYCREATE] No such mailbox';

/** COPY (RFC 9051 section 6.4.7). */
export const copy: Handler = (session, args) => copyTo(session, args, false);

/** UID COPY (RFC 9051 section 6.4.9). */
export const uidCopy: Handler = (session, args) => copyTo(session, args, true);

/** MOVE (RFC 6851). */
export const move: Handler = (session, args) => moveTo(session, args, false);

/** UID MOVE (RFC 6851). */
export const uidMove: Handler = (session, args) => moveTo(session, args, true);

function copyTo(session: Session, args: readonly Token[], byUid: boolean): Reply {
  const targets = targetsOf(selectedOf(session), args[0], byUid);
  const code = transfer(session, targets, destination(session, args[1]));
  return { status: code === null ? 'OK Copied' : `OK [${code}] Copied` };
}

/** RFC 6851: COPYUID comes in an untagged OK before the expunges; those are reported like any other change. */
function moveTo(session: Session, args: readonly Token[], byUid: boolean): Reply {
  const { mailbox } = selectedOf(session, true);
  const targets = targetsOf(selectedOf(session), args[0], byUid);
  const code = transfer(session, targets, destination(session, args[1]));
  mailbox.expunge(targets.map(({ message }) => message.uid));
  return { ...(code === null ? {} : { untagged: [`* OK [${code}] Moved`] }), status: 'OK Moved' };
}

function destination(session: Session, token: Token | undefined): Mailbox {
  const mailbox = mailboxOf(session, token, tryCreate);
  if (mailbox.readOnly) throw new Refusal('NO [NOPERM] The target mailbox is read-only');
  return mailbox;
}

/** Returns the COPYUID response code (RFC 4315), null when nothing was copied or the server has no UIDPLUS. */
function transfer(session: Session, targets: readonly Target[], to: Mailbox): string | null {
  const added = to.add(...targets.map(({ message: { raw, flags, internalDate } }) => ({ raw, flags, internalDate })));
  if (added.length === 0 || !has(session, 'UIDPLUS')) return null;
  const uids = (messages: readonly { readonly uid: number }[]): string => formatSet(messages.map(({ uid }) => uid));
  return `COPYUID ${to.uidValidity} ${uids(targets.map(({ message }) => message))} ${uids(added)}`;
}

/** EXPUNGE (RFC 9051 section 6.4.3). */
export const expunge: Handler = (session) => {
  const { mailbox } = selectedOf(session, true);
  mailbox.expunge(mailbox.messages.filter(deleted).map(({ uid }) => uid));
  return { status: 'OK Expunged' };
};

/** UID EXPUNGE (RFC 4315). */
export const uidExpunge: Handler = (session, args) => {
  const selected = selectedOf(session, true);
  const targets = targetsOf(selected, args[0], true).filter(({ message }) => deleted(message));
  selected.mailbox.expunge(targets.map(({ message }) => message.uid));
  return { status: 'OK Expunged' };
};

const deleted = ({ flags }: { readonly flags: readonly string[] }): boolean => flags.includes('\\Deleted');

/** APPEND with flags and date; the date is that of the message's INTERNALDATE. */
export const append: Handler = (session, args) => {
  const to = destination(session, args[0]);
  const message = args.at(-1);
  if (args.length < 2 || message?.kind !== 'string') throw new Refusal('BAD Missing message');
  const options = args.slice(1, -1);
  const date = options.find((option) => option.kind === 'string');
  const at = date === undefined ? undefined : new Date(textOf(date).replace(/^ ?(\d{1,2})-(\w{3})-/, '$1 $2 '));
  if (at !== undefined && Number.isNaN(at.getTime())) throw new Refusal('BAD Invalid date');
  const flags = options
    .filter((option) => option.kind === 'list')
    .flatMap(listOf)
    .map(textOf);
  const [added] = to.add({ raw: message.bytes, flags, ...(at === undefined ? {} : { internalDate: at }) });
  const code = has(session, 'UIDPLUS') && added !== undefined ? `[APPENDUID ${to.uidValidity} ${added.uid}] ` : '';
  return { status: `OK ${code}Appended` };
};
