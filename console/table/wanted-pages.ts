export type PagesState = {
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isFetchNextPageError: boolean;
  readonly isFetchPreviousPageError: boolean;
  /** The service has looked on, and found nothing there. */
  readonly isLastEmpty: boolean;
};

/**
 * Which pages of a list are read by themselves when their end of the table comes into view. One at a time: a second read
 * would end the first. After a failure, and after a page without rows, the person asks for the next, so that the end of a
 * list does not ask without an end.
 */
export const wantedPages = ({
  hasNextPage,
  isFetching,
  isFetchNextPageError,
  isFetchPreviousPageError,
  isLastEmpty,
}: PagesState): { readonly next: boolean; readonly previous: boolean } => ({
  next: hasNextPage && !isFetching && !isFetchNextPageError && !isLastEmpty,
  previous: !isFetching && !isFetchPreviousPageError,
});
