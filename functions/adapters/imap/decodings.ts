/**
 * Decodes the ways in which a server may write a text that it was sent. A text becomes the octets it stands for
 * (UTF-8, letters in lower case), each with its position in the text, so that a match in the octets can be removed
 * from the text. Every decoding takes time linear in the text's length.
 */

/**
 * `octets`: one per character code; code 256 stands for no octet. Octet i stands for the text from `from[i]` to
 * `to[i]`.
 */
export type Decoded = { readonly octets: string; readonly from: readonly number[]; readonly to: readonly number[] };

/** What a piece of text stands for: raw octets, or characters. Null: itself. */
type Piece = (match: RegExpExecArray) => Buffer | string | null;

const NO_OCTET = '\u0100';
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const octet = (digits: string | undefined, base: number): Buffer => Buffer.from([Number.parseInt(digits ?? '', base)]);

/**
 * UTF-8 in lower case. Converted character by character, so that a part of a word looks the same as in the whole word.
 */
export function octetsOf(text: string): string {
  let octets = '';
  for (const character of text) octets += Buffer.from(character.toLowerCase()).toString('latin1');
  return octets;
}

/** ASCII letters in lower case. Other octets stay, because they may be parts of characters. */
export const lowerOctets = (octets: Uint8Array): string =>
  Buffer.from(octets)
    .toString('latin1')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The text with all matches of the pattern decoded and the rest unchanged. */
function decoded(text: string, pattern: RegExp, piece: Piece): Decoded {
  const octets: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const add = (some: string, start: number, end: number): void => {
    octets.push(some);
    for (let at = 0; at < some.length; at += 1) {
      from.push(start);
      to.push(end);
    }
  };
  const addPlain = (start: number, end: number): void => {
    let at = start;
    for (const character of text.slice(start, end)) {
      add(octetsOf(character), at, at + character.length);
      at += character.length;
    }
  };
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    addPlain(at, match.index);
    at = match.index + match[0].length;
    const meant = piece(match);
    if (meant === null) addPlain(match.index, at);
    else add(typeof meant === 'string' ? octetsOf(meant) : lowerOctets(meant), match.index, at);
  }
  addPlain(at, text.length);
  return { octets: octets.join(''), from, to };
}

const units = (text: string): string =>
  text.replace(/\\?[%\\]?u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

function entity([all, decimal, hex, name]: RegExpExecArray): string | null {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? null;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10_ffff ? String.fromCodePoint(code) : all;
}

/** Base64 of UTF-16, most significant octet first (RFC 3501, section 5.1.3). */
function modifiedUtf7([, code = '']: RegExpExecArray): string {
  if (code === '') return '&';
  const bytes = Buffer.from(code.replaceAll(',', '/'), 'base64');
  return bytes
    .subarray(0, bytes.length - (bytes.length % 2))
    .swap16()
    .toString('utf16le');
}

/**
 * Pairs of hexadecimal digits, with any separators between them. `skip`: this many digits at the start of each run are
 * left out.
 */
function hexadecimal(text: string, skip: number): Decoded {
  const octets: string[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let left = skip;
  let first: { readonly digit: string; readonly at: number } | null = null;
  for (const { 0: all, index } of text.matchAll(/0x|\\x|[0-9a-f]|[\s:;,.-]|[\s\S]/gi)) {
    if (/^(0x|\\x|[\s:;,.-])$/i.test(all)) continue;
    if (!/^[0-9a-f]$/i.test(all)) {
      octets.push(NO_OCTET);
      from.push(index);
      to.push(index);
      left = skip;
      first = null;
    } else if (left > 0) left -= 1;
    else if (first === null) first = { digit: all, at: index };
    else {
      octets.push(lowerOctets(octet(first.digit + all, 16)));
      from.push(first.at);
      to.push(index + 1);
      first = null;
    }
  }
  return { octets: octets.join(''), from, to };
}

const DECODINGS: readonly { readonly marks: RegExp; decode(text: string): Decoded }[] = [
  // Unchanged.
  { marks: /^/, decode: (text) => decoded(text, /(?!)/g, () => null) },
  // With line ends, NULs or invisible characters inserted.
  {
    marks: /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
    decode: (text) => decoded(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, () => ''),
  },
  // In a quoted string: of IMAP, JSON or C.
  {
    marks: /\\/,
    decode: (text) =>
      decoded(
        text,
        /(?:\\u[0-9a-f]{4})+|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})|\\([\s\S])/giu,
        ([all, hex, octal, other]) => {
          if (hex !== undefined) return octet(hex, 16);
          return octal === undefined ? (other ?? units(all)) : octet(octal, 8);
        },
      ),
  },
  // In a URL, and in a form, where a plus is a space.
  ...[/(?:%u[0-9a-f]{4})+|%([0-9a-f]{2})/gi, /(?:%u[0-9a-f]{4})+|%([0-9a-f]{2})|\+/gi].map((pattern) => ({
    marks: /[%+]/,
    decode: (text: string) =>
      decoded(text, pattern, ([all, hex]) => {
        if (hex !== undefined) return octet(hex, 16);
        return all === '+' ? ' ' : units(all);
      }),
  })),
  // Quoted-printable; an equals sign may end a line (RFC 2045, section 6.7).
  {
    marks: /=/,
    decode: (text) => decoded(text, /=\r?\n|=([0-9a-f]{2})/gi, ([, hex]) => (hex === undefined ? '' : octet(hex, 16))),
  },
  // In HTML or XML.
  {
    marks: /&/,
    decode: (text) => decoded(text, /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, entity),
  },
  // In the name of a mailbox.
  { marks: /&/, decode: (text) => decoded(text, /&([a-z0-9+,]*)-/gi, modifiedUtf7) },
  ...[0, 1].map((skip) => ({
    marks: /[0-9a-f]{2}/i,
    decode: (text: string) => hexadecimal(text, skip),
  })),
];

/** The text in each decoding that it shows signs of. */
export function decodings(text: string): readonly Decoded[] {
  return DECODINGS.filter(({ marks }) => marks.test(text)).map(({ decode }) => decode(text));
}
