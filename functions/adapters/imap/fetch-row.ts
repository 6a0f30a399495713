/**
 * Reads one FETCH answer from the library's parser, only the fields that a sync stores. The library's own message
 * object takes twice the processor time: it hashes an id, renames each key and decodes each text.
 */
import type { ImapAttribute, ImapAttributeList, ImapResponse } from 'imapflow';
import { getStringList, parseBigIntValue, parseEnvelope, parseUintValue, processName } from 'imapflow/lib/tools.js';
import { toModseq, toUid } from './numbers.ts';

export type RawAddress = { readonly name?: string | undefined; readonly address?: string | undefined };
export type RawEnvelope = {
  readonly date?: Date | string | undefined;
  readonly subject?: string | undefined;
  readonly messageId?: string | undefined;
  readonly from?: readonly RawAddress[] | undefined;
  readonly to?: readonly RawAddress[] | undefined;
  readonly cc?: readonly RawAddress[] | undefined;
};
/**
 * The fields that one line reported of a message. An unreported field is missing; one with an invalid value is null.
 */
export type RawRow = {
  uid?: number | null;
  modseq?: string;
  flags?: readonly string[];
  size?: number | null;
  internalDate?: Date | null;
  envelope?: RawEnvelope;
  emailId?: string | undefined;
  threadId?: string | undefined;
};

/** Maximum digits of a UID or a message number (RFC 9051 section 9, nz-number). */
const UINT32_DIGITS = 10;
/** A date with a year and a time. Without this check, JavaScript's parser accepts even a plain number as a date. */
const DATE_TIME = /\d{4}.*\d:\d\d/;
const MAX_DATE_TIME = 64;
/**
 * Maximum addresses of a kind, flags, and characters of a text that are read: more than is stored, far less than may
 * arrive.
 */
const MAX_ADDRESSES = 100;
const MAX_FLAGS = 1000;
const MAX_TEXT = 16_384;
/** The start of an encoded word (RFC 2047 section 2). */
const ENCODED_WORD = '=?';

/** The message number of an untagged answer (`* 12 FETCH`); null if it has none. */
export const numberOf = ({ command }: ImapResponse): number | null => nzNumber(command);

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
      row.uid = nzNumber(textOf(value));
      break;
    case 'FLAGS':
      if (Array.isArray(value)) row.flags = [...new Set(getStringList(value.slice(0, MAX_FLAGS)))];
      break;
    case 'RFC822.SIZE':
      row.size = sizeOf(textOf(value));
      break;
    case 'INTERNALDATE':
      row.internalDate = dateOf(textOf(value));
      break;
    case 'ENVELOPE':
      row.envelope = Array.isArray(value) ? envelopeOf(value) : {};
      break;
    case 'MODSEQ': {
      const modseq = toModseq(parseBigIntValue(getStringList(value)[0]) || undefined);
      if (modseq !== null) row.modseq = modseq;
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

function nzNumber(text: string | undefined): number | null {
  return toUid(parseUintValue(text, UINT32_DIGITS) || undefined);
}

/** 63 bits in IMAP4rev2; a value that a number cannot represent exactly is ignored. */
function sizeOf(text: string | undefined): number | null {
  const size = parseUintValue(text);
  return size === false ? null : size;
}

function dateOf(text: string | undefined): Date | null {
  return text !== undefined && text.length <= MAX_DATE_TIME && DATE_TIME.test(text) ? new Date(text) : null;
}

/** A string, sent as an atom, quoted or as a literal; undefined for NIL and lists. */
function textOf(attribute: ImapAttribute | undefined): string | undefined {
  const value = attribute?.value;
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  return Buffer.isBuffer(value) ? value.toString('utf8', 0, MAX_TEXT) : undefined;
}

/** Date, subject, from, to, cc and Message-ID (RFC 9051 section 7.5.2). The library decodes encoded words. */
function envelopeOf(list: ImapAttributeList): RawEnvelope {
  const [date, subject, from, , , to, cc, , , messageId] = list;
  const title = textOf(subject);
  const people = [from, to, cc].map(addressesOf);
  if (title?.includes(ENCODED_WORD) || people.includes(null)) return parseEnvelope(list.map(shortened));
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

/** The same, without the parts that are not read. */
function shortened(attribute: ImapAttribute): ImapAttribute {
  if (Array.isArray(attribute)) return attribute.slice(0, MAX_ADDRESSES).map(shortened);
  if (attribute === null || typeof attribute !== 'object') return attribute;
  const { value } = attribute;
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return attribute;
  return value.length > MAX_TEXT ? { ...attribute, value: value.slice(0, MAX_TEXT) } : attribute;
}

/** Null when a name is encoded. */
function addressesOf(list: ImapAttribute | undefined): readonly RawAddress[] | null {
  const addresses: RawAddress[] = [];
  if (!Array.isArray(list)) return addresses;
  for (const entry of list.slice(0, MAX_ADDRESSES)) {
    if (!Array.isArray(entry)) continue;
    const [phrase, , mailbox, host] = entry.map(textOf);
    if (phrase?.includes(ENCODED_WORD) || mailbox?.includes(ENCODED_WORD)) return null;
    const name = processName(phrase ?? '');
    // An entry without a host is the start of a group, or its end, which has no name.
    if (host) addresses.push({ name, address: `${mailbox ?? ''}@${host}` });
    else if (name || mailbox) addresses.push({ name: name || processName(mailbox ?? ''), address: '' });
  }
  return addresses;
}
