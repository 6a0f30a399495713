import type { IndexChoice } from '../domain/search/plan.ts';
import type { ViewRow } from '../domain/views/row.ts';
import type { IndexPosition, Views } from '../ports/views.ts';

/** Index entries read at once, and at most per request: a read's cost does not grow with the account. */
const PAGE = 100;
export const MOST_EXAMINED = 1_000;

export type PageRequest = { readonly limit: number; readonly offset: number; readonly after: IndexPosition | null };
export type Page<Item> = {
  readonly items: readonly Item[];
  readonly next: IndexPosition | null;
  readonly examined: number;
};

/**
 * One page of what `accept` makes of the rows of an index partition, newest first. Bounded work: it may return fewer
 * than `limit` with a `next` that goes on; only `next: null` is the end. An offset extends the bound by itself.
 */
export async function pageOfViews<Item>(
  views: Views,
  choice: IndexChoice,
  request: PageRequest,
  accept: (row: ViewRow) => Item | null,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let { after } = request;
  let skip = request.offset;
  let examined = 0;
  for (;;) {
    const page = await views.page({ ...choice, newestFirst: true, limit: PAGE, after });
    const rows = await views.get(page.ids, { consistent: false });
    for (const [at, id] of page.ids.entries()) {
      const row = rows.get(id);
      const item = row === undefined ? null : accept(row);
      examined += 1;
      after = page.positions[at] ?? after;
      if (item === null) continue;
      if (skip > 0) skip -= 1;
      else items.push(item);
      if (items.length >= request.limit) {
        const last = at === page.ids.length - 1 && page.next === null;
        return { items, next: last ? null : after, examined };
      }
    }
    if (page.next === null) return { items, next: null, examined };
    if (examined >= MOST_EXAMINED + request.offset) return { items, next: after, examined };
  }
}
