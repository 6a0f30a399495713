import { NOTHING_KNOWN } from '../../domain/mail/message.ts';
import type { Address, MessageRow } from '../../ports/mailbox.ts';
import type { RawAddress, RawRow } from './fetch-row.ts';

/*
 * Headers are written by strangers. Every value is cut to a size that fits a table row, and characters that would
 * break a terminal, a JSON parser or a sort key are removed.
 */
const MAX_ADDRESSES = 100;
const MAX_FLAGS = 100;
const MAX_FLAG = 128;
const MAX_NAME = 256;
const MAX_ADDRESS = 320;
const MAX_LINE = 998;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** Most texts are plain ASCII and only need trimming. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line of well-formed text of at most `max` UTF-16 units; null when nothing is left. */
function cleanText(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null;
  if (value.length <= max && PLAIN.test(value)) return value.trim() || null;
  // Cut to twice the limit first, so that a huge header is not processed completely.
  const line = value
    .slice(0, max * 2)
    .replace(CONTROL, ' ')
    .trimStart()
    .slice(0, max);
  // The cut may have split a surrogate pair.
  const whole = line.replace(/[\ud800-\udbff]$/, '').trimEnd();
  return whole === '' ? null : whole.toWellFormed();
}

/** An unreadable date may still be a text. Years with more than four digits have no sortable form. */
function cleanDate(value: Date | string | null | undefined): string | null {
  if (!(value instanceof Date)) return null;
  const year = value.getUTCFullYear();
  return year >= 1 && year <= 9999 ? value.toISOString() : null;
}

function cleanAddresses(list: readonly RawAddress[] | undefined): Address[] {
  return (list ?? []).slice(0, MAX_ADDRESSES).map((entry) => ({
    name: cleanText(entry.name, MAX_NAME),
    address: cleanText(entry.address, MAX_ADDRESS),
  }));
}

/** A flag that is too long or contains control characters is left out: a shortened one would be another flag. */
function cleanFlags(flags: readonly string[] | undefined): string[] {
  const clean: string[] = [];
  for (const flag of flags ?? []) {
    if (clean.length === MAX_FLAGS) break;
    if (flag.length <= MAX_FLAG && cleanText(flag, MAX_FLAG) === flag) clean.push(flag);
  }
  return clean;
}

/** The fields of a message after one or more of its lines. An unreported field is missing. */
export type MessageFields = Partial<Omit<MessageRow, 'uid'>>;

/** The fields that one line reported, cleaned. */
export function fieldsOf(row: RawRow): MessageFields {
  const fields: { -readonly [K in keyof MessageFields]: MessageFields[K] } = {};
  if (row.flags !== undefined) fields.flags = cleanFlags(row.flags);
  if (row.modseq !== undefined) fields.modseq = row.modseq;
  if (row.size !== undefined) fields.size = row.size;
  if (row.internalDate !== undefined) fields.internalDate = cleanDate(row.internalDate);
  if (row.emailId !== undefined) fields.providerMessageId = cleanText(row.emailId, MAX_NAME);
  if (row.threadId !== undefined) fields.providerThreadId = cleanText(row.threadId, MAX_NAME);
  if (row.envelope === undefined) return fields;
  const { messageId, subject, date, from, to, cc } = row.envelope;
  fields.messageId = cleanText(messageId, MAX_LINE);
  fields.subject = cleanText(subject, MAX_LINE);
  fields.date = cleanDate(date);
  fields.from = cleanAddresses(from);
  fields.to = cleanAddresses(to);
  fields.cc = cleanAddresses(cc);
  return fields;
}

/**
 * False if only flags of the message are known: servers send these unrequested, within other answers, when another
 * client changes something.
 */
export function isMessage({ size, internalDate, subject }: MessageFields): boolean {
  return size !== undefined || internalDate !== undefined || subject !== undefined;
}

/** Whether the answer has every field that is always requested. */
export function isWhole({ flags, size, internalDate, subject }: MessageFields): boolean {
  return flags !== undefined && size !== undefined && internalDate !== undefined && subject !== undefined;
}

/** The row, with null for omitted fields. */
export function toMessageRow(uid: number, fields: MessageFields): MessageRow {
  return { ...NOTHING_KNOWN, ...fields, uid };
}
