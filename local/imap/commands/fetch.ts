import type { MailboxMessage } from '../mailbox.ts';
import { Refusal } from '../refusal.ts';
import {
  type Handler,
  modseqsOf,
  type Reply,
  type Selected,
  type Session,
  selectedOf,
  type Target,
  targetsOf,
} from '../session.ts';
import { listOf, numberOf, type Token, textOf, wordOf } from '../tokens.ts';
import { type FetchItem, itemOf } from './fetch-items.ts';

/** FETCH (RFC 9051 section 6.4.5). */
export const fetch: Handler = (session, args) => read(session, args, false);

/** UID FETCH (RFC 9051 section 6.4.9). */
export const uidFetch: Handler = (session, args) => read(session, args, true);

const macros = new Map([
  ['FAST', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']],
  ['ALL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']],
  ['FULL', ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY']],
]);

function read(session: Session, args: readonly Token[], byUid: boolean): Reply {
  const selected = selectedOf(session);
  const since = args[2] === undefined ? null : changedSince(session, selected, listOf(args[2]));
  const asked = args[1]?.kind === 'list' ? listOf(args[1]).map(textOf) : [textOf(args[1])];
  const names = asked.flatMap((name) => macros.get(name.toUpperCase()) ?? [name]);
  const items = [...new Set([...(byUid ? ['UID'] : []), ...names, ...(since === null ? [] : ['MODSEQ'])])].map((name) =>
    itemOf(session, selected, name),
  );
  if (items.some(({ label }) => label === 'MODSEQ')) session.enabled.add('CONDSTORE');
  const targets = targetsOf(selected, args[0], byUid).filter(({ message }) => since === null || message.modseq > since);
  const told = new Map<number, bigint>();
  const onTold = items.some(({ label }) => label === 'FLAGS')
    ? ({ uid, modseq }: MailboxMessage) => told.set(uid, modseq)
    : () => undefined;
  return { untagged: responses(selected, targets, items, onTold), told, status: 'OK Fetch completed' };
}

/** Made one by one as the client reads them: a mailbox may be larger than the memory for replies. */
function* responses(
  selected: Selected,
  targets: readonly Target[],
  items: readonly FetchItem[],
  onTold: (message: MailboxMessage) => unknown,
): Generator<string> {
  const marksSeen = !selected.readOnly && items.some((item) => item.marksSeen);
  for (const { sequence, message } of targets) {
    if (marksSeen && !message.flags.includes('\\Seen') && selected.mailbox.find(message.uid) !== null) {
      selected.mailbox.setFlags(message.uid, [...message.flags, '\\Seen']);
    }
    const now = selected.mailbox.find(message.uid) ?? message;
    onTold(now);
    yield `* ${sequence} FETCH (${items.map((item) => `${item.label} ${item.value(now)}`).join(' ')})`;
  }
}

function changedSince(session: Session, selected: Selected, modifiers: readonly Token[]): bigint {
  if (wordOf(modifiers[0]) !== 'CHANGEDSINCE' || modifiers.length !== 2)
    throw new Refusal('BAD Unknown FETCH modifier');
  if (!modseqsOf(session, selected.mailbox)) throw new Refusal('BAD CHANGEDSINCE is not supported here');
  return numberOf(modifiers[1]);
}
