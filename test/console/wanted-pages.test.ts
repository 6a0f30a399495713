import { describe, expect, it } from 'vitest';
import { wantedPages } from '../../console/table/wanted-pages.ts';

const STATE = {
  hasNextPage: true,
  isFetching: false,
  isFetchNextPageError: false,
  isFetchPreviousPageError: false,
  isLastEmpty: false,
};

describe('the ends of a list', () => {
  it('are read by themselves, one page at a time', () => {
    expect(wantedPages(STATE)).toEqual({ next: true, previous: true });
    expect(wantedPages({ ...STATE, isFetching: true })).toEqual({ next: false, previous: false });
    expect(wantedPages({ ...STATE, hasNextPage: false })).toEqual({ next: false, previous: true });
  });

  it('are not read on by themselves after a page in which nothing was found', () => {
    expect(wantedPages({ ...STATE, isLastEmpty: true })).toEqual({ next: false, previous: true });
  });

  it('are not asked again by themselves after a failure', () => {
    expect(wantedPages({ ...STATE, isFetchNextPageError: true }).next).toBe(false);
    expect(wantedPages({ ...STATE, isFetchPreviousPageError: true }).previous).toBe(false);
  });
});
