import type { CounterDelta } from '../domain/views/counters.ts';
import type { ViewRow } from '../domain/views/row.ts';

/** A row to be written in place of the one at `replaces` (null: no row is there). */
export type ViewChange = { readonly row: ViewRow; readonly replaces: number | null };

export type IndexName = 'account' | 'task' | 'credential' | 'open';

/** Where a page ended: the index entry's own keys. Goes into a sealed cursor, never out as it is. */
export type IndexPosition = Readonly<Record<string, string>>;

export type IndexQuery = {
  readonly index: IndexName;
  readonly key: string;
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly after: IndexPosition | null;
  /** Only entries whose sort key is below this. */
  readonly before?: string;
};

export interface Views {
  /** Rows by id; those that are not there are missing from the map. */
  get(ids: readonly string[], options: { readonly consistent: boolean }): Promise<ReadonlyMap<string, ViewRow>>;
  /**
   * All rows and counters in one transaction (at most 30 rows), each row only if it still is at `replaces`.
   * `conflict`: some row was not, or another transaction was in the way; nothing was written.
   */
  write(changes: readonly ViewChange[], counters: CounterDelta): Promise<'written' | 'conflict'>;
  /** One page of ids in index order (eventually consistent). `next` is null at the end. */
  page(query: IndexQuery): Promise<{
    readonly ids: readonly string[];
    readonly positions: readonly IndexPosition[];
    readonly next: IndexPosition | null;
  }>;
  /** Counter rows by id, each as name → count. */
  counters(rows: readonly string[]): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>>;
}
