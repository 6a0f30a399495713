import type { IndexEntry, IndexName, Views } from '../ports/views.ts';

/** A walk over one partition of an index. */
export type IndexWalk = {
  readonly index: IndexName;
  readonly key: string;
  readonly newestFirst: boolean;
  /** Entries read at a time. */
  readonly limit: number;
};

export type IndexPage = { readonly entries: readonly IndexEntry[]; readonly more: boolean };

/** All pages of the partition in its order, each read when it is asked for. */
export async function* indexPages(views: Pick<Views, 'page'>, walk: IndexWalk): AsyncGenerator<IndexPage> {
  let last: string | null = null;
  for (let more = true; more; ) {
    const range = walk.newestFirst ? { above: null, below: last } : { above: last, below: null };
    const page: IndexPage = await views.page({ ...walk, ...range });
    yield page;
    last = page.entries.at(-1)?.sort ?? last;
    more = page.more;
  }
}
