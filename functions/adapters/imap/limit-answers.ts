/**
 * Enforces the limits of answers while they are read, before their memory is taken. The library bounds a line, a literal
 * and one answer; how many of them come is nobody's concern there. What passes a limit ends the connection: what else
 * would stop a server that sends without an end?
 */
import { Transform } from 'node:stream';
import type { ImapFlow } from 'imapflow';
import { parseUidSet, uidCount } from '../../domain/sync/uid-set.ts';
import { type AnswerLimits, type Asked, GREETING, idleLimits, limitsOf, MOST_UIDS } from './answer-limits.ts';
import { problem } from './problem.ts';

/** A refusal is read for its reason and shown in 300 characters: the rest of it is not looked at. */
const MAX_REFUSAL = 8_192;
const REFUSAL = /^\S{1,64} (?:NO|BAD|BYE)\b/i;
const RANGE = /^(\d{1,10})(?::(\d{1,10}))?$/;
const COPYING = new Set(['UID COPY', 'UID MOVE']);
const FOUND = /^\* (E?)SEARCH\b/i;
const SPACE = 0x20;
const COMMA = 0x2c;

/** A line as it came; literals apart from it. */
type Item = { readonly payload: Buffer; readonly literals?: readonly Buffer[] };

/** Once, before the client connects. */
export function limitAnswers(client: ImapFlow): void {
  const streamer: unknown = Reflect.get(client, 'streamer');
  const exec: unknown = Reflect.get(client, 'exec');
  const handle: unknown = Reflect.get(client, 'handleResponse');
  if (!(streamer instanceof Transform) || typeof exec !== 'function' || typeof handle !== 'function')
    throw new Error('imapflow is not as it was.');

  let limits: AnswerLimits = GREETING;
  let bytes = 0;
  let answers = 0;
  let found = 0;

  const begin = (next: AnswerLimits): void => {
    limits = next;
    bytes = 0;
    answers = 0;
    found = 0;
    const { line, tokens } = limits;
    Object.assign(streamer, { maxLineLength: line, maxLiteralSize: line, maxResponseSize: 2 * line });
    Object.assign(client.options, { maxResponseTokens: tokens });
  };
  const rest = (): void => begin(idleLimits(existsIn(client)));
  begin(GREETING);

  const transform = streamer._transform;
  streamer._transform = (chunk, encoding, next) => {
    bytes += chunk.length;
    if (bytes > limits.bytes && !streamer.destroyed) streamer.destroy(problem('AnswerTooLarge'));
    transform.call(streamer, chunk, encoding, next);
  };

  Object.assign(client, {
    exec(command: string, words: unknown, options: unknown): unknown {
      const wanted = askedBy(command, words, existsIn(client));
      begin(limitsOf(wanted));
      const copied = COPYING.has(wanted.command) ? wanted.messages : null;
      const given = copied === null ? options : withFewPairs(options, copied);
      const answer: unknown = Reflect.apply(exec, client, [command, words, given]);
      if (!(answer instanceof Promise)) return answer;
      answer.then(rest, rest);
      if (copied === null) return answer;
      return answer.then((result: unknown) => {
        takePairs(Reflect.get(Object(result), 'response'), copied);
        return result;
      });
    },
    handleResponse(item: Item): unknown {
      answers += 1;
      if (limits.found > 0) found += foundIn(item);
      if (answers > limits.answers || found > limits.found) {
        streamer.destroy(problem(answers > limits.answers ? 'TooManyAnswers' : 'TooManyMessages'));
        return false;
      }
      const payload = bounded(item.payload);
      return Reflect.apply(handle, client, [payload === item.payload ? item : { ...item, payload }]);
    },
    untaggedVanished: (answer: unknown, mailbox: unknown) => noteVanished(answer, mailbox ?? client.mailbox),
  });
}

/** Messages of the selected mailbox. */
function existsIn({ mailbox }: ImapFlow): number {
  const exists: unknown = mailbox === false ? 0 : mailbox.exists;
  return typeof exists === 'number' && exists > 0 ? exists : 0;
}

