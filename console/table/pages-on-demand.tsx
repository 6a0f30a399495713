import { useMemo } from 'react';
import { ServerText } from '../text/server-text.tsx';
import { type PagesState, wantedPages } from './wanted-pages.ts';

/** As much as is used of an infinite query. */
export type OnDemand = Omit<PagesState, 'isLastEmpty'> & {
  readonly data?: { readonly pages: readonly { readonly data: readonly unknown[] }[] } | undefined;
  readonly error: Error | null;
  fetchNextPage(): unknown;
  fetchPreviousPage(): unknown;
};

/** What a table calls when one of its ends comes into view; undefined: there is nothing to read now. */
export function usePagesOnDemand(pages: OnDemand): {
  readonly more: (() => void) | undefined;
  readonly fewer: (() => void) | undefined;
} {
  const { fetchNextPage, fetchPreviousPage } = pages;
  const { next, previous } = wantedPages({ ...pages, isLastEmpty: pages.data?.pages.at(-1)?.data.length === 0 });
  return useMemo(
    () => ({
      more: next ? () => void fetchNextPage() : undefined,
      fewer: previous ? () => void fetchPreviousPage() : undefined,
    }),
    [next, previous, fetchNextPage, fetchPreviousPage],
  );
}

/** Why the page that was wanted last is not there. */
export function PageError({ pages }: { readonly pages: OnDemand }) {
  if (!pages.isFetchNextPageError && !pages.isFetchPreviousPageError) return null;
  return (
    <span role="alert">
      The {pages.isFetchNextPageError ? 'next' : 'earlier'} rows could not be read:{' '}
      <ServerText>{pages.error?.message ?? ''}</ServerText>
    </span>
  );
}
