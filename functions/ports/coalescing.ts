/** Which job was made last for some work. A hint: what is lost of it costs a job too many, never one too few. */
export interface Coalescing {
  latest(work: string): Promise<string | null>;
  /** Names the job that is about to be made, if `replaces` (null: none) is still the latest; false when it is not. */
  replace(work: string, replaces: string | null, jobId: string, now: number): Promise<boolean>;
}
