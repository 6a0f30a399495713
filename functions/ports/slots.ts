export type Slot = { readonly credentialId: string; readonly owner: string; readonly number: number };

/** Connection slots: how many workers may be logged in with one credential. Each is a lease; times in ms since the epoch. */
export interface Slots {
  /** One of the first `most` slots of a credential, until then; null when all are taken. */
  take(credentialId: string, owner: string, most: number, now: number, until: number): Promise<Slot | null>;
  /** False when it has expired: somebody else may have it. */
  renew(slot: Slot, now: number, until: number): Promise<boolean>;
  release(slot: Slot): Promise<void>;
  /** When the first of a credential's slots ends, if nobody renews it; null while one is free. */
  fullUntil(credentialId: string, now: number): Promise<number | null>;
  /** How many are taken. May be behind by a moment: only `take` decides. */
  taken(credentialId: string, now: number): Promise<number>;
}
