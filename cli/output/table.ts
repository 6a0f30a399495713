import { cut, padded, printable, widthOf } from './text.ts';

export type Column<Row> = {
  readonly title: string;
  /** What stands in the column; null and the empty text show as `–`. */
  readonly value: (row: Row) => string | number | null;
  /** A column that may be cut when the table is wider than the terminal, and its least width. Ids are never cut. */
  readonly least?: number;
  /** A column that is too wide for a terminal: it is shown only if stdout is none. */
  readonly onlyPiped?: true;
};

const GAP = 2;

/** The lines of a table, header first. With a width no line is wider, as far as columns can be cut; null: nothing is cut. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | null): string[] {
  const cells = rows.map((row) => columns.map((column) => cellOf(column.value(row))));
  const natural = columns.map((column, at) =>
    // Not by one call of Math.max: arguments are limited, rows are not.
    cells.reduce((most, line) => Math.max(most, widthOf(line[at] ?? '')), widthOf(column.title)),
  );
  const widths = width === null ? natural : fitted(natural, columns, width - GAP * (columns.length - 1));
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, at) => padded(cut(cell, widths[at] ?? 0), widths[at] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd();
  return [lineOf(columns.map(({ title }) => title)), ...cells.map(lineOf)];
}

function cellOf(value: string | number | null): string {
  return value === null || value === '' ? '–' : printable(String(value));
}

/** Takes what is too much from the widest column that may still be cut, letter by letter. */
function fitted<Row>(natural: readonly number[], columns: readonly Column<Row>[], width: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, each) => sum + each, 0);
  while (total() > width) {
    const cuttable = columns
      .map(({ least }, at) => ({ at, spare: least === undefined ? 0 : (widths[at] ?? 0) - least }))
      .filter(({ spare }) => spare > 0);
    const [widest] = cuttable.sort((one, other) => (widths[other.at] ?? 0) - (widths[one.at] ?? 0));
    if (widest === undefined) break;
    widths[widest.at] = (widths[widest.at] ?? 0) - 1;
  }
  return widths;
}
