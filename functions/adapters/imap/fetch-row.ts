/**
 * One FETCH answer as the library's parser hands it over, read for what a sync stores and nothing else. The library's
 * own form of a message takes twice the processor time: it hashes an id, spells out each key and decodes each text.
 */
import type { ImapAttribute, ImapAttributeList, ImapResponse } from 'imapflow';
import { getStringList, parseBigIntValue, parseEnvelope, parseUintValue, processName } from 'imapflow/lib/tools.js';

export type RawAddress = { readonly name?: string | undefined; readonly address?: string | undefined };
export type RawEnvelope = {
  readonly date?: Date | string | undefined;
  readonly subject?: string | undefined;
  readonly messageId?: string | undefined;
  readonly from?: readonly RawAddress[] | undefined;
  readonly to?: readonly RawAddress[] | undefined;
  readonly cc?: readonly RawAddress[] | undefined;
};
/** What the server told of a message; what it did not is missing. */
export type RawRow = {
  uid?: number;
  modseq?: bigint;
  flags?: readonly string[];
  size?: number;
  internalDate?: Date;
  envelope?: RawEnvelope;
  emailId?: string | undefined;
  threadId?: string | undefined;
};

/** Digits of a UID or a size (RFC 9051 section 9, number). */
const UINT32_DIGITS = 10;
/** The mark of an encoded word (RFC 2047 section 2). */
const ENCODED_WORD = '=?';

export function parseFetch({ attributes }: ImapResponse): RawRow {
  const list = attributes?.[1];
  const row: RawRow = {};
  if (!Array.isArray(list)) return row;
  for (let at = 0; at + 1 < list.length; at += 2) {
    const key = list[at]?.value;
    if (typeof key === 'string') read(row, key.toUpperCase(), list[at + 1] ?? null);
  }
  return row;
}

function read(row: RawRow, key: string, value: ImapAttribute): void {
  switch (key) {
    case 'UID':
      row.uid = parseUintValue(textOf(value), UINT32_DIGITS) || 0;
      break;
    case 'FLAGS':
      row.flags = [...new Set(getStringList(value))];
      break;
    case 'RFC822.SIZE':
      row.size = parseUintValue(textOf(value)) || 0;
      break;
    case 'INTERNALDATE':
      row.internalDate = new Date(textOf(value) ?? '');
      break;
    case 'ENVELOPE':
      if (Array.isArray(value)) row.envelope = envelopeOf(value);
      break;
    case 'MODSEQ': {
      const modseq = parseBigIntValue(getStringList(value)[0]);
      if (modseq !== false) row.modseq = modseq;
      break;
    }
    case 'EMAILID':
      row.emailId = getStringList(value)[0];
      break;
    case 'THREADID':
      row.threadId = getStringList(value)[0];
      break;
    case 'X-GM-MSGID':
      row.emailId = textOf(value);
      break;
    case 'X-GM-THRID':
      row.threadId = textOf(value);
      break;
  }
}

/** A string, whether it came as an atom, quoted or as a literal; undefined for NIL and lists. */
function textOf(attribute: ImapAttribute | undefined): string | undefined {
  const value = attribute?.value;
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

/** Date, subject, from, to, cc and Message-ID (RFC 9051 section 7.5.2). Encoded words are left to the library. */
function envelopeOf(list: ImapAttributeList): RawEnvelope {
  const [date, subject, from, , , to, cc, , , messageId] = list;
  const title = textOf(subject);
  const people = [from, to, cc].map(addressesOf);
  if (title?.includes(ENCODED_WORD) || people.includes(null)) return parseEnvelope(list);
  const sent = textOf(date);
  return {
    date: sent === undefined ? undefined : new Date(sent),
    subject: title,
    from: people[0] ?? [],
    to: people[1] ?? [],
    cc: people[2] ?? [],
    messageId: textOf(messageId)?.trim(),
  };
}

/** Null when a name is encoded. */
function addressesOf(list: ImapAttribute | undefined): readonly RawAddress[] | null {
  const addresses: RawAddress[] = [];
  if (!Array.isArray(list)) return addresses;
  for (const entry of list) {
    if (!Array.isArray(entry)) continue;
    const [phrase, , mailbox, host] = entry.map(textOf);
    if (phrase?.includes(ENCODED_WORD) || mailbox?.includes(ENCODED_WORD)) return null;
    const name = processName(phrase ?? '');
    // Without a host it is the name of a group, or its end, which has neither.
    if (host) addresses.push({ name, address: `${mailbox ?? ''}@${host}` });
    else if (name || mailbox) addresses.push({ name: name || processName(mailbox ?? ''), address: '' });
  }
  return addresses;
}
