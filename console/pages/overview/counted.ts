/** A number of the overview, with how sure it is. */
export type Counted = {
  readonly count: number;
  /** False: there may be more. */
  readonly isExact: boolean;
};

export const countWords = ({ count, isExact }: Counted): string =>
  isExact ? count.toLocaleString() : `at least ${count.toLocaleString()}`;
