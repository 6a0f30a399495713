import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether a text equals any of the expected ones. The time it takes tells nothing of their content: digests are
 * compared, all of them.
 */
export function equalsAny(given: string, expected: readonly string[]): boolean {
  const digest = digestOf(given);
  return expected.map((text) => timingSafeEqual(digest, digestOf(text))).includes(true);
}

/** UTF-16 keeps every string apart from every other; UTF-8 would make all lone surrogates one. */
const digestOf = (text: string): Uint8Array => createHash('sha256').update(Buffer.from(text, 'utf16le')).digest();

/** HMAC-SHA256 (RFC 2104) of raw bytes as text, the secret's UTF-8 bytes being the key. */
export const hmacSha256 = (secret: string, body: Uint8Array, encoding: 'hex' | 'base64url'): string =>
  createHmac('sha256', secret).update(body).digest(encoding);

export const sha256Hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
