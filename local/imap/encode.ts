/**
 * Writes replies. Lines are strings of bytes (one character per byte, 'latin1' on the wire), so that the raw 8-bit
 * headers of a message are not changed.
 */

/** Text to a string of UTF-8 bytes. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** A quoted string, or a literal if it cannot be quoted. Takes a string of bytes. */
export function string(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a quoted string must not contain.
  if (bytes.length <= 1000 && !/[\x00-\x1f\x7f-\xff]/.test(bytes)) return `"${bytes.replace(/["\\]/g, '\\$&')}"`;
  return literal(bytes);
}

/** NUL must not occur in a literal (RFC 9051 section 4.3): it is replaced by 0x80, as Dovecot does. */
export const literal = (bytes: string): string => `{${bytes.length}}\r\n${bytes.replaceAll('\0', '\x80')}`;

export const nstring = (bytes: string | null): string => (bytes === null ? 'NIL' : string(bytes));

export const list = (items: readonly string[]): string => `(${items.join(' ')})`;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `"01-Feb-2026 03:04:05 +0000"` */
export function internalDate(at: Date): string {
  const iso = at.toISOString();
  return `"${iso.slice(8, 10)}-${months[at.getUTCMonth()]}-${iso.slice(0, 4)} ${iso.slice(11, 19)} +0000"`;
}

/** Midnight UTC, ms, of a search date such as `1-Feb-2026`; NaN if it is invalid. */
export function searchDate(text: string): number {
  const [, day, name, year] = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text) ?? [];
  const month = months.findIndex((each) => each.toLowerCase() === name?.toLowerCase());
  return month === -1 ? Number.NaN : Date.UTC(Number(year), month, Number(day));
}
