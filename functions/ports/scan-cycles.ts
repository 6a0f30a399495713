/** A scan cycle: one pass through a partition of the open index, over several sweeps. */
export type ScanCycle = {
  /** When this cycle began, ms. */
  readonly began: number;
  /** When the previous cycle began, ms: every entry has been checked since then. */
  readonly before: number;
  /** Sort key of the last entry that was checked; null: the cycle is complete. */
  readonly position: string | null;
};
/** By partition. */
export type ScanCycles = ReadonlyMap<string, ScanCycle>;

/** Where the sweeper continues. If it is lost, the sweeper starts again at the beginning. */
export interface ScanCycleStore {
  read(): Promise<ScanCycles>;
  /** Replaces all stored cycles. `now`: ms. */
  keep(cycles: ScanCycles, now: number): Promise<void>;
}
