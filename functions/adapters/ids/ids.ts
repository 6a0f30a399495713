import { createHash, randomBytes } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';
import type { Ids } from '../../ports/ids.ts';

/** TypeIDs: UUIDv7 for new ones, the first 128 bits of SHA-256 over the length-prefixed parts for derived ones. */
export const ids: Ids = {
  next: (prefix) => typeidUnboxed(prefix),
  derive(prefix, parts) {
    const hash = createHash('sha256');
    for (const part of [prefix, ...parts]) hash.update(`${Buffer.byteLength(part)}:${part};`);
    return TypeID.fromUUIDBytes(prefix, hash.digest().subarray(0, 16)).toString();
  },
  token: () => randomBytes(16).toString('base64url'),
};
