import type { Address, FlagRow, MessageRow } from '../../ports/mailbox.ts';
import type { RawAddress, RawRow } from './fetch-row.ts';

/*
 * Headers are written by strangers: whatever a message claims is cut to a size that fits a table row and freed of what
 * would break a terminal, a JSON parser or a sort key.
 */
const MAX_ADDRESSES = 100;
const MAX_FLAGS = 100;
const MAX_FLAG = 128;
const MAX_NAME = 256;
const MAX_ADDRESS = 320;
const MAX_LINE = 998;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
/** What most texts are: nothing to clean in them but their ends. */
const PLAIN = /^[\x20-\x7e]*$/;

/** One line of well-formed text of at most `max` UTF-16 units; null when nothing is left. */
function cleanText(value: unknown, max: number): string | null {
  if (typeof value !== 'string') return null;
  if (value.length <= max && PLAIN.test(value)) return value.trim() || null;
  // Twice the room first, so that a huge header is not searched to its end.
  const line = value
    .slice(0, max * 2)
    .replace(CONTROL, ' ')
    .trimStart()
    .slice(0, max);
  // The cut may have gone through a surrogate pair.
  const whole = line.replace(/[\ud800-\udbff]$/, '').trimEnd();
  return whole === '' ? null : whole.toWellFormed();
}

/** A date that cannot be read may be text still. Years beyond four digits have no sortable form. */
function cleanDate(value: Date | string | undefined): string | null {
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

/** A flag that is too long or holds control characters is left out: cut, it would be another flag. */
function cleanFlags(flags: readonly string[] | undefined): string[] {
  const clean: string[] = [];
  for (const flag of flags ?? []) {
    if (clean.length === MAX_FLAGS) break;
    if (flag.length <= MAX_FLAG && cleanText(flag, MAX_FLAG) === flag) clean.push(flag);
  }
  return clean;
}

/**
 * False for a FETCH answer that reports only flags: servers send those unasked, in the middle of other answers, when
 * another client changes something.
 */
export function isWholeRow(row: RawRow): boolean {
  return row.size !== undefined || row.internalDate !== undefined || row.envelope !== undefined;
}

export function toFlagRow(row: RawRow & { readonly uid: number }): FlagRow {
  return { uid: row.uid, modseq: row.modseq?.toString() ?? null, flags: cleanFlags(row.flags) };
}

export function toMessageRow(row: RawRow & { readonly uid: number }): MessageRow {
  const envelope = row.envelope;
  return {
    ...toFlagRow(row),
    size: row.size ?? null,
    internalDate: cleanDate(row.internalDate),
    messageId: cleanText(envelope?.messageId, MAX_LINE),
    providerMessageId: cleanText(row.emailId, MAX_NAME),
    providerThreadId: cleanText(row.threadId, MAX_NAME),
    subject: cleanText(envelope?.subject, MAX_LINE),
    date: cleanDate(envelope?.date),
    from: cleanAddresses(envelope?.from),
    to: cleanAddresses(envelope?.to),
    cc: cleanAddresses(envelope?.cc),
  };
}
