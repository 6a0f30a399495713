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
  /**
   * Opens a box, gives its value to `change`, and seals what `change` answers under the same data key with an IV of its
   * own; null when `change` answers null. KMS is asked once, to decrypt, before `change` is called. So the right to open
   * a box is enough to replace it, and `change` may do a thing that cannot be repeated. The value is wiped afterwards.
   * Throws as `open`, and whatever `change` throws.
   */
  reseal(
    box: SealedBox,
    context: VaultContext,
    change: (plain: Uint8Array) => Promise<Uint8Array | null>,
  ): Promise<SealedBox | null>;
}

export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}
