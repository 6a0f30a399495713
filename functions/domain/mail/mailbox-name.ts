/** Names of mailboxes as IMAP writes them: modified UTF-7 (RFC 3501 section 5.1.3). */

/** What modified UTF-7 does not write as it is. */
const ENCODED = /&|[^\x20-\x7e]+/g;
const SHIFTED = /&([^-]*)-?/g;
const MODIFIED_BASE64 = /^[A-Za-z0-9+,]+$/;

/** The regular spelling of a path. */
export function encodeMailboxName(path: string): string {
  return path.replace(ENCODED, (run) => {
    if (run === '&') return '&-';
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
    return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

/** The path that a name spells; null for a name that is not the regular spelling of any path. */
export function decodeMailboxName(name: string): string | null {
  const path = name.replace(SHIFTED, (_, run: string) => {
    if (run === '') return '&';
    if (!MODIFIED_BASE64.test(run)) return '\u0000';
    const bytes = Buffer.from(run.replaceAll(',', '/'), 'base64');
    return bytes.length % 2 === 0 ? bytes.swap16().toString('utf16le') : '\u0000';
  });
  return encodeMailboxName(path) === name ? path : null;
}
