import type { HostRecords } from '../domain/sharing/silent-hosts.ts';

export type Slot = { readonly credentialId: string; readonly owner: string; readonly number: number };

export type NotedHosts = { readonly version: number; readonly hosts: HostRecords };

/** Connection slots: how many workers may be logged in with one credential. Each is a lease; times in ms since the epoch. */
export interface Slots {
  /** One of the first `most` slots of a credential, until then; null when all are taken. */
  take(credentialId: string, owner: string, most: number, now: number, until: number): Promise<Slot | null>;
  /** False when it has expired: somebody else may have it. */
  renew(slot: Slot, now: number, until: number): Promise<boolean>;
  release(slot: Slot): Promise<void>;
  /** When the first of a credential's slots ends, if nobody renews it; null while one is free. */
  fullUntil(credentialId: string, now: number): Promise<number | null>;
  /**
   * How many are taken, and the mail servers noted beside them. May be behind by a moment: only `take` and `keepHosts`
   * decide.
   */
  look(credentialId: string, now: number): Promise<{ readonly taken: number; readonly hosts: HostRecords }>;
  /** The mail servers noted beside the slots, and their version, as they are now. */
  hosts(credentialId: string): Promise<NotedHosts>;
  /** Notes these instead; false when they are of another version by now. Kept for a day at least. */
  keepHosts(credentialId: string, version: number, hosts: HostRecords, now: number): Promise<boolean>;
}
