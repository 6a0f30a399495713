import type { Progress } from '../domain/attempt/outcome.ts';

export type Lease = { readonly expiresAt: number; readonly progress: (Progress & { readonly at: string }) | null };

/**
 * Who may go on with an attempt. A lease lives outside the log, one per attempt part; the first 40 s are implied by
 * `AttemptStarted`. Times in ms since the epoch.
 */
export interface Leases {
  /** False once it has expired or the sweeper took it: then the attempt is no longer the worker's. */
  renew(leaseId: string, now: number, expiresAt: number, progress: Progress | null): Promise<boolean>;
  /** Takes an expired lease away from its worker, for good. False while it is alive. Taking twice is true twice. */
  take(leaseId: string, now: number): Promise<boolean>;
  read(leaseId: string): Promise<Lease | null>;
}
