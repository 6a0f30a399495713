/** Keys that KMS makes, wraps and unwraps. KMS receives the encryption context in clear, checks it and logs it. */
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { KeyUnavailable, VaultError } from '../../ports/vault.ts';

/** A wrapped key, base64, and the KMS key that wrapped it. */
export type WrappedKey = { readonly kid: string; readonly edk: string };

/** The encryption context of KMS. */
export type KeyContext = Readonly<Record<string, string>>;

/** KMS errors that mean an altered box or another context. With every other error, the same request may succeed later. */
const NOT_THIS_KEY: ReadonlySet<string> = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
  'ValidationException',
]);

/** Makes a key of 256 bits. Throws KeyUnavailable. */
export async function makeKey(
  kms: KMSClient,
  keyId: string,
  context: KeyContext,
): Promise<WrappedKey & { readonly plain: Uint8Array }> {
  const command = new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { ...context } });
  const made = await answerOf(() => kms.send(command));
  if (made.Plaintext === undefined || made.CiphertextBlob === undefined) throw new VaultError('KMS gave no data key');
  const edk = Buffer.from(made.CiphertextBlob).toString('base64');
  return { kid: made.KeyId ?? keyId, edk, plain: made.Plaintext };
}

/** The plain key. Throws VaultError when it was wrapped under another context or altered, otherwise KeyUnavailable. */
export async function unwrapKey(kms: KMSClient, { kid, edk }: WrappedKey, context: KeyContext): Promise<Uint8Array> {
  const command = new DecryptCommand({
    KeyId: kid,
    CiphertextBlob: Buffer.from(edk, 'base64'),
    EncryptionContext: { ...context },
  });
  const { Plaintext } = await answerOf(() => kms.send(command), NOT_THIS_KEY);
  if (Plaintext === undefined) throw new VaultError('KMS gave no plain key');
  return Plaintext;
}

/** `altered`: names of errors that mean an altered box. */
async function answerOf<Answer>(ask: () => Promise<Answer>, altered: ReadonlySet<string> = new Set()): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && altered.has(error.name))
      throw new VaultError('the wrapped key does not open under this context');
    throw new KeyUnavailable(error);
  }
}
