/**
 * Envelope encryption: each box has its own data key, wrapped by one KMS key. KMS receives the context, checks it and
 * logs it. The context is also bound into AES-256-GCM as additional data, so a box moved to another credential or
 * account does not open. Other bound values are additional data only: they may be private, and KMS's log is not. Plain
 * data keys live for one call; no plain value is put into an error. A box that is sealed again keeps its data key, so
 * that only the right to decrypt is needed.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type Bound, type SealedBox, type Vault, type VaultContext, VaultError } from '../../ports/vault.ts';

const ALGORITHM = 'aes-256-gcm';
/** 96 bits, the recommended length for GCM (NIST SP 800-38D, 5.2.1.1). */
const IV_BYTES = 12;
/** KMS errors that mean an altered box or another context. Every other error is passed on (and may be retried). */
const NOT_THIS_KEY: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

export function kmsVault(kms: KMSClient, keyId: string): Vault {
  return {
    async seal(plain, context, bound) {
      const key = await kms.send(
        new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
      );
      if (key.Plaintext === undefined || key.CiphertextBlob === undefined) throw new VaultError('KMS gave no data key');
      try {
        const wrapped = { kid: key.KeyId ?? keyId, edk: base64(key.CiphertextBlob) };
        return { ...wrapped, ...encrypted(plain, key.Plaintext, context, bound) };
      } finally {
        key.Plaintext.fill(0);
      }
    },

    async open(box, context, bound) {
      const key = await unwrap(kms, box, context);
      try {
        return decrypted(box, key, context, bound);
      } finally {
        key.fill(0);
      }
    },

    async reseal(box, context, change, bound) {
      const key = await unwrap(kms, box, context);
      try {
        const plain = decrypted(box, key, context, bound);
        const next = await change(plain).finally(() => plain.fill(0));
        return next === null ? null : { ...box, ...encrypted(next, key, context, bound) };
      } finally {
        key.fill(0);
      }
    },
  };
}

/** A new IV each time: under one key an IV must not be used twice. */
function encrypted(
  plain: Uint8Array,
  key: Uint8Array,
  context: VaultContext,
  bound: Bound | undefined,
): Pick<SealedBox, 'v' | 'iv' | 'ct' | 'tag'> {
  const iv = randomBytes(IV_BYTES);
  const aad = bound === undefined ? contextData(context) : boundData(context, bound);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(aad);
  const ct = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { v: bound === undefined ? 1 : 2, iv: base64(iv), ct: base64(ct), tag: base64(cipher.getAuthTag()) };
}

function decrypted(box: SealedBox, key: Uint8Array, context: VaultContext, bound: Bound = {}): Buffer {
  const aad = box.v === 1 ? contextData(context) : boundData(context, bound);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes(box.iv), { authTagLength: 16 })
      .setAAD(aad)
      .setAuthTag(bytes(box.tag));
    return Buffer.concat([decipher.update(bytes(box.ct)), decipher.final()]);
  } catch {
    throw new VaultError('the sealed value does not open under this context');
  }
}

async function unwrap(kms: KMSClient, box: SealedBox, context: VaultContext): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: box.kid, CiphertextBlob: bytes(box.edk), EncryptionContext: { ...context } }),
    );
    if (Plaintext !== undefined) return Plaintext;
  } catch (error) {
    if (!(error instanceof Error) || !NOT_THIS_KEY.has(error.name)) throw error;
  }
  throw new VaultError('the wrapped key does not open under this context');
}

/** Additional data of version 1: a JSON list. */
function contextData(context: VaultContext): Buffer {
  return Buffer.from(JSON.stringify(sorted(context)));
}

/** Additional data of version 2: a JSON object. So a box whose version number was changed opens under neither. */
function boundData(context: VaultContext, bound: Bound): Buffer {
  return Buffer.from(JSON.stringify({ v: 2, context: sorted(context), bound: sorted(bound) }));
}

/** The same list for the same entries, in any order. */
const sorted = (entries: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1));

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
