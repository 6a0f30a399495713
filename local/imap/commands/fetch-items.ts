import { internalDate, list, literal } from '../encode.ts';
import { envelopeOf } from '../envelope.ts';
import { splitMessage } from '../header.ts';
import type { MailboxMessage } from '../mailbox.ts';
import { emailId, gmailMessageId } from '../object-id.ts';
import { Refusal } from '../refusal.ts';
import { has, modseqsOf, type Selected, type Session } from '../session.ts';

/** One item of a FETCH, and how it is read from a message. */
export type FetchItem = {
  /** The name of the item in the response. */
  readonly label: string;
  readonly value: (message: MailboxMessage) => string;
  /** Reading it sets \Seen (every body item without PEEK). */
  readonly marksSeen?: boolean;
};

const plain = new Map<string, FetchItem['value']>([
  ['UID', ({ uid }) => `${uid}`],
  ['FLAGS', ({ flags }) => list(flags)],
  ['INTERNALDATE', (message) => internalDate(message.internalDate)],
  ['RFC822.SIZE', ({ raw }) => `${raw.length}`],
  ['ENVELOPE', ({ raw }) => envelopeOf(raw)],
  ['BODY', ({ raw }) => structure(raw)],
  ['BODYSTRUCTURE', ({ raw }) => structure(raw)],
]);

/** One FETCH item by its name; throws a Refusal if it is unknown or not advertised. */
export function itemOf(session: Session, selected: Selected, name: string): FetchItem {
  const upper = name.toUpperCase();
  const value = plain.get(upper);
  if (value !== undefined) return { label: upper, value };
  if (upper === 'MODSEQ' && modseqsOf(session, selected.mailbox))
    return { label: upper, value: ({ modseq }) => `(${modseq})` };
  if (upper === 'EMAILID' && has(session, 'OBJECTID')) return { label: upper, value: ({ raw }) => `(${emailId(raw)})` };
  if (upper === 'THREADID' && has(session, 'OBJECTID')) return { label: upper, value: () => 'NIL' };
  if ((upper === 'X-GM-MSGID' || upper === 'X-GM-THRID') && has(session, 'X-GM-EXT-1')) {
    return { label: upper, value: ({ raw }) => gmailMessageId(raw) };
  }
  if (upper === 'X-GM-LABELS' && has(session, 'X-GM-EXT-1')) return { label: upper, value: () => '()' };
  const old = { RFC822: 'BODY[]', 'RFC822.HEADER': 'BODY.PEEK[HEADER]', 'RFC822.TEXT': 'BODY[TEXT]' }[upper];
  return old === undefined ? bodyItem(name) : { ...bodyItem(old), label: upper };
}

/** `BODY[section]<start.count>` and `BODY.PEEK[…]`. */
function bodyItem(name: string): FetchItem {
  const [, peek, asked, start, count] = /^BODY(\.PEEK)?\[([^\]]*)\](?:<(\d{1,10})\.(\d{1,10})>)?$/i.exec(name) ?? [];
  if (asked === undefined) throw new Refusal('BAD Unknown FETCH item');
  const value = section(asked);
  const label = `BODY[${asked.toUpperCase()}]`;
  const marksSeen = peek === undefined;
  if (start === undefined) return { label, value: (message) => literal(value(message)), marksSeen };
  const from = Number(start);
  return {
    label: `${label}<${from}>`,
    value: (message) => literal(value(message).slice(from, from + Number(count))),
    marksSeen,
  };
}

/** The bytes of a section. Messages count as one part: part 1 is the text. */
function section(asked: string): FetchItem['value'] {
  const [, kind, not, names] = /^(HEADER\.FIELDS(\.NOT)?) \(([^()]*)\)$/i.exec(asked) ?? [];
  if (kind !== undefined && names !== undefined) {
    const wanted = new Set(names.toLowerCase().replaceAll('"', '').split(' '));
    const matches = (field: string): boolean => wanted.has(field) === (not === undefined);
    return ({ raw }) => {
      const fields = splitMessage(raw).fields.filter((field) => matches(field.name));
      return `${fields.map((field) => field.raw).join('')}\r\n`;
    };
  }
  const upper = asked.toUpperCase();
  if (upper === '') return ({ raw }) => raw.toString('latin1');
  if (upper === 'HEADER') return ({ raw }) => splitMessage(raw).header;
  if (upper === 'TEXT' || upper === '1') return ({ raw }) => splitMessage(raw).body;
  throw new Refusal('BAD Unknown section');
}

/** Every message is described as one text part; nothing else is read. */
function structure(raw: Buffer): string {
  const { body } = splitMessage(raw);
  const lines = body.split('\n').length - 1;
  return `("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "8BIT" ${body.length} ${lines})`;
}
