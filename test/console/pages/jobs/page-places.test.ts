import { describe, expect, it } from 'vitest';
import { mergePages } from '../../../../console/pages/jobs/merge-pages.ts';
import {
  endOfKnown,
  FIRST_PLACE,
  headOf,
  type JobPage,
  jobsBefore,
  type PagePlace,
  placeAfter,
  placeBefore,
  readBelowFirst,
  withoutEmptyPages,
} from '../../../../console/pages/jobs/page-places.ts';

const MADE = '2026-11-29T12:00:00.000Z';
const FAILED = '2026-11-29T13:00:00.000Z';
const FACETS = {
  ...{ status: {}, action: {}, last_error_code: {}, last_error_category: {} },
  ...{ host: null, credential_id: null, label: null, waiting_on: null },
  exact: true,
  cut: [],
};
const page = (place: PagePlace, ids: readonly string[], next: string | null): JobPage => ({
  data: ids.map((id) => ({ id, created_at: MADE, failed_at: FAILED, last_error_at: null })),
  page: { next_cursor: next },
  facets: place.cursor === null ? FACETS : null,
  revision: place.cursor === null ? 'r1' : 'r2',
  place,
  readAt: MADE,
});

/** Returns the place; throws when it is null. */
function placed(place: PagePlace | null): PagePlace {
  if (place === null) throw new Error('there is no such page');
  return place;
}

const first = page(FIRST_PLACE, ['c', 'b'], 'cursor 2');
const second = page(placed(placeAfter(first)), ['a'], 'cursor 3');
const third = placed(placeAfter(second));

describe('the pages of a list', () => {
  it('know how many jobs are before them, although those pages are not held', () => {
    expect([first.place, second.place, third].map(jobsBefore)).toEqual([0, 2, 3]);
    expect(third.cursor).toBe('cursor 3');
  });

  it('are read again from their own cursor', () => {
    const back = placed(placeBefore(third));
    expect(back).toMatchObject({ cursor: 'cursor 2', before: second.place.before });
    expect(placeBefore(placed(placeBefore(back)))).toBeNull();
    expect(placeAfter(page(back, ['a'], 'cursor 3'))).toEqual({ ...third });
  });

  it('end at the last cursor', () => {
    expect(placeAfter(page(third, ['0'], null))).toBeNull();
  });

  it('in which no job was found are not kept', () => {
    const empty = page(placed(placeAfter(second)), [], 'cursor 4');
    const alsoEmpty = page(placed(placeAfter(empty)), [], 'cursor 5');
    const held = withoutEmptyPages([first, second, empty, alsoEmpty]);
    expect(held.map(({ data }) => data)).toEqual([first.data, second.data]);
    const next = placed(placeAfter(held[1] ?? first));
    expect(next).toMatchObject({ cursor: 'cursor 5' });
    expect(jobsBefore(next)).toBe(3);
    expect(placeBefore(placed(placeAfter(alsoEmpty)))).toMatchObject({ cursor: 'cursor 2' });
  });

  it('begin with the first in which a job was found', () => {
    const empty = page(FIRST_PLACE, [], 'cursor 2');
    const found = page(placed(placeAfter(empty)), ['c'], null);
    expect(withoutEmptyPages([empty])).toEqual([empty]);
    expect(withoutEmptyPages([empty, found])).toEqual([found]);
    expect(placeBefore(found.place)).toBeNull();
    expect(headOf(found)).toEqual({ facets: FACETS, revision: 'r1', ids: [] });
  });

  it('keep the counts and the revision of the first page', () => {
    expect(headOf(page(third, ['0'], null))).toEqual({ facets: FACETS, revision: 'r1', ids: ['c', 'b'] });
    expect(headOf(first)).toEqual({ facets: FACETS, revision: 'r1', ids: ['c', 'b'] });
  });

  it('begin with the same job when the first of them is read again, whichever time sorts them', () => {
    const again = placed(placeBefore(second.place));
    expect(endOfKnown(again, 'created_at')).toBe('2026-11-29T12:00:00.001Z');
    expect(endOfKnown(again, 'failed_at')).toBe('2026-11-29T13:00:00.001Z');
    expect(endOfKnown(again, 'last_error_at')).toBeNull();
    expect(endOfKnown(again, null)).toBeNull();
    expect(endOfKnown(FIRST_PLACE, 'created_at')).toBeNull();
    expect(endOfKnown(placed(placeBefore(third)), 'created_at')).toBeNull();
  });

  it('after the first are as old as the oldest of them, whichever was read again', () => {
    const early = { ...second, readAt: '2026-11-29T12:00:05.000Z' };
    const again = { ...page(third, ['0'], null), readAt: '2026-11-29T12:00:09.000Z' };
    expect(readBelowFirst([first, again, early])).toBe('2026-11-29T12:00:05.000Z');
    expect(readBelowFirst([first])).toBeNull();
  });

  it('count as new only jobs that were not on the first page, even if it is not held', () => {
    const jobs = ['d', 'c', 'b'].map((id) => ({ id, version: 1 }));
    const newest = { jobs, isWhole: false, isFixedOrder: true };
    expect(mergePages([[{ id: 'a', version: 1 }]], newest, headOf(second).ids).newCount).toBe(1);
  });
});
