import * as z from 'zod';

const encrypted = {
  /** The KMS key that wrapped the key in `edk`. */
  kid: z.string(),
  /** Version 1 and 2: the box's data key, wrapped. Version 3: the key that its data key is derived from, wrapped. */
  edk: z.string(),
  iv: z.string(),
  ct: z.string(),
  tag: z.string(),
};
/** 1: only its context is bound into it. 2: the `bound` values are bound too. */
const ownKeySchema = z.strictObject({ v: z.literal([1, 2]), ...encrypted });
/** 3: its data key is derived from a key that many boxes share. `month`: when that key was made, `yyyy-mm`. */
const sharedKeySchema = z.strictObject({
  v: z.literal(3),
  month: z.string().regex(/^\d{4}-\d{2}$/),
  salt: z.string(),
  ...encrypted,
});

/** A sealed secret as it is stored: everything except the KMS key that wraps its key. Base64. */
export const sealedBoxSchema = z.discriminatedUnion('v', [ownKeySchema, sharedKeySchema]);

/** An encrypted secret, as stored. */
export type SealedBox = z.infer<typeof sealedBoxSchema>;
/** A box with a data key of its own. */
export type OwnKeyBox = z.infer<typeof ownKeySchema>;
/** A box whose data key is derived from a shared key. */
export type SharedKeyBox = z.infer<typeof sharedKeySchema>;

/** What a box is for. It opens only with the same context. KMS checks the purpose, and writes it to its log. */
export type VaultContext = { readonly purpose: string; readonly [name: string]: string };

/** Values that must be the same as when the box was sealed. They are not sent to KMS. */
export type Bound = Readonly<Record<string, string>>;

/**
 * Encrypts and decrypts secrets. Each method throws KeyUnavailable when KMS refuses to wrap or unwrap a key, or does
 * not answer.
 */
export interface Vault {
  /** With `bound`, the box opens only with the same values. */
  seal(plain: Uint8Array, context: VaultContext, bound?: Bound): Promise<SealedBox>;
  /**
   * Throws VaultError when the box was altered, or the context or the bound values differ. A box of version 1 has no
   * bound values: it opens with any.
   */
  open(box: SealedBox, context: VaultContext, bound?: Bound): Promise<Uint8Array>;
  /**
   * Opens a box as `open` does. `renewed`: the same value as a box of a newer version or under a newer shared key, bound
   * to `bound`; null when there is nothing newer that can be made with the right to decrypt. The caller stores it.
   */
  openAndRenew(
    box: SealedBox,
    context: VaultContext,
    bound?: Bound,
  ): Promise<{ readonly plain: Uint8Array; readonly renewed: SealedBox | null }>;
  /**
   * Opens a box, passes its value to `change`, and seals the result. Returns null when `change` returns null. Everything
   * that is asked of KMS and of the table of keys is asked before `change` is called, and only the right to decrypt is
   * needed. So the right to open a box is enough to replace it, and `change` may do something that cannot be repeated.
   * The value is wiped afterwards. With `bound` it opens as `open` does, and the new box is bound: a box of version 1
   * becomes version 2 or 3. Throws the errors of `open` and of `change`.
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

/**
 * KMS refused a request about a key, or gave no answer: a limit is reached, the key is disabled, a permission is
 * missing. The same request may succeed later. `reason`: the name of KMS's error.
 */
export class KeyUnavailable extends Error {
  readonly reason: string;

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.name : typeof cause;
    super(`KMS: ${reason}`, { cause });
    this.name = 'KeyUnavailable';
    this.reason = reason;
  }
}
