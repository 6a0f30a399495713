import type { RowChange } from '../domain/views/count-changes.ts';

export interface Counters {
  /**
   * Adds to a counter row those changes of one stream shard that it has not counted yet, and returns how many these
   * were. `changes` are at least one, in the order of the shard. Any number of callers may repeat a change at the same
   * time. Throws when the table does not answer; then all of them are counted, or none.
   */
  add(row: string, streamShard: string, changes: readonly RowChange[]): Promise<number>;
}

/** Puts a count right. `from`: the value that it has, null if it has none. */
export type Replacement = {
  readonly row: string;
  readonly name: string;
  readonly from: number | null;
  readonly to: number;
};

export interface CountRepair {
  /** Also raises the revision of the account. False: the count has another value than `from` now, and nothing was written. */
  replace(replacement: Replacement): Promise<boolean>;
}
