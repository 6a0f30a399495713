import { bytesOf, searchDate } from '../encode.ts';
import { fieldOf, splitMessage } from '../header.ts';
import type { MailboxMessage } from '../mailbox.ts';
import { Refusal } from '../refusal.ts';
import { membership, parseSet } from '../sequence-set.ts';
import type { Selected, Session, Target } from '../session.ts';
import { modseqsOf } from '../session.ts';
import { numberOf, type Token, textOf, wordOf } from '../tokens.ts';

type Matcher = (target: Target) => boolean;

const day = 86_400_000;
const flagKeys = ['ANSWERED', 'DELETED', 'DRAFT', 'FLAGGED', 'SEEN'];

/** Compiles search keys, which all must match (RFC 9051 section 6.4.4). Throws a Refusal for an unknown one. */
export function searchKeys(session: Session, selected: Selected, tokens: readonly Token[]): Matcher {
  const matchers: Matcher[] = [];
  const rest = [...tokens];
  if (rest.length === 0) throw new Refusal('BAD Missing search key');
  while (rest.length > 0) matchers.push(key(session, selected, rest));
  return (target) => matchers.every((matches) => matches(target));
}

/** Takes one key with its arguments off the front. */
function key(session: Session, selected: Selected, rest: Token[], depth = 0): Matcher {
  if (depth > 50) throw new Refusal('BAD Search keys nested too deeply');
  const token = rest.shift();
  if (token?.kind === 'list') return searchKeys(session, selected, token.items);
  const name = wordOf(token);
  const message =
    (matches: (message: MailboxMessage) => boolean): Matcher =>
    (target) =>
      matches(target.message);

  if (name === 'ALL' || name === 'OLD') return () => true;
  if (name === 'NEW' || name === 'RECENT') return () => false;
  if (name === 'NOT') {
    const inner = key(session, selected, rest, depth + 1);
    return (target) => !inner(target);
  }
  if (name === 'OR') {
    const [left, right] = [key(session, selected, rest, depth + 1), key(session, selected, rest, depth + 1)];
    return (target) => left(target) || right(target);
  }
  if (/^[\d*]/.test(name)) {
    const contains = membership(parseSet(name), selected.uids.length);
    return (target) => contains(target.sequence);
  }
  if (name === 'UID') {
    const contains = membership(parseSet(textOf(rest.shift())), selected.uids.at(-1) ?? 0);
    return message(({ uid }) => contains(uid));
  }
  const flag = flagKeys.find((each) => name === each || name === `UN${each}`);
  if (flag !== undefined) {
    return message(({ flags }) => flags.some((each) => each.toUpperCase() === `\\${flag}`) === (name === flag));
  }
  if (name === 'KEYWORD' || name === 'UNKEYWORD') {
    const wanted = textOf(rest.shift()).toLowerCase();
    return message(({ flags }) => flags.some((each) => each.toLowerCase() === wanted) === (name === 'KEYWORD'));
  }
  if (name === 'LARGER' || name === 'SMALLER') {
    const size = Number(numberOf(rest.shift()));
    return message(({ raw }) => (name === 'LARGER' ? raw.length > size : raw.length < size));
  }
  if (name === 'MODSEQ' && modseqsOf(session, selected.mailbox)) {
    const least = numberOf(rest.shift());
    return message(({ modseq }) => modseq >= least);
  }
  return message(dateKey(name, rest) ?? textKey(name, rest));
}

function dateKey(name: string, rest: Token[]): ((message: MailboxMessage) => boolean) | null {
  const [, sent, relation] = /^(SENT)?(BEFORE|ON|SINCE)$/.exec(name) ?? [];
  if (relation === undefined) return null;
  const date = searchDate(textOf(rest.shift()));
  if (Number.isNaN(date)) throw new Refusal('BAD Invalid date');
  return ({ raw, internalDate }) => {
    const written = sent === undefined ? internalDate.getTime() : Date.parse(fieldOf(splitMessage(raw), 'date') ?? '');
    const at = Math.floor(written / day) * day;
    if (relation === 'BEFORE') return at < date;
    return relation === 'ON' ? at === date : at >= date;
  };
}

/** Searches the raw text, without decoding it. */
function textKey(name: string, rest: Token[]): (message: MailboxMessage) => boolean {
  const field = name === 'HEADER' ? textOf(rest.shift()) : name;
  if (name !== 'HEADER' && !['SUBJECT', 'FROM', 'TO', 'CC', 'BCC', 'TEXT', 'BODY'].includes(name)) {
    throw new Refusal('BAD Unknown search key');
  }
  const wanted = bytesOf(textOf(rest.shift())).toLowerCase();
  return ({ raw }) => {
    const { header, body, fields } = splitMessage(raw);
    if (name === 'TEXT') return (header + body).toLowerCase().includes(wanted);
    if (name === 'BODY') return body.toLowerCase().includes(wanted);
    return fields.some((each) => each.name === field.toLowerCase() && each.value.toLowerCase().includes(wanted));
  };
}
