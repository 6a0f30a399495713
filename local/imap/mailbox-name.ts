import { Refusal } from './refusal.ts';

/** Modified UTF-7, how IMAP4rev1 writes mailbox names (RFC 3501 section 5.1.3). */
export function encodeMailboxName(path: string): string {
  return path.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${toBase64(run)}-`));
}

/** Accepts plain UTF-8 as well; a name with invalid UTF-7 stays unchanged. */
export function decodeMailboxName(name: string): string {
  return name.replace(/&([A-Za-z0-9+,]*)-/g, (all, encoded: string) => {
    if (encoded === '') return '&';
    const bytes = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
    return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : all;
  });
}

function toBase64(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return bytes.toString('base64').replace(/=+$/, '').replaceAll('/', ',');
}

/** INBOX is matched in any case (RFC 9051 section 5.1). Takes paths and names. */
export const canonicalPath = (path: string): string => (/^inbox$/i.test(path) ? 'INBOX' : path);

/** The name that a client may give a new mailbox. Throws a Refusal for an invalid name. */
export function newPath(path: string): string {
  const canonical = canonicalPath(path.replace(/\/$/, ''));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no control characters in a name.
  if (canonical === '' || /[\x00-\x1f\x7f*%]|^\/|\/\//.test(canonical) || decodeMailboxName(canonical).length > 500) {
    throw new Refusal('NO [CANNOT] Invalid mailbox name');
  }
  return canonical;
}
