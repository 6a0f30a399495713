import * as z from 'zod';

/** A sealed secret as it is stored: everything but the key that wraps its data key. Base64. */
export const sealedBoxSchema = z.strictObject({
  v: z.literal(1),
  /** The KMS key that wrapped the data key. */
  kid: z.string(),
  /** The wrapped data key. */
  edk: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
});
export type SealedBox = z.infer<typeof sealedBoxSchema>;

/** What a box is for; it opens only under the very same context. */
export type VaultContext = Readonly<Record<string, string>>;

export interface Vault {
  seal(plain: Uint8Array, context: VaultContext): Promise<SealedBox>;
  /** Throws VaultError when the box was altered or the context is another. */
  open(box: SealedBox, context: VaultContext): Promise<Uint8Array>;
}

export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}
