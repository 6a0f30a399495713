/** A walk through one partition of the open index that takes several sweeps. */
export type Lap = {
  /** When this lap began, ms. */
  readonly began: number;
  /** When the lap before it began, ms: since then each entry has been looked at. */
  readonly before: number;
  /** Sort key of the last entry that was looked at; null: the lap is at its end, the next one comes. */
  readonly position: string | null;
};
/** By partition. */
export type Laps = ReadonlyMap<string, Lap>;

/** Where the sweeper left off. If this is lost, it begins again from the start. */
export interface SweepLaps {
  read(): Promise<Laps>;
  /** In the place of all that were there. `now`: ms. */
  keep(laps: Laps, now: number): Promise<void>;
}
