/**
 * Keys that many boxes share: one for each purpose and month, wrapped by KMS with the purpose and the month as
 * encryption context. The newest one of each purpose is in a row; each box also has a copy of its own wrapped key, so
 * a lost or damaged row loses nothing. Plain keys stay in memory for a while, as key objects: their bytes are never in
 * a log, an error or a heap snapshot.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { VaultError } from '../../ports/vault.ts';
import { makeKey, unwrapKey, type WrappedKey } from './wrapped-keys.ts';

/** How long and how many plain keys a process uses. Mostly one or two are in use: boxes move to the newest one. */
const KEEP_MS = 300_000;
const MAX_KEPT = 64;
/** Before this age, a key is not used for boxes of another key: a release that is rolled back cannot read them. */
const SETTLED_MS = 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** `month`: when the key was made, `yyyy-mm`. */
export type MonthKey = WrappedKey & { readonly month: string };
/** The newest key of a purpose. `madeAt` in ms since the epoch. */
export type KeyRow = MonthKey & { readonly madeAt: number };

/** Where the newest key of each purpose is stored. */
export interface KeyRows {
  /** `key`: null when there is none, or the row is damaged. `edk`: what `replace` expects. */
  read(purpose: string): Promise<{ readonly key: KeyRow | null; readonly edk: unknown }>;
  /** False when the row no longer has this `edk`: another process has replaced the key. */
  replace(purpose: string, key: KeyRow, edk: unknown): Promise<boolean>;
}

/** A plain key with its wrapped form. */
export type SharedKey = { readonly wrapped: MonthKey; readonly key: KeyObject };

export type SharedKeys = {
  /** The plain key. Throws VaultError when it was altered, or wrapped for another purpose or month. */
  unwrapped(purpose: string, wrapped: MonthKey): Promise<SharedKey>;
  /** The key for new boxes. Makes one when there is none of this month. */
  forNewBoxes(purpose: string): Promise<SharedKey>;
  /**
   * The newest key, if it is a day old and opens. Null when it is not newer than `month`, that of a box's own key. Makes
   * no key, so the right to decrypt is enough.
   */
  forOldBoxes(purpose: string, month: string | null): Promise<SharedKey | null>;
};

const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);

/** The rows of a vault that shares its keys with no other process: it makes one for its own boxes. */
export const NO_ROWS: KeyRows = {
  read: async () => ({ key: null, edk: undefined }),
  replace: async () => true,
};

/** `keyId`: the ARN of the KMS key. */
export function sharedKeys(kms: KMSClient, keyId: string, rows: KeyRows, now: () => number): SharedKeys {
  const plain = remembered<SharedKey>(now);
  const newest = remembered<MonthKey>(now);
  const stored = remembered<KeyRow | null>(now);

  const nameOf = (purpose: string, { kid, edk, month }: MonthKey): string => JSON.stringify([purpose, kid, edk, month]);
  const unwrapped: SharedKeys['unwrapped'] = (purpose, { kid, edk, month }) => {
    const wrapped = { kid, edk, month };
    const load = async (): Promise<SharedKey> => sharedKey(wrapped, await unwrapKey(kms, wrapped, { purpose, month }));
    return plain.get(nameOf(purpose, wrapped), load);
  };

  /** Null for a row that is damaged or was altered, and for a key that another KMS key wrapped. */
  async function usable(purpose: string, row: KeyRow | null): Promise<SharedKey | null> {
    if (row?.kid !== keyId) return null;
    try {
      return await unwrapped(purpose, row);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      return null;
    }
  }

  /** The month of a clock that is up to a day ahead is accepted, so that two processes do not alternate. */
  const isCurrent = (month: string): boolean => [monthOf(now()), monthOf(now() + DAY_MS)].includes(month);
  const current = async (purpose: string, row: KeyRow | null): Promise<SharedKey | null> =>
    row !== null && isCurrent(row.month) ? usable(purpose, row) : null;

  async function findOrMake(purpose: string): Promise<MonthKey> {
    const seen = await rows.read(purpose);
    return ((await current(purpose, seen.key)) ?? (await make(purpose, seen.edk))).wrapped;
  }

  /** If another process stores a key first, that one is used. */
  async function make(purpose: string, edk: unknown): Promise<SharedKey> {
    const month = monthOf(now());
    const { plain: bytes, ...made } = await makeKey(kms, keyId, { purpose, month });
    const own = sharedKey({ ...made, month }, bytes);
    const isStored = await rows.replace(purpose, { ...own.wrapped, madeAt: now() }, edk);
    const other = isStored ? null : await current(purpose, (await rows.read(purpose)).key);
    // Boxes have copies of their wrapped keys, so our own key is as good when there is no usable row now.
    return other ?? plain.get(nameOf(purpose, own.wrapped), async () => own);
  }

  return {
    unwrapped,
    async forNewBoxes(purpose) {
      const wrapped = await newest.get(JSON.stringify([purpose, monthOf(now())]), () => findOrMake(purpose));
      return unwrapped(purpose, wrapped);
    },
    async forOldBoxes(purpose, month) {
      const row = await stored.get(purpose, async () => (await rows.read(purpose)).key);
      const isNewer = row !== null && (month === null || month < row.month);
      return isNewer && now() - row.madeAt >= SETTLED_MS ? usable(purpose, row) : null;
    },
  };
}

function sharedKey(wrapped: MonthKey, plain: Uint8Array): SharedKey {
  const key = createSecretKey(plain);
  plain.fill(0);
  return { wrapped, key };
}

/** Values by name, each used for KEEP_MS from when it was asked for. Simultaneous callers wait for the same value. */
function remembered<Value>(now: () => number) {
  const kept = new Map<string, { readonly value: Promise<Value>; readonly until: number }>();
  return {
    get(name: string, load: () => Promise<Value>): Promise<Value> {
      for (const [old, { until }] of kept) if (until <= now()) kept.delete(old);
      const found = kept.get(name);
      if (found !== undefined) return found.value;
      const [oldest] = kept.keys();
      if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
      const entry = { value: load(), until: now() + KEEP_MS };
      kept.set(name, entry);
      entry.value.catch(() => {
        if (kept.get(name) === entry) kept.delete(name);
      });
      return entry.value;
    },
  };
}
