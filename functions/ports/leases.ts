import type { Progress } from '../domain/attempt/outcome.ts';

/** A lease that is in force: its end in ms since the epoch, and the stored progress of its attempt. */
export type Lease = { readonly expiresAt: number; readonly progress: (Progress & { readonly at: string }) | null };

/**
 * Decides whether a worker may continue an attempt. A lease is stored outside the log, one per run of an attempt; the
 * first 40 s are implied by `AttemptStarted`. Times in ms since the epoch.
 */
export interface Leases {
  /** False if it has expired or the sweeper took it: then the attempt no longer belongs to the worker. */
  renew(leaseId: string, now: number, expiresAt: number, progress: Progress | null): Promise<boolean>;
  /**
   * Takes an expired lease away from its worker, for good. False while it is valid. Taking it again returns true
   * again.
   */
  take(leaseId: string, now: number): Promise<boolean>;
  read(leaseId: string): Promise<Lease | null>;
}
