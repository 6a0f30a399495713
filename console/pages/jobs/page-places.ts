/**
 * Where the pages of a list begin. Only some pages are held at once, so that a list of any length needs little memory.
 * Any other page is read again from its place.
 */
import type { Schemas } from '../../../client/index.ts';

/** How many pages are held. */
export const MAX_PAGES = 20;

/** The times by which jobs are sorted. */
type SortedJob = Pick<Schemas['Job'], 'created_at' | 'failed_at' | 'last_error_at'>;
export type SortTime = keyof SortedJob;

export type PageStart = {
  /** Null: the first page. */
  readonly cursor: string | null;
  /** Its first job, as it was when it was read. */
  readonly first: SortedJob;
  readonly count: number;
};

/** The data of the first page that are kept even if the page is not held. */
export type ListHead = {
  readonly facets: Schemas['Facets'] | null;
  /** The revision of the account when it was read. */
  readonly revision: string | null;
  readonly ids: readonly string[];
};

export type PagePlace = {
  readonly cursor: string | null;
  /** The pages before it, starting with the first. */
  readonly before: readonly PageStart[];
  /** Null: this is the first read of the list. */
  readonly head: ListHead | null;
  /** For a page that is read again: its known start. */
  readonly known: PageStart | null;
};

export type JobPage = {
  readonly data: readonly (SortedJob & Pick<Schemas['Job'], 'id'>)[];
  readonly page: { readonly next_cursor: string | null };
  readonly facets?: Schemas['Facets'] | null;
  readonly revision: string | null;
  readonly place: PagePlace;
  /** When its read began. */
  readonly readAt: string;
};

export const FIRST_PLACE: PagePlace = { cursor: null, before: [], head: null, known: null };

/** The place after this page; null at the end. */
export function placeAfter(page: JobPage): PagePlace | null {
  const { place } = page;
  const { next_cursor: cursor } = page.page;
  if (cursor === null) return null;
  const [job] = page.data;
  // Nothing is read again from the place of a page without rows.
  const own = job === undefined ? [] : [{ cursor: place.cursor, first: timesOf(job), count: page.data.length }];
  return { cursor, before: [...place.before, ...own], head: headOf(page), known: null };
}

/**
 * The held pages without those in which nothing was found, which would count among MAX_PAGES. The page before each ends
 * where it ended. If nothing was found at all, the last page stays.
 */
export function withoutEmptyPages<Page extends JobPage>(pages: readonly Page[]): Page[] {
  const held: Page[] = [];
  for (const page of pages) {
    const before = held.at(-1);
    if (before === undefined) held.push(page);
    else if (before.data.length === 0) held[held.length - 1] = page;
    else if (page.data.length === 0) held[held.length - 1] = { ...before, page: page.page };
    else held.push(page);
  }
  return held;
}

/** The place before this page; null at the beginning. */
export function placeBefore({ before, head }: PagePlace): PagePlace | null {
  const known = before.at(-1);
  return known === undefined ? null : { cursor: known.cursor, before: before.slice(0, -1), head, known };
}

/** The data of the first page, taken from any page. */
export const headOf = ({ facets = null, revision, data, place }: JobPage): ListHead =>
  place.head ?? { facets, revision, ids: data.map(({ id }) => id) };

/** When the pages after the first were read, the oldest of them; null if none is held. They are not renewed. */
export const readBelowFirst = (pages: readonly Pick<JobPage, 'place' | 'readAt'>[]): string | null =>
  pages
    .filter(({ place }) => place.cursor !== null)
    .map(({ readAt }) => readAt)
    .sort()[0] ?? null;

/** How many jobs are before this page. */
export const jobsBefore = ({ before }: PagePlace): number => before.reduce((sum, { count }) => sum + count, 0);

const timesOf = ({ created_at, failed_at, last_error_at }: SortedJob): SortedJob => ({
  created_at,
  failed_at,
  last_error_at,
});

/**
 * The end of the time by which jobs are sorted, the latest first, for the first page when it is read again: it must not
 * begin with jobs that came since, because the page after it has its place already. `latest`: that time; null for another
 * order. Null: no such end.
 */
export function endOfKnown({ cursor, known }: PagePlace, latest: SortTime | null): string | null {
  const first = latest === null ? null : known?.first[latest];
  if (cursor !== null || first == null) return null;
  return new Date(Date.parse(first) + 1).toISOString();
}
