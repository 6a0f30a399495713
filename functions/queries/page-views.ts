import type { ViewRow } from '../domain/views/row.ts';
import type { Views } from '../ports/views.ts';
import { indexChunks } from './index-chunks.ts';

/** Index entries read at once, and the maximum per request: the cost of a read does not grow with the account. */
const CHUNK = 100;
const MAX_EXAMINED = 1_000;

export type PageRequest = {
  readonly limit: number;
  readonly offset: number;
  /** Sort key of the last entry of the previous page. */
  readonly after: string | null;
  /** Newest first: entries from this time (ISO) on; absent: all. */
  readonly since?: string;
};
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/**
 * One page of the items that `accept` makes from the rows of an index partition, newest first by default. The work is
 * bounded: a page may have fewer than `limit` items and still a `next`; only `next: null` is the end. An offset raises
 * the bound.
 */
export async function pageOfViews<Item>(
  views: Views,
  partition: { readonly index: 'account' | 'credential' | 'task'; readonly key: string },
  { limit, offset, after, since }: PageRequest,
  accept: (row: ViewRow) => Item | null,
  newestFirst = true,
): Promise<Page<Item>> {
  const range = { newestFirst, above: newestFirst ? (since ?? null) : after, below: newestFirst ? after : null };
  const size = Math.min(CHUNK, limit + offset);
  const chunks = indexChunks(views, [partition], range, size + 1);
  const items: Item[] = [];
  let skip = offset;
  let reached = after;
  const most = MAX_EXAMINED + offset;
  for (let examined = 0; examined < most; ) {
    const { chunk, last } = await chunks(Math.min(examined === 0 ? size : CHUNK, most - examined));
    const rows = await views.get(
      chunk.map(({ id }) => id),
      { consistent: false },
    );
    for (const { id, sort } of chunk) {
      const row = rows.get(id);
      const item = row === undefined ? null : accept(row);
      examined += 1;
      reached = sort;
      if (item === null) continue;
      if (skip > 0) skip -= 1;
      else items.push(item);
      if (items.length >= limit) return { items, next: last && sort === chunk.at(-1)?.sort ? null : reached };
    }
    if (last) return { items, next: null };
  }
  return { items, next: reached };
}
