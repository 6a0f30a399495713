/** AES-256-GCM of boxes, and the derivation of a data key from a shared key. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { type Bound, type SealedBox, type VaultContext, VaultError } from '../../ports/vault.ts';

const ALGORITHM = 'aes-256-gcm';
/** 96 bits, the recommended length for GCM (NIST SP 800-38D, 5.2.1.1). */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** The shared key is random, so the salt need only be different in each box; a row should stay below 1 KB. */
const SALT_BYTES = 16;
/** Separates these data keys from everything else that might ever be derived from a shared key. */
const LABEL = 'inbox-manager sealed box 3';

type Sealed = Pick<SealedBox, 'iv' | 'ct' | 'tag'>;

export const newSalt = (): Buffer => randomBytes(SALT_BYTES);

/**
 * The data key of one box of version 3: HKDF (RFC 5869) with SHA-256, the box's salt, and its context as info. The
 * context is hashed, because Node allows at most 1,024 bytes of info.
 */
export function derivedKey(shared: KeyObject, salt: Uint8Array, context: VaultContext): Uint8Array {
  const info = createHash('sha256').update(LABEL).update('\0').update(contextData(context)).digest();
  return new Uint8Array(hkdfSync('sha256', shared, salt, info, KEY_BYTES));
}

/** A new IV each time: under one key an IV must not be used twice. */
export function encrypted(plain: Uint8Array, key: Uint8Array, additional: Uint8Array): Sealed {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(additional);
  const ct = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv: base64(iv), ct: base64(ct), tag: base64(cipher.getAuthTag()) };
}

/** Throws VaultError. */
export function decrypted(box: Sealed, key: Uint8Array, additional: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes(box.iv), { authTagLength: TAG_BYTES })
      .setAAD(additional)
      .setAuthTag(bytes(box.tag));
    return Buffer.concat([decipher.update(bytes(box.ct)), decipher.final()]);
  } catch {
    throw new VaultError('the sealed value does not open under this context');
  }
}

/**
 * The additional data of a box. Version 1 is a JSON list, version 2 and 3 are JSON objects that name their version. So
 * a box whose version number was changed does not open.
 */
export function additionalData(version: SealedBox['v'], context: VaultContext, bound: Bound = {}): Buffer {
  if (version === 1) return contextData(context);
  return Buffer.from(JSON.stringify({ v: version, context: sorted(context), bound: sorted(bound) }));
}

const contextData = (context: VaultContext): Buffer => Buffer.from(JSON.stringify(sorted(context)));

/** The same list for the same entries, in any order. */
const sorted = (entries: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1));

export const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
export const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
