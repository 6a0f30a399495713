import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../../../client/index.ts';
import { readJobsSearch } from '../../../../console/jobs/jobs-search.ts';
import { countWords } from '../../../../console/pages/overview/counted.ts';
import { figuresOf, stalledOf } from '../../../../console/pages/overview/figures.ts';
import { codesOf, partsOf } from '../../../../console/pages/overview/stack.ts';

const BY_STATUS: Schemas['JobStats']['by_status'] = {
  scheduled: 1,
  queued: 20,
  running: 300,
  retrying: 4000,
  succeeded: 5,
  failed: 6,
  resolved: 7,
};

describe('a figure of the overview', () => {
  it('counts the statuses that its list shows', () => {
    for (const { label, value, search } of figuresOf({ by_status: BY_STATUS })) {
      const listed = Object.entries(BY_STATUS).reduce(
        (sum, [status, count]) => sum + (search.status?.includes(status) ? count : 0),
        0,
      );
      expect(value, label).toBe(listed);
      expect(readJobsSearch({ ...search }), label).toEqual(search);
    }
  });

  it('shows whether it is exact', () => {
    expect(countWords({ count: 3, isExact: true })).toBe('3');
    expect(countWords({ count: 3, isExact: false })).toBe('at least 3');
    const open_coverage = { examined: 100, from: null, to: null, complete: false };
    expect(countWords(stalledOf({ stalled: 2, open_coverage }))).toBe('at least 2');
    expect(countWords(stalledOf({ stalled: 2, open_coverage: { ...open_coverage, complete: true } }))).toBe('2');
  });
});

describe('the failures by code', () => {
  it('are the most frequent codes of the day, and all others as one', () => {
    const hours: readonly Readonly<Record<string, number>>[] = [
      { a: 1, b: 9, c: 3, d: 4, e: 1 },
      { a: 1, f: 1, none: 0 },
    ];
    expect(codesOf(hours).map(({ name, values }) => [name, values])).toEqual([
      ['b', [9, 0]],
      ['d', [4, 0]],
      ['c', [3, 0]],
      ['a', [1, 1]],
      ['2 other codes', [1, 1]],
    ]);
    expect(codesOf([{}, { a: 0 }])).toEqual([]);
  });
});

describe('the parts of a stacked chart', () => {
  const series = [
    { name: 'one', tone: 'bad', values: [1, 0, 4] },
    { name: 'two', tone: 'warn', values: [1, 0, 4] },
  ];

  it('are stacked from the bottom, and the highest bar fills the height', () => {
    const parts = partsOf(series, 30, 8);
    expect(parts.map(({ bar, series: index, y, height }) => [bar, index, y, height])).toEqual([
      [0, 0, 7, 1],
      [0, 1, 6, 1],
      [2, 0, 4, 4],
      [2, 1, 0, 4],
    ]);
    expect(parts.every(({ x, width }) => x >= 0 && x + width <= 30)).toBe(true);
  });

  it('are absent without numbers', () => {
    expect(partsOf([{ name: 'one', tone: 'bad', values: [0, 0] }], 30, 8)).toEqual([]);
    expect(partsOf([], 30, 8)).toEqual([]);
  });
});
