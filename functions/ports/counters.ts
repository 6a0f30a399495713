import type { RowChange } from '../domain/views/count-changes.ts';

export interface Counters {
  /**
   * Adds the changes of one stream shard to a counter row, except those that the row has counted already. Returns how
   * many were added. `changes`: at least one, in the order of the shard. Any number of callers may repeat a change at
   * the same time. Throws when the table does not answer; then all of them are counted, or none.
   */
  add(row: string, streamShard: string, changes: readonly RowChange[]): Promise<number>;
}

/** Corrects a count. `from`: its present value, null if there is none. */
export type Replacement = {
  readonly row: string;
  readonly name: string;
  readonly from: number | null;
  readonly to: number;
};

export interface CountRepair {
  /** False: the count has another value than `from` now, and nothing was written. */
  replace(replacement: Replacement): Promise<boolean>;
}
