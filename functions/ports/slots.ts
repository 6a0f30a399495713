import type { HostRecords } from '../domain/sharing/silent-hosts.ts';

export type Slot = { readonly holder: string; readonly owner: string; readonly number: number };

export type NotedHosts = { readonly version: number; readonly hosts: HostRecords };

/**
 * Slots: how many may do something at once. Each is a lease; times in ms since the epoch. `holder` is a credential, whose
 * slots are its connections, or a key of an account's share (`shareKey`), whose slots are the account's places.
 */
export interface Slots {
  /** One of the first `most` slots of the holder, until then; null when all are taken. */
  take(holder: string, owner: string, most: number, now: number, until: number): Promise<Slot | null>;
  /** False when it has expired: somebody else may have it. */
  renew(slot: Slot, now: number, until: number): Promise<boolean>;
  release(slot: Slot): Promise<void>;
  /** When the first of the holder's slots ends, if nobody renews it; null while one is free. */
  fullUntil(holder: string, now: number): Promise<number | null>;
  /**
   * How many are taken, and the mail servers noted beside them. May be behind by a moment: only `take` and `keepHosts`
   * decide.
   */
  look(holder: string, now: number): Promise<{ readonly taken: number; readonly hosts: HostRecords }>;
  /** The mail servers noted beside the slots, and their version, as they are now. */
  hosts(holder: string): Promise<NotedHosts>;
  /** Notes these instead; false when they are of another version by now. Kept for a day at least. */
  keepHosts(holder: string, version: number, hosts: HostRecords, now: number): Promise<boolean>;
}
