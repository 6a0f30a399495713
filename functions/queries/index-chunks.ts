import type { IndexEntry, IndexName, Views } from '../ports/views.ts';

/** The range and the direction of a walk over an index. */
export type IndexRange = {
  readonly newestFirst: boolean;
  /** Bounds on the sort key, both exclusive; null: none. */
  readonly above: string | null;
  readonly below: string | null;
};

type Partition = { readonly index: IndexName; readonly key: string };

/**
 * Number of entries read at a time after the first read, shared by all partitions. A partition that is read repeatedly
 * doubles its share up to this number, so the number of reads depends on its own size.
 */
const FURTHER = 101;
/** A smaller page costs the same: a query is billed per 4 KB. */
const MIN_PAGE = 10;

/**
 * Merges the entries of several index partitions in order, without duplicates, in chunks of at most the requested
 * size. `last` is known without a further read, so a full last page is not followed by an empty one. About `first`
 * entries are read first, shared by the partitions; further entries are read only when needed.
 */
export function indexChunks(
  views: Views,
  partitions: readonly Partition[],
  range: IndexRange,
  first: number,
): (most: number) => Promise<{ readonly chunk: readonly IndexEntry[]; readonly last: boolean }> {
  const entries = indexEntries(views, partitions, range, first);
  let ahead: readonly IndexEntry[] = [];
  return async (most) => {
    const taken = [...ahead];
    while (taken.length <= most) {
      const next = await entries.next();
      if (next.done === true) break;
      taken.push(next.value);
    }
    ahead = taken.slice(most);
    return { chunk: taken.slice(0, most), last: ahead.length === 0 };
  };
}

async function* indexEntries(
  views: Views,
  partitions: readonly Partition[],
  range: IndexRange,
  first: number,
): AsyncGenerator<IndexEntry> {
  const share = (most: number): number => Math.max(MIN_PAGE, Math.ceil(most / partitions.length));
  const limits = { first: share(first), further: share(FURTHER) };
  const sources = await Promise.all(partitions.map((partition) => openSource(views, partition, range, limits)));
  const precedes = range.newestFirst
    ? (one: string, other: string) => one > other
    : (one: string, other: string) => one < other;
  let last: string | null = null;
  for (;;) {
    let next: Source | null = null;
    for (const source of sources) {
      const sort = source.head()?.sort;
      if (sort !== undefined && (next === null || precedes(sort, next.head()?.sort ?? sort))) next = source;
    }
    const entry = next?.head();
    if (next === null || entry === undefined) return;
    // While a job moves between partitions it may appear in both.
    if (entry.sort !== last) yield entry;
    last = entry.sort;
    await next.advance();
  }
}

type Source = { head(): IndexEntry | undefined; advance(): Promise<void> };

async function openSource(
  views: Views,
  partition: Partition,
  range: IndexRange,
  limits: { first: number; further: number },
): Promise<Source> {
  let { above, below } = range;
  let { further } = limits;
  let page = await views.page({ ...partition, ...range, limit: limits.first });
  let at = 0;
  async function refill(): Promise<void> {
    while (at >= page.entries.length && page.more) {
      const last = page.entries.at(-1)?.sort;
      if (last === undefined) return;
      if (range.newestFirst) below = last;
      else above = last;
      page = await views.page({ ...partition, newestFirst: range.newestFirst, above, below, limit: further });
      further = Math.min(FURTHER, further * 2);
      at = 0;
    }
  }
  return {
    head: () => page.entries[at],
    async advance() {
      at += 1;
      await refill();
    },
  };
}
