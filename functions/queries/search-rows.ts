import { absolutePeriod, type Period } from '../domain/search/values.ts';
import type { ViewRow } from '../domain/views/row.ts';
import type { Views } from '../ports/views.ts';
import { coverageOf, periodSince } from './coverage.ts';
import { indexChunks } from './index-chunks.ts';

const CHUNK = 100;
const MAX_EXAMINED = 1_000;

/** Where a page ended, and when (ms) the first page was requested: relative times refer to that time on every page. */
export type RowPosition = { readonly after: string; readonly began: number };

/** A bounded search over the rows of one kind in an account. */
export type RowSearch = {
  /** Partition of the account index. */
  readonly key: string;
  readonly createdAt: Period | undefined;
  readonly newestFirst: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly position: RowPosition | null;
  readonly now: number;
};

/**
 * One page of the items that `choose` makes from an account's rows, in order of creation. A bounded number of rows is
 * examined, so a page may be smaller than requested and still have a next one; `coverage` says what was examined.
 * `choose` gets rows in chunks and returns the accepted items by id.
 */
export async function searchRows<Item>(
  views: Views,
  { key, createdAt, newestFirst, limit, offset, position, now }: RowSearch,
  choose: (rows: readonly ViewRow[]) => Promise<ReadonlyMap<string, Item>>,
) {
  const began = position?.began ?? now;
  const asked = createdAt === undefined ? {} : absolutePeriod(createdAt, began);
  const bounds = { above: asked.gte ?? null, below: asked.lt ?? null };
  if (position !== null) bounds[newestFirst ? 'below' : 'above'] = position.after;
  const chunks = indexChunks(views, [{ index: 'account', key }], { newestFirst, ...bounds }, limit + offset + 1);
  const items: Item[] = [];
  let skip = offset;
  let examined = 0;
  let after = position?.after ?? null;
  let complete = false;
  const most = MAX_EXAMINED + offset;
  while (!complete && items.length < limit && examined < most) {
    const { chunk, last } = await chunks(Math.min(CHUNK, most - examined));
    const rows = await views.get(
      chunk.map(({ id }) => id),
      { consistent: false },
    );
    const chosen = await choose(chunk.flatMap(({ id }) => rows.get(id) ?? []));
    complete = last;
    for (const [at, { id, sort }] of chunk.entries()) {
      examined += 1;
      after = sort;
      const item = chosen.get(id);
      if (item === undefined) continue;
      if (skip > 0) skip -= 1;
      else items.push(item);
      if (items.length < limit) continue;
      complete = last && at === chunk.length - 1;
      break;
    }
  }
  const reached = after === null ? null : after.slice(0, after.indexOf('#'));
  const period = position === null ? asked : periodSince(asked, began, newestFirst);
  const next: RowPosition | null = complete || after === null ? null : { after, began };
  return { items, next, coverage: coverageOf({ examined, reached, complete }, period, newestFirst) };
}
