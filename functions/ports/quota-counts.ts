/** The stored number of resources of one kind in an account. */
export type QuotaCount = {
  readonly count: number;
  /** When it last grew, ms. */
  readonly at: number;
};

/** How many resources of a kind an account has, counted when they are made. */
export interface QuotaCounts {
  /** Adds one, if there is a count and it is below `most`. */
  add(key: string, most: number, now: number): Promise<boolean>;
  /** Subtracts one, if there is a count above 0. */
  giveBack(key: string): Promise<void>;
  read(key: string): Promise<QuotaCount | null>;
  /** Replaces the count that was read; false if another one was stored meanwhile. */
  replace(key: string, count: QuotaCount, replaces: QuotaCount | null): Promise<boolean>;
}
