import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a text equals any of the expected ones, in constant time: all digests are compared. */
export function equalsAny(given: string, expected: readonly string[]): boolean {
  const digest = digestOf(given);
  return expected.map((text) => timingSafeEqual(digest, digestOf(text))).includes(true);
}

/** UTF-16 keeps all strings distinct; UTF-8 would encode all lone surrogates alike. */
const digestOf = (text: string): Uint8Array => createHash('sha256').update(Buffer.from(text, 'utf16le')).digest();

/** HMAC-SHA256 (RFC 2104) of raw bytes as text; the key is the secret in UTF-8. */
export const hmacSha256 = (secret: string, body: Uint8Array, encoding: 'hex' | 'base64url'): string =>
  createHmac('sha256', secret).update(body).digest(encoding);

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