/** What a command asks for, by the words that it is sent with. */
function askedBy(command: string, words: unknown, exists: number): Asked {
  const [set, items]: readonly unknown[] = Array.isArray(words) ? words : [];
  const envelopes = Array.isArray(items) && items.some((item) => Reflect.get(Object(item), 'value') === 'ENVELOPE');
  const text: unknown = Reflect.get(Object(set), 'value');
  const isSet = command.startsWith('UID ') && command !== 'UID SEARCH' && typeof text === 'string';
  return { command: command.toUpperCase(), messages: isSet ? (countIn(text) ?? 0) : 0, envelopes, exists };
}

/** Messages of a UID set; null where it is none. */
function countIn(text: string): number | null {
  try {
    return uidCount(parseUidSet(text));
  } catch {
    return null;
  }
}

/** A refusal without its long end; any other line as it is. */
function bounded(payload: Buffer): Buffer {
  const isLong = payload.length > MAX_REFUSAL && REFUSAL.test(payload.toString('latin1', 0, 80));
  return isLong ? payload.subarray(0, MAX_REFUSAL) : payload;
}

/** The options of a command with its handler of untagged OKs behind `takePairs`. */
function withFewPairs(options: unknown, copied: number): unknown {
  const untagged: unknown = Reflect.get(Object(options), 'untagged');
  const handle: unknown = Reflect.get(Object(untagged), 'OK');
  if (typeof handle !== 'function') return options;
  const OK = (answer: unknown): unknown => {
    takePairs(answer, copied);
    return Reflect.apply(handle, undefined, [answer]);
  };
  return { ...Object(options), untagged: { ...Object(untagged), OK } };
}

/**
 * Takes the response code out of a parsed answer when its third or fourth word stands for more UIDs than messages were
 * named, or is no set: the library writes out each UID of a COPYUID, millions of them in a few bytes, however the server
 * spells the code. Without pairs, the copies are looked for.
 */
function takePairs(answer: unknown, copied: number): void {
  const attributes: unknown = Reflect.get(Object(answer), 'attributes');
  const [text]: readonly unknown[] = Array.isArray(attributes) ? attributes : [];
  const code: unknown = Reflect.get(Object(text), 'section');
  if (!Array.isArray(code) || code.length < 4) return;
  const sets: readonly unknown[] = code.slice(2, 4).map((word) => Reflect.get(Object(word), 'value'));
  if (sets.some((set) => typeof set !== 'string' || writtenOut(set) > copied)) code.length = 0;
}

/** How many UIDs a set names, those that it repeats as often as it does. */
function writtenOut(set: string): number {
  let uids = 0;
  for (const element of set.split(',')) {
    const [, low, high = low] = RANGE.exec(element) ?? [];
    uids += low === undefined ? Number.POSITIVE_INFINITY : Math.abs(Number(high) - Number(low)) + 1;
  }
  return uids;
}

/** Numbers and ranges in a line of SEARCH; too many where a few ranges are of more UIDs than a mailbox has. */
function foundIn({ payload: line, literals = [] }: Item): number {
  const kind = FOUND.exec(line.toString('latin1', 0, 12));
  if (kind === null) return 0;
  const payload = literals.length === 0 ? line : Buffer.concat([line, ...literals]);
  let separators = 0;
  for (const octet of payload) if (octet === SPACE || octet === COMMA) separators += 1;
  if (kind[1] === '') return separators;
  let uids = 0;
  for (const [, low, high] of payload.toString('latin1').matchAll(/(\d{1,10}):(\d{1,10})/g))
    uids += Math.abs(Number(high) - Number(low));
  return uids > MOST_UIDS ? Number.POSITIVE_INFINITY : separators;
}

/** Counts the messages off. The library would visit each UID that the server names, billions of them in a few bytes. */
function noteVanished(answer: unknown, mailbox: unknown): void {
  if (typeof mailbox !== 'object' || mailbox === null) return;
  const words: unknown = Reflect.get(Object(answer), 'attributes');
  const [set]: readonly unknown[] = Array.isArray(words) ? words : [];
  const text: unknown = Reflect.get(Object(set), 'value');
  const exists: unknown = Reflect.get(mailbox, 'exists');
  // A list comes first where they vanished earlier, and those are counted off already (RFC 7162 section 3.2.10).
  if (typeof text !== 'string' || typeof exists !== 'number') return;
  Object.assign(mailbox, { exists: Math.max(0, exists - (countIn(text) ?? 0)) });
}
