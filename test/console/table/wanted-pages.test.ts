import { describe, expect, it } from 'vitest';
import { wantedPages } from '../../../console/table/wanted-pages.ts';

const STATE = {
  hasNextPage: true,
  isFetching: false,
  isFetchNextPageError: false,
  isFetchPreviousPageError: false,
  isLastEmpty: false,
};

describe('the ends of a list', () => {
  it('are read automatically, one page at a time', () => {
    expect(wantedPages(STATE)).toEqual({ next: true, previous: true });
    expect(wantedPages({ ...STATE, isFetching: true })).toEqual({ next: false, previous: false });
    expect(wantedPages({ ...STATE, hasNextPage: false })).toEqual({ next: false, previous: true });
  });

  it('are not continued automatically after a page without jobs', () => {
    expect(wantedPages({ ...STATE, isLastEmpty: true })).toEqual({ next: false, previous: true });
  });

  it('are not requested again automatically after a failure', () => {
    expect(wantedPages({ ...STATE, isFetchNextPageError: true }).next).toBe(false);
    expect(wantedPages({ ...STATE, isFetchPreviousPageError: true }).previous).toBe(false);
  });
});
