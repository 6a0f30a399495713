/** Crockford's alphabet in lower case, as TypeIDs use it (TypeID specification 0.3). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const BYTES = 16;
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** 16 bytes as the 26 characters of a TypeID suffix. Throws RangeError for another number of bytes. */
export function encodeBase32(bytes: Uint8Array): string {
  if (bytes.length !== BYTES) throw new RangeError('A TypeID suffix holds 16 bytes.');
  let rest = bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  let text = '';
  for (let at = 0; at < 26; at += 1) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

/** The 16 bytes of a TypeID suffix; null if the text is not one. */
export function decodeBase32(text: string): Uint8Array | null {
  if (!SUFFIX.test(text)) return null;
  let rest = 0n;
  for (const character of text) rest = (rest << 5n) | BigInt(ALPHABET.indexOf(character));
  const bytes = new Uint8Array(BYTES);
  for (let at = BYTES - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}
