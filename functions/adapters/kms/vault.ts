/**
 * Envelope encryption: each box has a data key of its own, wrapped by one KMS key. The context is given to KMS, which
 * checks it and logs it, and is bound into AES-256-GCM as additional data, so that a box moved to another credential or
 * account opens nowhere. Plain data keys live as long as one call; nothing here puts a plain value into an error.
 * A box that is sealed again keeps its data key, so that it takes no right but to decrypt.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { type SealedBox, type Vault, type VaultContext, VaultError } from '../../ports/vault.ts';

const ALGORITHM = 'aes-256-gcm';
/** 96 bits, the length GCM is made for (NIST SP 800-38D, 5.2.1.1). */
const IV_BYTES = 12;
/** KMS's answers that mean an altered box or another context; every other failure passes as it is (and may be retried). */
const NOT_THIS_KEY: ReadonlySet<string> = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);

export function kmsVault(kms: KMSClient, keyId: string): Vault {
  return {
    async seal(plain, context) {
      const key = await kms.send(
        new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { ...context } }),
      );
      if (key.Plaintext === undefined || key.CiphertextBlob === undefined) throw new VaultError('KMS gave no data key');
      try {
        const wrapped = { kid: key.KeyId ?? keyId, edk: base64(key.CiphertextBlob) };
        return { v: 1, ...wrapped, ...encrypted(plain, key.Plaintext, context) };
      } finally {
        key.Plaintext.fill(0);
      }
    },

    async open(box, context) {
      const key = await unwrap(kms, box, context);
      try {
        return decrypted(box, key, context);
      } finally {
        key.fill(0);
      }
    },

    async reseal(box, context, change) {
      const key = await unwrap(kms, box, context);
      try {
        const plain = decrypted(box, key, context);
        const next = await change(plain).finally(() => plain.fill(0));
        return next === null ? null : { ...box, ...encrypted(next, key, context) };
      } finally {
        key.fill(0);
      }
    },
  };
}

/** A fresh IV each time: under one key no IV may serve twice. */
function encrypted(plain: Uint8Array, key: Uint8Array, context: VaultContext): Pick<SealedBox, 'iv' | 'ct' | 'tag'> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(additionalData(context));
  const ct = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv: base64(iv), ct: base64(ct), tag: base64(cipher.getAuthTag()) };
}

function decrypted(box: SealedBox, key: Uint8Array, context: VaultContext): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes(box.iv), { authTagLength: 16 })
      .setAAD(additionalData(context))
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

/** One text for one context, whatever the order it was written in. */
function additionalData(context: VaultContext): Buffer {
  const entries = Object.entries(context).sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.from(JSON.stringify(entries));
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
