/**
 * Enforces the limits of answers while they are read, before they take memory. The library limits a line, a literal
 * and one answer, but not the number of answers. An answer above a limit ends the connection: nothing else stops a
 * server that sends without end.
 */
import { Transform } from 'node:stream';
import type { ImapFlow } from 'imapflow';
import { parseUidSet, uidCount } from '../../domain/sync/uid-set.ts';
import { type AnswerLimits, type Asked, GREETING, idleLimits, limitsOf, MAX_UIDS } from './answer-limits.ts';
import { problem } from './problem.ts';

/** A refusal is read for its reason and shown in 300 characters: the rest is ignored. */
const MAX_REFUSAL = 8_192;
const REFUSAL = /^\S{1,64} (?:NO|BAD|BYE)\b/i;
const RANGE = /^(\d{1,10})(?::(\d{1,10}))?$/;
const COPYING = new Set(['UID COPY', 'UID MOVE']);
const FOUND = /^\* (E?)SEARCH\b/i;
const SPACE = 0x20;
const COMMA = 0x2c;

/** A line as it was sent; its literals are separate. */
type Item = { readonly payload: Buffer; readonly literals?: readonly Buffer[] };

/** Must be called once, before the client connects. */
export function limitAnswers(client: ImapFlow): void {
  const streamer: unknown = Reflect.get(client, 'streamer');
  const exec: unknown = Reflect.get(client, 'exec');
  const handle: unknown = Reflect.get(client, 'handleResponse');
  if (!(streamer instanceof Transform) || typeof exec !== 'function' || typeof handle !== 'function')
    throw new Error('This version of imapflow lacks methods that the limits need.');

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

/** Number of messages of the selected mailbox. */
function existsIn({ mailbox }: ImapFlow): number {
  const exists: unknown = mailbox === false ? 0 : mailbox.exists;
  return typeof exists === 'number' && exists > 0 ? exists : 0;
}

/** What a command requests, from its words. */
function askedBy(command: string, words: unknown, exists: number): Asked {
  const [set, items]: readonly unknown[] = Array.isArray(words) ? words : [];
  const envelopes = Array.isArray(items) && items.some((item) => Reflect.get(Object(item), 'value') === 'ENVELOPE');
  const text: unknown = Reflect.get(Object(set), 'value');
  const isSet = command.startsWith('UID ') && command !== 'UID SEARCH' && typeof text === 'string';
  return { command: command.toUpperCase(), messages: isSet ? (countIn(text) ?? 0) : 0, envelopes, exists };
}

/** Number of messages in a UID set; null if the text is not a UID set. */
function countIn(text: string): number | null {
  try {
    return uidCount(parseUidSet(text));
  } catch {
    return null;
  }
}

/** A long refusal, shortened; any other line unchanged. */
function bounded(payload: Buffer): Buffer {
  const isLong = payload.length > MAX_REFUSAL && REFUSAL.test(payload.toString('latin1', 0, 80));
  return isLong ? payload.subarray(0, MAX_REFUSAL) : payload;
}

/** The options of a command, with `takePairs` before its handler of untagged OKs. */
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
 * Removes the response code of a parsed answer if its third or fourth word is not a set, or stands for more UIDs than
 * messages were named. The library expands each UID of a COPYUID, and a few bytes can name millions. Without pairs,
 * the copies are found by a search.
 */
function takePairs(answer: unknown, copied: number): void {
  const attributes: unknown = Reflect.get(Object(answer), 'attributes');
  const [text]: readonly unknown[] = Array.isArray(attributes) ? attributes : [];
  const code: unknown = Reflect.get(Object(text), 'section');
  if (!Array.isArray(code) || code.length < 4) return;
  const sets: readonly unknown[] = code.slice(2, 4).map((word) => Reflect.get(Object(word), 'value'));
  if (sets.some((set) => typeof set !== 'string' || writtenOut(set) > copied)) code.length = 0;
}

/** How many UIDs a set names, including repeated ones. */
function writtenOut(set: string): number {
  let uids = 0;
  for (const element of set.split(',')) {
    const [, low, high = low] = RANGE.exec(element) ?? [];
    uids += low === undefined ? Number.POSITIVE_INFINITY : Math.abs(Number(high) - Number(low)) + 1;
  }
  return uids;
}

/** Numbers and ranges in a line of SEARCH; infinite if the ranges contain more UIDs than a mailbox can have. */
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
  return uids > MAX_UIDS ? Number.POSITIVE_INFINITY : separators;
}

/**
 * Subtracts the vanished messages from the count. The library would visit each UID that the server names, and a few
 * bytes can name billions.
 */
function noteVanished(answer: unknown, mailbox: unknown): void {
  if (typeof mailbox !== 'object' || mailbox === null) return;
  const words: unknown = Reflect.get(Object(answer), 'attributes');
  const [set]: readonly unknown[] = Array.isArray(words) ? words : [];
  const text: unknown = Reflect.get(Object(set), 'value');
  const exists: unknown = Reflect.get(mailbox, 'exists');
  // If a list comes first, the messages vanished earlier and are already subtracted (RFC 7162 section 3.2.10).
  if (typeof text !== 'string' || typeof exists !== 'number') return;
  Object.assign(mailbox, { exists: Math.max(0, exists - (countIn(text) ?? 0)) });
}
