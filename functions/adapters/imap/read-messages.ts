import type { ImapFlow, ImapResponse, SearchObject } from 'imapflow';
import { formatUidSet, fromUids, parseUidSet, type UidSet, uidCount } from '../../domain/sync/uid-set.ts';
import type { FlagRow, MessageRow } from '../../ports/mailbox.ts';
import { evidenceOf } from './evidence.ts';
import { atom, execute } from './execute.ts';
import { numberOf, parseFetch } from './fetch-row.ts';
import { mergeLines } from './merge-lines.ts';
import { type MessageFields as Fields, fieldsOf, isMessage, isWhole, toMessageRow } from './message-row.ts';
import type { Observer } from './observer.ts';
import { problem } from './problem.ts';

/** No BODYSTRUCTURE: it costs half as much again and is seldom needed. */
const METADATA = ['FLAGS', 'ENVELOPE', 'INTERNALDATE', 'RFC822.SIZE'] as const;

/**
 * Lengths of a UID set with which a command line stays within what servers accept (RFC 7162 section 4, RFC 2683
 * section 3.2.1.5).
 */
const SET_LENGTH_WITH_CONDSTORE = 8000;
const SET_LENGTH = 900;

/** Maximum number of messages whose flags wait for the mod-sequence, or the reverse. Limits memory. */
const MAX_PARTIAL = 1000;

/** Parses a caller's UID set; anything else is the caller's error, before a byte is sent. */
export function readUidSet(text: string): UidSet {
  try {
    return parseUidSet(text);
  } catch {
    throw problem('InvalidSequenceSet');
  }
}

function* setsOfLength(set: UidSet, length: number): Generator<string> {
  let line = '';
  for (const range of set) {
    const element = formatUidSet([range]);
    if (line !== '' && line.length + element.length + 1 > length) {
      yield line;
      line = '';
    }
    line = line === '' ? element : `${line},${element}`;
  }
  if (line !== '') yield line;
}

/**
 * Throws when the answer was incomplete although the command succeeded: unreadable rows, messages that were expunged
 * meanwhile (Exchange then omits others too), or a server that limits a command (RFC 9738).
 */
function assertComplete(observer: Observer): void {
  if (observer.refusal !== undefined) throw observer.refusal;
  if (observer.damaged) throw problem('DamagedAnswer');
  assertUnlimited(observer);
}

/** Throws when the server answered OK but executed the command only in part (RFC 9738). */
export function assertUnlimited(observer: Observer): void {
  if (!observer.responseCodes.has('MESSAGELIMIT')) return;
  throw Object.assign(problem('Limited'), { responseStatus: 'NO', serverResponseCode: 'MESSAGELIMIT' });
}

type Asked = {
  readonly items: readonly string[];
  readonly modseqs: boolean;
  /** Only messages changed since this mod-sequence; null for all. */
  readonly changedSince: bigint | null;
  /** Whether to request the provider's own ids. */
  readonly ids: boolean;
};

/**
 * Passes on the fields of each line about the requested UIDs only. The handler must not send a command: imapflow waits
 * for the handler before it reads on, so the command would wait forever. Returns true when lines were lost: a field
 * that a message lacks may have been in one of them.
 */
async function fetchFields(
  { client, observer }: Connection,
  set: UidSet,
  asked: Asked,
  onFields: (uid: number, fields: Fields) => void,
): Promise<boolean> {
  const items = ['UID', ...asked.items, ...(asked.ids ? idItems(client) : []), ...(asked.modseqs ? ['MODSEQ'] : [])];
  const modifiers =
    asked.changedSince === null || !asked.modseqs ? [] : [['CHANGEDSINCE', String(asked.changedSince)].map(atom)];
  const length = client.enabled.has('CONDSTORE') ? SET_LENGTH_WITH_CONDSTORE : SET_LENGTH;
  let isLossy = false;
  for (const range of setsOfLength(set, length)) {
    const words = [{ type: 'SEQUENCE', value: range }, items.map(atom), ...modifiers];
    const lines = mergeLines<Fields>(set, onFields);
    await execute(client, 'UID FETCH', words, {
      FETCH(answer) {
        const row = parseFetch(answer);
        lines.add(numberOf(answer), row.uid ?? null, fieldsOf(row));
      },
      EXPUNGE(answer) {
        lines.expunged(numberOf(answer));
        return passOn(client, 'untaggedExpunge', answer);
      },
      VANISHED(answer) {
        // Messages that vanished earlier have no number any more (RFC 7162 section 3.2.10.1).
        if (!Array.isArray(answer.attributes?.[0])) lines.renumbered();
        return passOn(client, 'untaggedVanished', answer);
      },
    });
    assertComplete(observer);
    isLossy ||= lines.isLossy;
  }
  return isLossy;
}

