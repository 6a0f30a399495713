import * as z from 'zod';

/** A sealed secret as it is stored: everything except the KMS key that wraps its data key. Base64. */
export const sealedBoxSchema = z.strictObject({
  /** 1: only its context is bound into it. 2: the `bound` values are bound too. */
  v: z.literal([1, 2]),
  /** The KMS key that wrapped the data key. */
  kid: z.string(),
  /** The wrapped data key. */
  edk: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
});

/** An encrypted secret, as stored. */
export type SealedBox = z.infer<typeof sealedBoxSchema>;

/** The purpose of a box. It opens only with the same context, which KMS also checks and writes to its log. */
export type VaultContext = Readonly<Record<string, string>>;

/** Values that must be the same as when the box was sealed. They are not sent to KMS. */
export type Bound = Readonly<Record<string, string>>;

/** Encrypts and decrypts secrets. */
export interface Vault {
  /** With `bound`, the box opens only with the same values. */
  seal(plain: Uint8Array, context: VaultContext, bound?: Bound): Promise<SealedBox>;
  /**
   * Throws VaultError when the box was altered, or the context or the bound values differ. A box of version 1 has no
   * bound values: it opens with any.
   */
  open(box: SealedBox, context: VaultContext, bound?: Bound): Promise<Uint8Array>;
  /**
   * Opens a box, passes its value to `change`, and seals the result under the same data key with a new IV. Returns
   * null when `change` returns null. KMS is called once, to decrypt, before `change` is called. So the right to open a
   * box is enough to replace it, and `change` may do something that cannot be repeated. The value is wiped afterwards.
   * With `bound` it opens as `open` does, and the new box is bound: a box of version 1 becomes version 2. Throws the
   * errors of `open` and of `change`.
   */
  reseal(
    box: SealedBox,
    context: VaultContext,
    change: (plain: Uint8Array) => Promise<Uint8Array | null>,
    bound?: Bound,
  ): Promise<SealedBox | null>;
}

/** A box that cannot be decrypted, or a row that is not valid. The message contains no secret. */
export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}
