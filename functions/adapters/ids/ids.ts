import { createHash, randomBytes } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';
import type { Ids } from '../../ports/ids.ts';

/** The first 128 bits of SHA-256 over the length-prefixed parts. */
function digestOf(parts: readonly string[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part};`);
  return hash.digest().subarray(0, 16);
}

/** TypeIDs: UUIDv7 for new ones, a digest for derived ones. */
export const ids: Ids = {
  next: (prefix) => typeidUnboxed(prefix),
  derive: (prefix, parts) => TypeID.fromUUIDBytes(prefix, digestOf([prefix, ...parts])).toString(),
  digest: (parts) => digestOf(parts).toString('base64url'),
  token: () => randomBytes(16).toString('base64url'),
};
