import type { ImapFlow, ImapResponse, SearchObject } from 'imapflow';
import { formatUidSet, fromUids, hasUid, parseUidSet, type UidSet, uidCount } from '../../domain/sync/uid-set.ts';
import type { FlagRow, MessageRow } from '../../ports/mailbox.ts';
import { atom, execute } from './execute.ts';
import { parseFetch, type RawRow } from './fetch-row.ts';
import { isWholeRow, toFlagRow, toMessageRow } from './message-row.ts';
import type { Observer } from './observer.ts';
import { problem } from './problem.ts';

/** No BODYSTRUCTURE: it costs half as much again and is wanted for one message at a time, if ever. */
const METADATA = ['FLAGS', 'ENVELOPE', 'INTERNALDATE', 'RFC822.SIZE'] as const;

/** Lengths of a UID set that leave a command line within what servers take (RFC 7162 section 4, RFC 2683 section 3.2.1.5). */
const SET_LENGTH_WITH_CONDSTORE = 8000;
const SET_LENGTH = 900;

/** Reads a UID set of a caller; anything else is the caller's fault, before a byte is sent. */
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
 * Throws when the answer was not the whole answer although the command succeeded: rows that could not be read, messages
 * that vanished meanwhile (Exchange then leaves out others too), or a server that limits a command (RFC 9738).
 */
function assertComplete(observer: Observer): void {
  if (observer.refusal !== undefined) throw observer.refusal;
  if (observer.damaged) throw problem('DamagedAnswer');
  assertUnlimited(observer);
}

/** Throws when the server says OK to a command of which it did only part (RFC 9738). */
export function assertUnlimited(observer: Observer): void {
  if (!observer.responseCodes.has('MESSAGELIMIT')) return;
  throw Object.assign(problem('Limited'), { responseStatus: 'NO', serverResponseCode: 'MESSAGELIMIT' });
}

type Asked = {
  readonly items: readonly string[];
  /** Only messages changed since this mod-sequence; null for all. */
  readonly changedSince: bigint | null;
  /** Whether to ask for the provider's own ids. */
  readonly ids: boolean;
};

/**
 * Hands over the rows of the UIDs asked for, and of no others. The row handler must send no command: imapflow waits for the
 * handler before it reads on, and the command would wait for the answer behind it, for ever.
 */
async function fetchRows(
  { client, observer }: Connection,
  set: UidSet,
  asked: Asked,
  onRow: (row: RawRow & { readonly uid: number }) => void,
): Promise<void> {
  const { mailbox } = client;
  if (mailbox === false) throw problem('NoMailboxSelected');
  const modseqs = client.enabled.has('CONDSTORE') && !mailbox.noModseq;
  const items = ['UID', ...asked.items, ...(asked.ids ? idItems(client) : []), ...(modseqs ? ['MODSEQ'] : [])];
  const modifiers =
    asked.changedSince === null || !modseqs ? [] : [['CHANGEDSINCE', String(asked.changedSince)].map(atom)];
  const length = client.enabled.has('CONDSTORE') ? SET_LENGTH_WITH_CONDSTORE : SET_LENGTH;
  for (const range of setsOfLength(set, length)) {
    const words = [{ type: 'SEQUENCE', value: range }, items.map(atom), ...modifiers];
    const FETCH = (answer: ImapResponse): void => {
      const { uid, ...rest } = parseFetch(answer);
      if (uid && hasUid(set, uid)) onRow({ ...rest, uid });
    };
    await execute(client, 'UID FETCH', words, { FETCH });
    assertComplete(observer);
  }
}

function idItems({ capabilities }: ImapFlow): readonly string[] {
  if (capabilities.has('OBJECTID')) return ['EMAILID', 'THREADID'];
  return capabilities.has('X-GM-EXT-1') ? ['X-GM-MSGID', 'X-GM-THRID'] : [];
}

type Connection = { readonly client: ImapFlow; readonly observer: Observer };

/** In the order of arrival; a message that another client touches meanwhile shows its newest flags. */
export async function readMessages(connection: Connection, set: UidSet): Promise<readonly MessageRow[]> {
  const rows = new Map<number, MessageRow>();
  await fetchRows(connection, set, { items: METADATA, changedSince: null, ids: true }, (row) => {
    const known = rows.get(row.uid);
    if (isWholeRow(row)) rows.set(row.uid, toMessageRow(row));
    else if (known && row.flags) rows.set(row.uid, { ...known, ...toFlagRow(row) });
  });
  return [...rows.values()];
}

export async function readFlags(
  connection: Connection,
  set: UidSet,
  changedSince: bigint | null,
  onRow: (row: FlagRow) => void,
): Promise<void> {
  await fetchRows(connection, set, { items: ['FLAGS'], changedSince, ids: false }, (row) => {
    if (row.flags) onRow(toFlagRow(row));
  });
}

/** The UIDs that a search finds, or an error: an answer with gaps would look like messages deleted. */
export async function searchUids(
  { client, observer }: Connection,
  query: SearchObject,
  esearch: boolean,
): Promise<UidSet> {
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
