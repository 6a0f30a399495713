/**
 * Where the pages of a list begin. Only some pages are held at once, so that a list of any length needs little memory.
 * Any other page is read again from its place.
 */
import type { Schemas } from '../../../client/index.ts';

/** How many pages are held. */
export const MAX_PAGES = 20;

export type PageStart = {
  /** Null: the first page. */
  readonly cursor: string | null;
  /** When its first job was made; null if it has none. */
  readonly firstCreatedAt: string | null;
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
  readonly data: readonly Pick<Schemas['Job'], 'id' | 'created_at'>[];
  readonly page: { readonly next_cursor: string | null };
  readonly facets?: Schemas['Facets'] | null;
  readonly revision: string | null;
  readonly place: PagePlace;
};

export const FIRST_PLACE: PagePlace = { cursor: null, before: [], head: null, known: null };

/** The place after this page; null at the end. */
export function placeAfter(page: JobPage): PagePlace | null {
  const { place } = page;
  const { next_cursor: cursor } = page.page;
  if (cursor === null) return null;
  const start = { cursor: place.cursor, firstCreatedAt: page.data[0]?.created_at ?? null, count: page.data.length };
  return { cursor, before: [...place.before, start], head: headOf(page), known: null };
}

/** The place before this page; null at the beginning. */
export function placeBefore({ before, head }: PagePlace): PagePlace | null {
  const known = before.at(-1);
  return known === undefined ? null : { cursor: known.cursor, before: before.slice(0, -1), head, known };
}

/** The data of the first page, taken from any page. */
export const headOf = ({ facets = null, revision, data, place }: JobPage): ListHead =>
  place.head ?? { facets, revision, ids: data.map(({ id }) => id) };

/** How many jobs are before this page. */
export const jobsBefore = ({ before }: PagePlace): number => before.reduce((sum, { count }) => sum + count, 0);

/**
 * The upper bound of the creation time when the first page of the newest jobs is read again. Without it the page would
 * begin with jobs that came since, but the page after it already has its place. Null: no bound.
 */
export function endOfKnown({ cursor, known }: PagePlace, isNewestFirst: boolean): string | null {
  if (cursor !== null || !isNewestFirst || known?.firstCreatedAt == null) return null;
  return new Date(Date.parse(known.firstCreatedAt) + 1).toISOString();
}
