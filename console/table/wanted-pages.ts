export type PagesState = {
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isFetchNextPageError: boolean;
  readonly isFetchPreviousPageError: boolean;
};

/**
 * Which pages of a list are read by themselves when their end of the table comes into view. One at a time: a second read
 * would end the first. After a failure the person asks for the page again, so that the end of a list does not ask without
 * an end.
 */
export const wantedPages = ({
  hasNextPage,
  isFetching,
  isFetchNextPageError,
  isFetchPreviousPageError,
}: PagesState): { readonly next: boolean; readonly previous: boolean } => ({
  next: hasNextPage && !isFetching && !isFetchNextPageError,
  previous: !isFetching && !isFetchPreviousPageError,
});
