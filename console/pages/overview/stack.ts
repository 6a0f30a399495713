/**
 * The positions of the parts of a stacked bar chart. They are numbers only, so that the picture and its table cannot
 * differ.
 */

export type Series = { readonly name: string; readonly tone: string; readonly values: readonly number[] };
export type Part = {
  readonly series: number;
  readonly bar: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const GAP = 0.15;
const MAX_CODES = 4;

/** The most frequent codes of these hours as series, and all others as one. */
export function codesOf(hours: readonly Readonly<Record<string, number>>[]): readonly Series[] {
  const totals = new Map<string, number>();
  for (const hour of hours)
    for (const [code, count] of Object.entries(hour)) totals.set(code, (totals.get(code) ?? 0) + count);
  const codes = [...totals.entries()]
    .filter(([, total]) => total > 0)
    .sort(([one, many], [other, more]) => more - many || one.localeCompare(other))
    .map(([code]) => code);
  const named = codes.slice(0, MAX_CODES);
  const others = codes.slice(MAX_CODES);
  const series = named.map((name, place) => ({
    name,
    tone: `code-${place}`,
    values: hours.map((hour) => hour[name] ?? 0),
  }));
  if (others.length === 0) return series;
  const rest = hours.map((hour) => others.reduce((sum, code) => sum + (hour[code] ?? 0), 0));
  return [...series, { name: `${others.length} other codes`, tone: 'idle', values: rest }];
}

/** The sum of each bar. */
export function totalsOf(series: readonly Series[]): readonly number[] {
  const bars = Math.max(0, ...series.map(({ values }) => values.length));
  return Array.from({ length: bars }, (_, bar) => series.reduce((sum, { values }) => sum + (values[bar] ?? 0), 0));
}

/** The parts of a chart of this size; the highest bar fills the height. Values of zero have no part. */
export function partsOf(series: readonly Series[], width: number, height: number): readonly Part[] {
  const totals = totalsOf(series);
  const bars = totals.length;
  const highest = Math.max(1, ...totals);
  const step = bars === 0 ? 0 : width / bars;
  return totals.flatMap((_, bar) => {
    let top = height;
    return series.flatMap(({ values }, index) => {
      const part = ((values[bar] ?? 0) / highest) * height;
      if (part <= 0) return [];
      top -= part;
      return [{ series: index, bar, x: bar * step, y: top, width: step * (1 - GAP), height: part }];
    });
  });
}
