import type { ViewRow } from '../domain/views/row.ts';

/**
 * A row to be written in place of the one at version `replaces` (null: there is no row). `replacesFold`: the fold that
 * the old row must have, if the row is folded again at the same version.
 */
export type ViewChange = { readonly row: ViewRow; readonly replaces: number | null; readonly replacesFold?: number };

/** `open` sorts by due time, all others by creation: `<ISO time>#<id>`. */
export type IndexName = 'account' | 'task' | 'credential' | 'bulk' | 'status' | 'error' | 'open';

/** A page of one partition (`key`) of an index, at most `limit` entries. */
export type IndexQuery = {
  readonly index: IndexName;
  readonly key: string;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** Bounds on the sort key, both exclusive; null: none. */
  readonly above: string | null;
  readonly below: string | null;
};

/** The id of a row, and its sort key in the index. */
export type IndexEntry = { readonly id: string; readonly sort: string };

/** The rows and counters that the projector makes from the log. They are normally about a second behind it. */
export interface Views {
  /** Rows by id; missing rows are left out of the map. */
  get(ids: readonly string[], options: { readonly consistent: boolean }): Promise<ReadonlyMap<string, ViewRow>>;
  /** Writes a row only if the stored one is still at `replaces`. `conflict`: it is not, and nothing was written. */
  write(change: ViewChange): Promise<'written' | 'conflict'>;
  /** Moves a row within the open index, if it is still at this version and in that index; otherwise does nothing. */
  reschedule(id: string, version: number, sort: string): Promise<void>;
  /**
   * Entries of one index partition in its order, eventually consistent. If there are fewer than `limit` and `more` is
   * true, continue reading.
   */
  page(query: IndexQuery): Promise<{ readonly entries: readonly IndexEntry[]; readonly more: boolean }>;
  /** Counter rows by id, each as name → count. They follow the rows within seconds. */
  counters(
    rows: readonly string[],
    options: { readonly consistent: boolean },
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>;
  /** The present counter rows by id with all attributes, including their marks. */
  counterRows(rows: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>>;
}
