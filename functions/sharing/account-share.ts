/**
 * Limits how much one account may hold of the shared resources: workers, bulk runners, waiting requests. A place is a
 * slot of the account, a lease that is renewed while it is held. Work that ends within two seconds takes no place; it
 * costs one read and no write. Longer work takes its place after that time, and is stopped when none is free. When an
 * account holds half of its share, further work takes its place before it begins. Waiting requests always do.
 */
import { LEASE_MS, LEASE_RENEWAL_MS } from '../domain/job/due.ts';
import type { HostRecords } from '../domain/sharing/silent-hosts.ts';
import type { Ids } from '../ports/ids.ts';
import type { Slot, Slots } from '../ports/slots.ts';

/** Work that ends within this time takes no place, ms. */
export const UNCOUNTED_MS = 2_000;

export type ShareKind = 'workers' | 'bulks' | 'waits';
/** `most`: maximum number of places of one account. */
export type Share = { readonly kind: ShareKind; readonly most: number };

export type SharePorts = {
  readonly slots: Pick<Slots, 'take' | 'look' | 'renew' | 'release'>;
  readonly ids: Pick<Ids, 'token'>;
  /** Wall time, ms. */
  now(): number;
};

export type Place = {
  /** Aborted when the account already holds its whole share: the work must stop and be repeated later. */
  readonly over: AbortSignal;
  /** Mail servers that timed out for the account; read together with its places. */
  readonly hosts: HostRecords;
  release(): Promise<void>;
};

/** The slot holder of an account's places of that kind. */
export const shareKey = (kind: ShareKind, accountId: string): string => `${kind}#${accountId}`;

/** A place for work of the account; null when the account holds its whole share. Throws the store's errors. */
export async function takePlace(
  accountId: string,
  { kind, most }: Share,
  { slots, ids, now }: SharePorts,
): Promise<Place | null> {
  const key = shareKey(kind, accountId);
  const over = new AbortController();
  const take = (): Promise<Slot | null> => slots.take(key, ids.token(), most, now(), now() + LEASE_MS);

  const { taken, hosts } = await slots.look(key, now());
  if (taken >= most) return null;
  const atOnce = kind === 'waits' || taken * 2 >= most;
  let slot = atOnce ? await take() : null;
  if (atOnce && slot === null) return null;

  let taking: Promise<void> = Promise.resolve();
  const late = atOnce
    ? undefined
    : setTimeout(() => {
        taking = takeLate();
      }, UNCOUNTED_MS);
  const renewals = setInterval(() => {
    // If the renewal fails, the place is lost to the count, and the work continues.
    if (slot !== null) slots.renew(slot, now(), now() + LEASE_MS).catch(() => undefined);
  }, LEASE_RENEWAL_MS);

  async function takeLate(): Promise<void> {
    try {
      slot = await take();
      if (slot === null) over.abort(new Error('the account holds its whole share'));
    } catch {
      // The store did not answer: the work continues uncounted.
    }
  }

  return {
    over: over.signal,
    hosts,
    async release() {
      clearTimeout(late);
      clearInterval(renewals);
      await taking;
      // A place that cannot be released expires with its lease.
      if (slot !== null) await slots.release(slot).catch(() => undefined);
    },
  };
}

const FIRST_WAIT_MS = 2_000;

/**
 * How long work waits for a place, in ms, after it was deferred `deferred` times: twice as long each time, up to
 * `maxMs`, random in the upper half. `random` in [0, 1).
 */
export function waitForPlace(deferred: number, random: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, FIRST_WAIT_MS * 2 ** Math.min(deferred, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
