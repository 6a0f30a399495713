export type QuotaCount = {
  readonly count: number;
  /** When it last grew, ms. */
  readonly at: number;
};

/** How many things an account has, as far as they were counted when they were made. */
export interface QuotaCounts {
  /** Counts one more, if there is a count and it is below `most`. */
  add(key: string, most: number, now: number): Promise<boolean>;
  /** Counts one less, if there is a count above 0. */
  giveBack(key: string): Promise<void>;
  read(key: string): Promise<QuotaCount | null>;
  /** Puts a count in the place of the one that was read; false when another one is there by now. */
  replace(key: string, count: QuotaCount, replaces: QuotaCount | null): Promise<boolean>;
}
