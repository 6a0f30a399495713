import { describe, expect, it } from 'vitest';
import { readJobsSearch } from '../../console/jobs/jobs-search.ts';
import { countWords } from '../../console/pages/overview/counted.ts';
import { figuresOf, needsOf } from '../../console/pages/overview/figures.ts';
import { partsOf } from '../../console/pages/overview/stack.ts';

const BY_STATUS = { scheduled: 1, queued: 20, running: 300, retrying: 4000, succeeded: 5, failed: 6, resolved: 7 };

describe('a figure of the overview', () => {
  it('counts the statuses that its list shows', () => {
    for (const { label, value, search } of figuresOf({ by_status: BY_STATUS })) {
      const listed = (search.status ?? []).reduce((sum, status) => sum + BY_STATUS[status], 0);
      expect(value, label).toBe(listed);
      expect(readJobsSearch({ ...search }), label).toEqual(search);
    }
  });

  it('says that it is not exact', () => {
    expect(countWords({ count: 3, isExact: true })).toBe('3');
    expect(countWords({ count: 3, isExact: false })).toBe('at least 3');
  });
});

describe('the failures that need somebody', () => {
  it('are those with most jobs first, and those that nobody must act on last', () => {
    const counts = { rate_limited: 90, auth_failed: 3, tls_error: 5, unknown_code: 3, none: 0 };
    const whoOf = (code: string) => (code === 'rate_limited' ? 'nobody' : code === 'unknown_code' ? null : 'operator');
    const needs = needsOf(counts, whoOf);
    expect(needs.map(({ code }) => code)).toEqual(['tls_error', 'auth_failed', 'unknown_code', 'rate_limited']);
    expect(needs[0]?.search).toEqual({ status: ['failed', 'retrying'], code: ['tls_error'] });
  });
});

describe('the parts of a stacked chart', () => {
  const series = [
    { name: 'one', tone: 'bad', values: [1, 0, 4] },
    { name: 'two', tone: 'warn', values: [1, 0, 4] },
  ];

  it('stand on each other from the bottom, and the highest bar fills the height', () => {
    const parts = partsOf(series, 30, 8);
    expect(parts.map(({ bar, series: index, y, height }) => [bar, index, y, height])).toEqual([
      [0, 0, 7, 1],
      [0, 1, 6, 1],
      [2, 0, 4, 4],
      [2, 1, 0, 4],
    ]);
    expect(parts.every(({ x, width }) => x >= 0 && x + width <= 30)).toBe(true);
  });

  it('are none without numbers', () => {
    expect(partsOf([{ name: 'one', tone: 'bad', values: [0, 0] }], 30, 8)).toEqual([]);
    expect(partsOf([], 30, 8)).toEqual([]);
  });
});
