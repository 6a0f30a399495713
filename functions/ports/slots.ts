import type { HostRecords } from '../domain/sharing/silent-hosts.ts';

/** One of the limited places of a holder (a credential or an account), taken by an owner. */
export type Slot = { readonly holder: string; readonly owner: string; readonly number: number };

/** When a credential was last used and last synced, ISO; a time that is not known is missing. */
export type LastUse = { readonly lastUsedAt?: string; readonly lastSyncedAt?: string };

/** The mail servers that timed out, with the version that a write must replace. */
export type NotedHosts = { readonly version: number; readonly hosts: HostRecords };

/**
 * Slots limit how many may do something at the same time. Each slot is a lease; times in ms since the epoch. `holder`
 * is a credential, whose slots are its connections, or the key of an account's share (`shareKey`), whose slots are the
 * account's worker places.
 */
export interface Slots {
  /** One of the first `most` slots of the holder, until `until`; null when all are taken. */
  take(holder: string, owner: string, most: number, now: number, until: number): Promise<Slot | null>;
  /** False if it has expired: it may belong to another owner. */
  renew(slot: Slot, now: number, until: number): Promise<boolean>;
  /**
   * Frees the slot. `use`: what it was used for; it is stored in the same write, and kept for 400 days after the last
   * use. It may be lost: no decision depends on it.
   */
  release(slot: Slot, use?: LastUse): Promise<void>;
  /** The last uses of these holders; those without one are missing. May be slightly outdated. */
  lastUses(holders: readonly string[]): Promise<ReadonlyMap<string, LastUse>>;
  /** When the first of the holder's slots ends, unless it is renewed; null while one is free. */
  fullUntil(holder: string, now: number): Promise<number | null>;
  /**
   * How many slots are taken, and the mail servers recorded beside them. It may be slightly outdated: only `take` and
   * `keepHosts` decide.
   */
  look(holder: string, now: number): Promise<{ readonly taken: number; readonly hosts: HostRecords }>;
  /** The present mail servers recorded beside the slots, and their version. */
  hosts(holder: string): Promise<NotedHosts>;
  /** Replaces the recorded mail servers; false if their version has changed. Kept for at least a day. */
  keepHosts(holder: string, version: number, hosts: HostRecords, now: number): Promise<boolean>;
}