/** Whether the selected mailbox has mod-sequences that the server respects. */
function hasModseqs({ client }: Connection): boolean {
  const { mailbox } = client;
  if (mailbox === false) throw problem('NoMailboxSelected');
  return client.enabled.has('CONDSTORE') && !mailbox.noModseq;
}

function idItems({ capabilities }: ImapFlow): readonly string[] {
  if (capabilities.has('OBJECTID')) return ['EMAILID', 'THREADID'];
  return capabilities.has('X-GM-EXT-1') ? ['X-GM-MSGID', 'X-GM-THRID'] : [];
}

/** Calls the library's own handler, which keeps the message count. */
function passOn(client: ImapFlow, handler: 'untaggedExpunge' | 'untaggedVanished', answer: ImapResponse): unknown {
  const handle: unknown = Reflect.get(client, handler);
  if (typeof handle !== 'function') throw problem('InternalError');
  return Reflect.apply(handle, client, [answer]);
}

type Connection = { readonly client: ImapFlow; readonly observer: Observer };

/**
 * In the order of arrival. A message that another client changes meanwhile shows its newest flags. A message with only
 * flags is left out, and so is one whose lines may have been lost.
 */
export async function readMessages(connection: Connection, set: UidSet): Promise<readonly MessageRow[]> {
  const found = new Map<number, Fields>();
  const modseqs = hasModseqs(connection);
  const asked = { items: METADATA, modseqs, changedSince: null, ids: true };
  const isLossy = await fetchFields(connection, set, asked, (uid, fields) => {
    const known = found.get(uid);
    found.set(uid, known === undefined ? fields : { ...known, ...fields });
  });
  const rows: MessageRow[] = [];
  for (const [uid, fields] of found) {
    if (isLossy ? isWhole(fields) : isMessage(fields)) rows.push(toMessageRow(uid, fields));
  }
  return rows;
}

/**
 * A message may be passed more than once: the last time counts. The mod-sequence is null if it came in a separate
 * line, more than `MAX_PARTIAL` messages after the flags.
 */
export async function readFlags(
  connection: Connection,
  set: UidSet,
  changedSince: bigint | null,
  onRow: (row: FlagRow) => void,
): Promise<void> {
  const modseqs = hasModseqs(connection);
  /** Messages for which one of the two is missing, the newest last. */
  const partial = new Map<number, Fields>();
  await fetchFields(connection, set, { items: ['FLAGS'], modseqs, changedSince, ids: false }, (uid, fields) => {
    const known = partial.size === 0 ? undefined : partial.get(uid);
    const { flags, modseq } = known === undefined ? fields : { ...known, ...fields };
    if (flags !== undefined && (modseq !== undefined || !modseqs)) partial.delete(uid);
    else {
      partial.set(uid, { ...(flags && { flags }), ...(modseq && { modseq }) });
      const [oldest] = partial.keys();
      if (partial.size > MAX_PARTIAL && oldest !== undefined) partial.delete(oldest);
    }
    if (flags !== undefined) onRow({ uid, modseq: modseq ?? null, flags });
  });
}

/**
 * The UIDs that a search finds. Throws on an incomplete answer: its gaps would look like deleted messages. Some servers
 * advertise ESEARCH and refuse it with BAD, or leave out its result: they are asked once more, without it. If that finds
 * nothing after an unreadable answer, the server has said nothing twice, which proves nothing.
 */
export async function searchUids(connection: Connection, query: SearchObject, esearch: boolean): Promise<UidSet> {
  if (!esearch) return searchOnce(connection, query, false);
  try {
    return await searchOnce(connection, query, true);
  } catch (error) {
    const { status, code } = evidenceOf(error);
    if (!connection.client.usable || (status !== 'BAD' && code !== 'DamagedAnswer')) throw error;
    connection.observer.beginCommand();
    const found = await searchOnce(connection, query, false);
    if (found.length === 0 && code === 'DamagedAnswer') throw error;
    return found;
  }
}

async function searchOnce({ client, observer }: Connection, query: SearchObject, esearch: boolean): Promise<UidSet> {
  const found = esearch
    ? await client.search(query, { uid: true, returnOptions: ['ALL', 'COUNT'] })
    : await client.search(query, { uid: true });
  if (!found) throw observer.refusal ?? problem(found === false ? 'NothingSent' : 'NoMailboxSelected');
  assertComplete(observer);
  if (Array.isArray(found)) return fromUids(found);
  if (found.partial) throw problem('DamagedAnswer');
  if (found.all === undefined && found.count !== 0) throw problem('DamagedAnswer');
  const uids = parseAnswer(found.all ?? '');
  if (found.count !== undefined && found.count !== uidCount(uids)) throw problem('DamagedAnswer');
  return uids;
}

function parseAnswer(text: string): UidSet {
  try {
    return parseUidSet(text);
  } catch {
    throw problem('DamagedAnswer');
  }
}
