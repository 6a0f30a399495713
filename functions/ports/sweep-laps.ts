/** A scan cycle: one pass through a partition of the open index, over several sweeps. */
export type Lap = {
  /** When this cycle began, ms. */
  readonly began: number;
  /** When the previous cycle began, ms: every entry has been checked since then. */
  readonly before: number;
  /** Sort key of the last entry that was checked; null: the cycle is complete. */
  readonly position: string | null;
};
/** By partition. */
export type Laps = ReadonlyMap<string, Lap>;

/** Where the sweeper continues. If it is lost, the sweeper starts again at the beginning. */
export interface SweepLaps {
  read(): Promise<Laps>;
  /** Replaces all stored cycles. `now`: ms. */
  keep(laps: Laps, now: number): Promise<void>;
}
