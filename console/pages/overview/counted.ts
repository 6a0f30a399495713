/** A number of the overview, and whether it is exact. */
export type Counted = {
  readonly count: number;
  /** False: there may be more. */
  readonly isExact: boolean;
};

export const countWords = ({ count, isExact }: Counted): string =>
  isExact ? count.toLocaleString() : `at least ${count.toLocaleString()}`;
