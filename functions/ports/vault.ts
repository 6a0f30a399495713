import * as z from 'zod';

/** A sealed secret as it is stored: everything but the key that wraps its data key. Base64. */
export const sealedBoxSchema = z.strictObject({
  /** 1: only its context is bound into it. 2: also what it was sealed with besides. */
  v: z.literal([1, 2]),
  /** The KMS key that wrapped the data key. */
  kid: z.string(),
  /** The wrapped data key. */
  edk: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
});
export type SealedBox = z.infer<typeof sealedBoxSchema>;

/** What a box is for; it opens only under the very same context, which KMS checks too and writes into its log. */
export type VaultContext = Readonly<Record<string, string>>;

/** Values that must be the same as when the box was sealed. They are not sent to KMS. */
export type Bound = Readonly<Record<string, string>>;

export interface Vault {
  /** With `bound`, the box opens only with the very same. */
  seal(plain: Uint8Array, context: VaultContext, bound?: Bound): Promise<SealedBox>;
  /**
   * Throws VaultError when the box was altered, or the context or what is bound is another. A box of version 1 has
   * nothing bound: it opens whatever is given.
   */
  open(box: SealedBox, context: VaultContext, bound?: Bound): Promise<Uint8Array>;
  /**
   * Opens a box, gives its value to `change`, and seals what `change` answers under the same data key with an IV of its
   * own; null when `change` answers null. KMS is asked once, to decrypt, before `change` is called. So the right to open
   * a box is enough to replace it, and `change` may do a thing that cannot be repeated. The value is wiped afterwards.
   * With `bound` it opens as `open` does, and what is sealed is bound by it: so a box of version 1 becomes one of 2.
   * Throws as `open`, and whatever `change` throws.
   */
  reseal(
    box: SealedBox,
    context: VaultContext,
    change: (plain: Uint8Array) => Promise<Uint8Array | null>,
    bound?: Bound,
  ): Promise<SealedBox | null>;
}

export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}
