/** Mail in words. All of these values come from mail servers and senders, so they are shown as data. */
import type { Schemas } from '../../../client/index.ts';

type Email = Schemas['Email'];

/** `Jane <jane@example.com>`, or only the part that is known. */
export function addressWords({ name, address }: Schemas['MailAddress']): string {
  if (name === null || name === '') return address ?? '';
  return address === null ? name : `${name} <${address}>`;
}

/** The first sender by name, and the number of further senders. */
export function senderWords(from: Email['from']): string {
  const [first, ...others] = from;
  if (first === undefined) return '';
  const name = first.name === null || first.name === '' ? (first.address ?? '') : first.name;
  return others.length === 0 ? name : `${name} and ${others.length} more`;
}

/** Flags are the same in upper and lower case (RFC 9051, section 2.3.2). */
export const hasFlag = ({ flags }: Pick<Email, 'flags'>, flag: string): boolean =>
  flags.some((each) => each.toLowerCase() === flag.toLowerCase());

const UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** Bytes in the unit that people read: `2.1 KB`. */
export function sizeWords(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < UNITS.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`;
}
