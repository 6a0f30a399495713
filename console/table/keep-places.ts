export type PlacedRow<Row> = {
  readonly row: Row;
  /** The row is no longer in the list. It keeps its place until the list is read again, so that no row moves. */
  readonly isGone: boolean;
};

export type PlacedRows<Row> = {
  readonly rows: readonly PlacedRow<Row>[];
  /** The number in the pill: new rows of the first page. */
  readonly newCount: number;
};

/** The present first page of a list. */
export type Renewed<Row> = {
  readonly rows: readonly Row[];
  /** There is no page after it. */
  readonly isWhole: boolean;
  /** Rows never change places in this order, so none that is in the list is missing before one that is there. */
  readonly isFixedOrder: boolean;
};

/** A page of the service. `readAt`: when its read began, ms. */
export type ReadPage<Row> = {
  readonly data: readonly Row[];
  readonly page: { readonly next_cursor: string | null };
  readonly readAt: number;
};

/**
 * What renews the rows: the first page as it was read apart from the list. Null if it is older than the first page of the
 * list itself, as after a return to a page that the console still holds.
 */
export function renewedBy<Row>(
  first: ReadPage<Row> | undefined,
  newest: ReadPage<Row> | undefined,
  isFixedOrder: boolean,
): Renewed<Row> | null {
  if (newest === undefined || first === undefined || newest.readAt < first.readAt) return null;
  return { rows: newest.data, isWhole: newest.page.next_cursor === null, isFixedOrder };
}

/**
 * The rows of the pages that were read, in that order, each in its newest known version. A row that the renewed
 * page should contain and does not is marked as gone. New rows are only counted.
 */
export function keepPlaces<Row extends { readonly id: string }>(
  pages: readonly (readonly Row[])[],
  renewed: Renewed<Row> | null,
): PlacedRows<Row> {
  const read = [...new Map(pages.flat().map((row) => [row.id, row])).values()];
  if (renewed === null) return { rows: read.map((row) => ({ row, isGone: false })), newCount: 0 };
  const now = new Map(renewed.rows.map((row) => [row.id, row]));
  const coveredTo = renewed.isFixedOrder ? read.findLastIndex(({ id }) => now.has(id)) : -1;
  const rows = read.map((row, index) => ({
    row: now.get(row.id) ?? row,
    isGone: !now.has(row.id) && (renewed.isWhole || index < coveredTo),
  }));
  const known = new Set(read.map(({ id }) => id));
  return { rows, newCount: renewed.rows.filter(({ id }) => !known.has(id)).length };
}

/** Whether a row of the list still changes by itself. Rows that are gone do not count. */
export const goesOn = <Row>(rows: readonly PlacedRow<Row>[], isGoingOn: ((row: Row) => boolean) | undefined): boolean =>
  isGoingOn !== undefined && rows.some(({ row, isGone }) => !isGone && isGoingOn(row));

/** As many pages are read again when somebody comes back to a list. */
const RETURN_PAGES = 3;

/** What is kept of a list that was left: a return reads every held page again. */
export const firstPages = <Page, Param>({
  pages,
  pageParams,
}: {
  readonly pages: readonly Page[];
  readonly pageParams: readonly Param[];
}): { pages: Page[]; pageParams: Param[] } => ({
  pages: pages.slice(0, RETURN_PAGES),
  pageParams: pageParams.slice(0, RETURN_PAGES),
});
