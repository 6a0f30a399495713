/**
 * How much of what all accounts share one account may hold at once: workers, bulk runners, requests that wait. A place
 * is a slot of the account, a lease that is renewed while it is held. Work that is over within two seconds takes none
 * and costs one read and no write; longer work takes its place then, and is stopped when none is left. Once an
 * account holds half of its share, each further piece of work takes its place before it begins. Requests that wait
 * always do.
 */
import { LEASE_MS, LEASE_RENEWAL_MS } from '../domain/job/due.ts';
import type { HostRecords } from '../domain/sharing/silent-hosts.ts';
import type { Ids } from '../ports/ids.ts';
import type { Slot, Slots } from '../ports/slots.ts';

/** Work that is over by then takes no place. */
export const UNCOUNTED_MS = 2_000;

export type ShareKind = 'workers' | 'bulks' | 'waits';
/** `most`: places of one account. */
export type Share = { readonly kind: ShareKind; readonly most: number };

export type SharePorts = {
  readonly slots: Pick<Slots, 'take' | 'look' | 'renew' | 'release'>;
  readonly ids: Pick<Ids, 'token'>;
  /** Wall time, ms. */
  now(): number;
};

export type Place = {
  /** Aborted when the account turns out to hold its whole share: the work is to stop and to come again later. */
  readonly over: AbortSignal;
  /** Mail servers that have timed out for the account: read with its places. */
  readonly hosts: HostRecords;
  release(): Promise<void>;
};

/** What the slots of an account's places of that kind are kept under. */
export const shareKey = (kind: ShareKind, accountId: string): string => `${kind}#${accountId}`;

/** A place for a piece of the account's work; null when the account holds its whole share. Throws what the store throws. */
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
    // A place that could not be renewed is lost to the count; the work goes on.
    if (slot !== null) slots.renew(slot, now(), now() + LEASE_MS).catch(() => undefined);
  }, LEASE_RENEWAL_MS);

  async function takeLate(): Promise<void> {
    try {
      slot = await take();
      if (slot === null) over.abort(new Error('the account holds its whole share'));
    } catch {
      // The store did not answer: the work goes on uncounted.
    }
  }

  return {
    over: over.signal,
    hosts,
    async release() {
      clearTimeout(late);
      clearInterval(renewals);
      await taking;
      // A place that cannot be given back ends with its lease.
      if (slot !== null) await slots.release(slot).catch(() => undefined);
    },
  };
}

const FIRST_WAIT_MS = 2_000;

/**
 * How long work waits for a place that it did not get `deferred` times before, ms: twice as long each time, up to
 * `mostMs`, spread over the upper half. `random` in [0, 1).
 */
export function waitForPlace(deferred: number, random: number, mostMs: number): number {
  const ceiling = Math.min(mostMs, FIRST_WAIT_MS * 2 ** Math.min(deferred, 10));
  return Math.round(ceiling * (0.5 + random / 2));
}
