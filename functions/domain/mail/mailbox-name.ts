/**
 * Names of mailboxes. A `name` is the server's own spelling, octet for octet: UTF-8 as text, and each octet that is
 * not part of UTF-8 as one character (U+F700 plus the octet). A `path` is the name for people.
 *
 * The regular spelling of a path is modified UTF-7 (RFC 3501 section 5.1.3), or UTF-8 once the server has enabled it
 * (RFC 6855). Servers also list other spellings: raw UTF-8, Latin-1, a bare `&`.
 */

/** Characters that modified UTF-7 encodes. */
const ENCODED = /&|[^\x20-\x7e]+/g;
const SHIFTED = /&([^-]*)-?/g;
const MODIFIED_BASE64 = /^[A-Za-z0-9+,]+$/;

/**
 * One character of UTF-8 outside ASCII, in octets read as Latin-1. U+F780 to U+F7FF are excluded: they represent
 * single octets.
 */
const UTF8 =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xef[\x80-\x9d\xa0-\xbf][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;
const OCTET = 0xf700;
const OCTETS = /[\uf780-\uf7ff]/g;
const UNREADABLE = /[\p{Cc}\uf780-\uf7ff]/gu;
const MARKED = /[^\x20-\x7e]|[%&]/gu;

/** The regular spelling of a path. */
export function encodeMailboxName(path: string): string {
  return path.replace(ENCODED, (run) => {
    if (run === '&') return '&-';
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
    return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

/** The path that a name spells; null if the name is not the regular spelling of any path. */
export function decodeMailboxName(name: string): string | null {
  const path = leniently(name, '\u0000');
  return encodeMailboxName(path) === name ? path : null;
}

/** Decodes modified UTF-7 as far as possible. Parts that cannot be decoded are replaced, or left as they are. */
function leniently(name: string, replacement?: string): string {
  return name.replace(SHIFTED, (all, run: string) => {
    if (all === '&-') return '&';
    if (!all.endsWith('-') || !MODIFIED_BASE64.test(run)) return replacement ?? all;
    const bytes = Buffer.from(run.replaceAll(',', '/'), 'base64');
    const isText = bytes.length > 0 && bytes.length % 2 === 0;
    return isText ? bytes.swap16().toString('utf16le') : (replacement ?? all);
  });
}

/** The name for these octets. `octetsOfName` is its inverse. */
export function nameOfOctets(octets: Uint8Array): string {
  const latin1 = Buffer.from(octets).toString('latin1');
  return latin1.replace(UTF8, (found) =>
    found.length === 1
      ? String.fromCharCode(OCTET + found.charCodeAt(0))
      : Buffer.from(found, 'latin1').toString('utf8'),
  );
}

/** The octets of a name, as the server sent them. */
export function octetsOfName(name: string): Buffer {
  if (name.search(OCTETS) < 0) return Buffer.from(name, 'utf8');
  return Buffer.concat(Array.from(name, (character) => octetsOf(character)));
}

function octetsOf(character: string): Buffer {
  const code = character.charCodeAt(0);
  return code >= OCTET + 0x80 && code <= OCTET + 0xff ? Buffer.of(code - OCTET) : Buffer.from(character, 'utf8');
}

const percent = (characters: string): string =>
  Array.from(octetsOfName(characters), (octet) => `%${octet.toString(16).padStart(2, '0').toUpperCase()}`).join('');

/** The path of a regular name; null for any other name, and for a name with control characters. */
function regularPath(name: string, utf8: boolean): string | null {
  const path = utf8 ? name : decodeMailboxName(name);
  return path?.isWellFormed() && path.search(UNREADABLE) < 0 ? path : null;
}

const readable = (name: string): string => name.replace(UNREADABLE, percent);

/**
 * The path of each name; no two are equal. A regular name has the path that it spells. Any other name is its own path,
 * with `%XX` for control characters and for octets that are not UTF-8. If another mailbox already has that path, `%`,
 * `&` and all characters outside ASCII are also written as `%XX`: beside a regular `R&-D` (path `R&D`) a mailbox named
 * `R&D` has the path `R%26D`. The children of such a mailbox get its path as their prefix; each level is decoded on
 * its own. `utf8`: the server has enabled UTF8=ACCEPT.
 */
export function pathsOf(
  mailboxes: readonly { readonly name: string; readonly delimiter: string | null }[],
  utf8: boolean,
): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const irregular: (typeof mailboxes)[number][] = [];
  for (const mailbox of mailboxes) {
    const path = regularPath(mailbox.name, utf8);
    if (path === null) irregular.push(mailbox);
    else paths.set(mailbox.name, path);
  }
  const taken = new Set(paths.values());
  // In this order a mailbox comes before its children.
  for (const { name, delimiter } of irregular.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const end = delimiter === null ? -1 : name.lastIndexOf(delimiter);
    const above = end < 0 ? undefined : paths.get(name.slice(0, end));
    const isBelow = above !== undefined && regularPath(name.slice(0, end), utf8) === null;
    const [start, rest] = isBelow ? [above, name.slice(end)] : ['', name];
    const level = isBelow ? regularPath(rest, utf8) : null;
    const candidates = [
      start + (level ?? readable(rest)),
      start + rest.replace(MARKED, percent),
      name.replace(MARKED, percent),
    ];
    let path = candidates.find((each) => !taken.has(each)) ?? `${candidates[2]}`;
    while (taken.has(path)) path += '~';
    taken.add(path);
    paths.set(name, path);
  }
  return paths;
}

/** Whether a name spells this path, in the regular way or any other. */
export function spells(name: string, path: string): boolean {
  const regular = decodeMailboxName(name);
  const latin1 = name.replace(OCTETS, (character) => String.fromCharCode(character.charCodeAt(0) - OCTET));
  const readings = regular === null ? [readable(name), leniently(name), latin1] : [regular];
  return readings.some((reading) => reading.normalize() === path.normalize());
}
