/** The last job made for some work. Advisory: if it is lost, one job too many is made, never one too few. */
export interface Coalescing {
  latest(work: string): Promise<string | null>;
  /**
   * Records the job that is about to be made, if `replaces` (null: none) is still the latest; otherwise returns false.
   */
  replace(work: string, replaces: string | null, jobId: string, now: number): Promise<boolean>;
}
