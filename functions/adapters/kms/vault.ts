/**
 * Envelope encryption. The data key of a new box (version 3) is derived from a key that boxes of the same purpose and
 * month share, so most boxes are sealed and opened without a request to KMS. The context of a box is part of the
 * derivation and of the additional data of AES-256-GCM, so a box moved to another credential or account does not open.
 * Other bound values are additional data only. Boxes of version 1 and 2 have a data key of their own, which KMS wrapped
 * under the whole context. Plain data keys live for one call; no plain value is put into an error.
 */
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Bound, OwnKeyBox, SealedBox, SharedKeyBox, Vault, VaultContext } from '../../ports/vault.ts';
import { additionalData, base64, bytes, decrypted, derivedKey, encrypted, newSalt } from './box-cipher.ts';
import { type KeyRows, NO_ROWS, type SharedKey, sharedKeys } from './shared-keys.ts';
import { unwrapKey } from './wrapped-keys.ts';

/** `keyId`: the ARN of the KMS key. `rows`: where processes share their keys; without them each makes its own. */
export function kmsVault(kms: KMSClient, keyId: string, rows: KeyRows = NO_ROWS, now: () => number = Date.now): Vault {
  const keys = sharedKeys(kms, keyId, rows, now);

  /** Runs `use` with the box's data key, which is wiped when it ends. */
  async function withKey<Result>(
    box: SealedBox,
    context: VaultContext,
    use: (key: Uint8Array) => Promise<Result>,
  ): Promise<Result> {
    const key =
      box.v === 3
        ? derivedKey((await keys.unwrapped(context.purpose, box)).key, bytes(box.salt), context)
        : await unwrapKey(kms, box, context);
    try {
      return await use(key);
    } finally {
      key.fill(0);
    }
  }

  const opened = (box: SealedBox, key: Uint8Array, context: VaultContext, bound: Bound | undefined): Buffer =>
    decrypted(box, key, additionalData(box.v, context, bound));

  const newerKey = (box: SealedBox, { purpose }: VaultContext): Promise<SharedKey | null> =>
    keys.forOldBoxes(purpose, box.v === 3 ? box.month : null);

  /** Seals other values in place of the box's. Asks KMS and the rows now, and nothing later. */
  async function sealerFor(
    box: SealedBox,
    key: Uint8Array,
    context: VaultContext,
    bound: Bound | undefined,
  ): Promise<(plain: Uint8Array) => SealedBox> {
    const newer = await newerKey(box, context);
    if (newer !== null) return (plain) => sealedUnder(newer, plain, context, bound);
    if (box.v !== 3) return (plain) => sealedAgain(box, key, plain, context, bound);
    const own = await keys.unwrapped(context.purpose, box);
    return (plain) => sealedUnder(own, plain, context, bound);
  }

  return {
    async seal(plain, context, bound) {
      return sealedUnder(await keys.forNewBoxes(context.purpose), plain, context, bound);
    },

    open: (box, context, bound) => withKey(box, context, async (key) => opened(box, key, context, bound)),

    openAndRenew: (box, context, bound) =>
      withKey(box, context, async (key) => {
        const newer = await newerKey(box, context);
        const plain = opened(box, key, context, bound);
        if (newer !== null) return { plain, renewed: sealedUnder(newer, plain, context, bound) };
        const isUnbound = box.v === 1 && bound !== undefined;
        return { plain, renewed: isUnbound ? sealedAgain(box, key, plain, context, bound) : null };
      }),

    reseal: (box, context, change, bound) =>
      withKey(box, context, async (key) => {
        const seal = await sealerFor(box, key, context, bound);
        const plain = opened(box, key, context, bound);
        const next = await change(plain).finally(() => plain.fill(0));
        return next === null ? null : seal(next);
      }),
  };
}

function sealedUnder(
  { wrapped, key: shared }: SharedKey,
  plain: Uint8Array,
  context: VaultContext,
  bound: Bound | undefined,
): SharedKeyBox {
  const salt = newSalt();
  const key = derivedKey(shared, salt, context);
  try {
    return { v: 3, ...wrapped, salt: base64(salt), ...encrypted(plain, key, additionalData(3, context, bound)) };
  } finally {
    key.fill(0);
  }
}

/** A box of version 1 or 2 again, under its own data key: while no shared key may be used for it. */
function sealedAgain(
  { v: version, kid, edk }: OwnKeyBox,
  key: Uint8Array,
  plain: Uint8Array,
  context: VaultContext,
  bound: Bound | undefined,
): OwnKeyBox {
  const v = bound === undefined ? version : 2;
  return { v, kid, edk, ...encrypted(plain, key, additionalData(v, context, bound)) };
}
