import { cut, padded, printable, widthOf } from './text.ts';

export type Column<Row> = {
  readonly title: string;
  /** The text of the cell; null and the empty text show as `–`. */
  readonly value: (row: Row) => string | number | null;
  /** The least width of a column that may be cut to fit the terminal. Absent: it is never cut, as ids. */
  readonly least?: number;
};

const GAP = 2;

/**
 * The lines of a table, header first. No line is wider than `width`: columns that may be cut are cut, and if that is not
 * enough the end of the line is. Null: nothing is cut.
 */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | null): string[] {
  const cells = rows.map((row) => columns.map((column) => cellOf(column.value(row))));
  const natural = columns.map((column, at) =>
    // `Math.max(...widths)` fails for very many rows, because the number of arguments is limited.
    cells.reduce((most, line) => Math.max(most, widthOf(line[at] ?? '')), widthOf(column.title)),
  );
  const widths = width === null ? natural : fitted(natural, columns, width - GAP * (columns.length - 1));
  const lineOf = (line: readonly string[]): string => {
    const cells = line.map((cell, at) => padded(cut(cell, widths[at] ?? 0), widths[at] ?? 0));
    const whole = cells.join(' '.repeat(GAP)).trimEnd();
    return width === null ? whole : cut(whole, width);
  };
  return [lineOf(columns.map(({ title }) => title)), ...cells.map(lineOf)];
}

function cellOf(value: string | number | null): string {
  return value === null || value === '' ? '–' : printable(String(value));
}

/** The widths of the columns. The widest one that may be cut loses one letter at a time, until the line fits. */
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
