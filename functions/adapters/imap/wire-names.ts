/**
 * Mailbox names between the library and the wire. The library decodes every answer as UTF-8, reads an unquoted name
 * only up to the first character that needs quotes, and sends a name in its own spelling. Here each name keeps its
 * octets, in both directions.
 */
import type { ImapFlow } from 'imapflow';
import { nameOfOctets, octetsOfName } from '../../domain/mail/mailbox-name.ts';

/** The positions of names in the commands of this adapter and of the library. */
const NAMES: Readonly<Record<string, readonly number[]>> = {
  LIST: [1],
  SELECT: [0],
  EXAMINE: [0],
  STATUS: [0],
  CREATE: [0],
  SUBSCRIBE: [0],
  DELETE: [0],
  RENAME: [0, 1],
  'UID COPY': [1],
  'UID MOVE': [1],
};

const HOLDS_NAMES = /^\* (?:X?LIST|STATUS|NAMESPACE) /i;
/** A line of LIST up to the name. */
const UP_TO_NAME = /^\* X?LIST \([^()"]*\) (?:"(?:\\.|[^"\\])*"|NIL) /i;
/** An unquoted name that the parser reads completely, and extended data after it (RFC 5258). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern excludes control characters from a plain name.
const PLAIN = /^[^\s"()\\{%*[\]\x00-\x1f\x7f]+(?: \(.*\))?$/s;
/** A longer line with a name is not read: a name has at most 4,096 octets. */
const MAX_LINE = 16_384;
/**
 * A literal can contain any octet, including 8-bit ones, which a quoted string of IMAP4rev1 must not contain (RFC 3501
 * section 9).
 */
const NOT_QUOTABLE = /[^\x20-\x7e]/;
/** Sent as an atom without quotes. The library would also send a leading backslash without quotes. */
const ATOM = /^[\w./+,:;=@~#$!?'-]+$/;

/** Must be called once, before the client connects. */
export function carryNames(client: ImapFlow): void {
  const exec: unknown = Reflect.get(client, 'exec');
  const handle: unknown = Reflect.get(client, 'handleResponse');
  if (typeof exec !== 'function' || typeof handle !== 'function')
    throw new Error('This version of imapflow lacks methods that mailbox names need.');
  Object.assign(client, {
    exec: (command: string, words: unknown, options: unknown): unknown =>
      Reflect.apply(exec, client, [command, withNames(command, words), options]),
    handleResponse: (data: { readonly payload: Buffer }): unknown =>
      Reflect.apply(handle, client, [{ ...data, payload: readableLine(data.payload) }]),
  });
}

function withNames(command: string, words: unknown): unknown {
  const places = NAMES[command];
  if (places === undefined || !Array.isArray(words)) return words;
  return words.map((word: unknown, place) => (places.includes(place) ? nameWord(word) : word));
}

function nameWord(word: unknown): unknown {
  const name: unknown = typeof word === 'object' && word !== null ? Reflect.get(word, 'value') : word;
  if (typeof name !== 'string') return word;
  if (NOT_QUOTABLE.test(name)) return { type: 'LITERAL', value: octetsOfName(name) };
  return { type: ATOM.test(name) ? 'ATOM' : 'STRING', value: name };
}

/** The line in a form that the parser can read: octets as text, and an unquoted name in quotes. */
function readableLine(payload: Buffer): Buffer {
  const kind = HOLDS_NAMES.exec(payload.toString('latin1', 0, 12))?.[0];
  if (kind === undefined) return payload;
  if (payload.length > MAX_LINE) return Buffer.from(kind.trimEnd());
  const line = nameOfOctets(payload);
  const start = UP_TO_NAME.exec(line)?.[0];
  const name = start === undefined ? '' : line.slice(start.length);
  if (start === undefined || name === '' || /^["{(]/.test(name) || PLAIN.test(name)) return Buffer.from(line);
  return Buffer.from(`${start}"${name.replace(/["\\]/g, '\\$&')}"`);
}
