import { describe, expect, it } from 'vitest';
import { firstPages, goesOn, keepPlaces, renewedBy } from '../../../console/table/keep-places.ts';

describe('rows that keep their places', () => {
  const row = (id: string, version = 1) => ({ id, version });
  const shown = (kept: ReturnType<typeof keepPlaces<{ id: string; version: number }>>) =>
    kept.rows.map(({ row: { id, version }, isGone }) => `${id}${version}${isGone ? ' gone' : ''}`);

  it('are renewed in their places, and new ones are only counted', () => {
    const kept = keepPlaces([[row('c'), row('b')], [row('a')]], {
      rows: [row('d'), row('c', 2)],
      isWhole: false,
      isFixedOrder: true,
    });
    expect(shown(kept)).toEqual(['c2', 'b1', 'a1']);
    expect(kept.newCount).toBe(1);
  });

  it('are marked as gone when the renewed page should contain them and does not', () => {
    const kept = keepPlaces([[row('c'), row('b'), row('a')]], {
      rows: [row('c'), row('a')],
      isWhole: false,
      isFixedOrder: true,
    });
    expect(shown(kept)).toEqual(['c1', 'b1 gone', 'a1']);
    expect(shown(keepPlaces([[row('b'), row('a')]], { rows: [], isWhole: true, isFixedOrder: true }))).toEqual([
      'b1 gone',
      'a1 gone',
    ]);
  });

  it('are not marked as gone for moving in an order that changes', () => {
    const pages = [[row('c'), row('b')], [row('a')]];
    const moved = { rows: [row('c'), row('a')], isWhole: false, isFixedOrder: false };
    expect(shown(keepPlaces(pages, moved))).toEqual(['c1', 'b1', 'a1']);
    expect(shown(keepPlaces(pages, { ...moved, isWhole: true }))).toEqual(['c1', 'b1 gone', 'a1']);
  });

  it('are shown once, however often pages overlap', () => {
    expect(shown(keepPlaces([[row('b'), row('a')], [row('a')]], null))).toEqual(['b1', 'a1']);
  });

  it('are followed while one of them goes on that is still in the list', () => {
    const isRunning = ({ version }: { version: number }): boolean => version === 2;
    const rows = [
      { row: row('b', 1), isGone: false },
      { row: row('a', 2), isGone: false },
    ];
    expect(goesOn(rows, isRunning)).toBe(true);
    expect(
      goesOn(
        rows.map((each) => ({ ...each, isGone: true })),
        isRunning,
      ),
    ).toBe(false);
    expect(goesOn(rows, undefined)).toBe(false);
  });

  it('are those of few pages after a return, however many were read', () => {
    const pages = Array.from({ length: 40 }, (_, index) => [row(String(index))]);
    const left = firstPages({ pages, pageParams: pages.map((_, index) => index) });
    expect(left).toEqual({ pages: pages.slice(0, 3), pageParams: [0, 1, 2] });
  });

  it('are renewed only by a first page that was read after their own', () => {
    const read = (readAt: number, next: string | null = null) => ({
      data: [row('a', readAt)],
      page: { next_cursor: next },
      readAt,
    });
    expect(renewedBy(read(1), read(2, 'more'), true)).toEqual({
      rows: [row('a', 2)],
      isWhole: false,
      isFixedOrder: true,
    });
    expect(renewedBy(read(3), read(2), true)).toBeNull();
    expect(renewedBy(read(1), undefined, true)).toBeNull();
  });
});
